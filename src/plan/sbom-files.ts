/** Formats of the SBOM, and the files that they are printed to. */
export const sbomFiles = { spdx: "sbom.spdx.json", cyclonedx: "sbom.cdx.json" } as const;
export type SbomFormat = keyof typeof sbomFiles;

/** What an SBOM's attestation is called in each format (in-toto: predicateType). */
export const sbomPredicateTypes: Readonly<Record<SbomFormat, string>> = {
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
};
