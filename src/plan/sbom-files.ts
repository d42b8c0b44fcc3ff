/** Formats of the bill of materials, and the files that they are printed to. */
export const billFiles = { spdx: "sbom.spdx.json", cyclonedx: "sbom.cdx.json" } as const;
export type BillFormat = keyof typeof billFiles;

/** What an SBOM's attestation is called in each format (in-toto: predicateType). */
export const billPredicateTypes: Readonly<Record<BillFormat, string>> = {
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
};
