/** Formats of the SBOM, and the files that they are printed to. */
export const sbomFiles = { spdx: "sbom.spdx.json", spdx3: "sbom.spdx3.json", cyclonedx: "sbom.cdx.json" } as const;
export type SbomFormat = keyof typeof sbomFiles;

/** The format that a text names; undefined for others. */
export function toSbomFormat(text: string | undefined): SbomFormat | undefined {
  return text === "spdx" || text === "spdx3" || text === "cyclonedx" ? text : undefined;
}

/** The name of an SBOM's attestation in each format (in-toto: predicateType). */
export const sbomPredicateTypes: Readonly<Record<SbomFormat, string>> = {
  spdx: "https://spdx.dev/Document",
  // BuildKit takes the name without a version for SPDX 2.
  spdx3: "https://spdx.dev/Document/v3.0.1",
  cyclonedx: "https://cyclonedx.org/bom",
};
