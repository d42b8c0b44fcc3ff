/** Formats of the bill of materials, and the files that they are printed to. */
export const billFiles = { spdx: "sbom.spdx.json", cyclonedx: "sbom.cdx.json" } as const;
export type BillFormat = keyof typeof billFiles;
