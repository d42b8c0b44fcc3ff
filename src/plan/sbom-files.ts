/** Formats of the SBOM, and the files that they are printed to. */
export const sbomFiles = { spdx: "sbom.spdx.json", cyclonedx: "sbom.cdx.json" } as const;
export type SbomFormat = keyof typeof sbomFiles;

/** The name of an SBOM's attestation in each format (in-toto: predicateType). */
export const sbomPredicateTypes: Readonly<Record<SbomFormat, string>> = {
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
};
