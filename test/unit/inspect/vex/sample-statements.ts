import type { VexOptions } from "../../../../src/inspect/vex/document.ts";
import type { Statement } from "../../../../src/inspect/vex/statements.ts";

/** Files of one package, more than a statement shows. */
export const many: readonly string[] = Array.from(
  { length: 20 },
  (_, index) => `/usr/share/gone/${String(index).padStart(2, "0")}`,
);

const statement = (id: string, more: Partial<Statement> = {}): Statement => ({
  vulnerability: { id, aliases: [], packages: [] },
  justification: "component_not_present",
  impact: "No file of this package is in the image.",
  purls: ["pkg:deb/debian/gone@1.0?arch=amd64"],
  evidence: { database: "dpkg", source: "gone", files: ["/usr/bin/gone"] },
  ...more,
});

/** Statements of each kind. */
export const statements: readonly Statement[] = [
  statement("CVE-2026-1000", {
    vulnerability: { id: "CVE-2026-1000", aliases: ["DSA-1-1", "GHSA-aaaa-bbbb-cccc"], packages: [] },
  }),
  statement("CVE-2026-1000", {
    justification: "vulnerable_code_not_present",
    impact: "The image does not have /usr/lib/libt-extra.so.1.",
    purls: ["pkg:deb/debian/tool@1?arch=amd64"],
    evidence: { database: "dpkg", source: "tools", files: ["/usr/lib/libt-extra.so.1"] },
  }),
  statement("GHSA-dddd-eeee-ffff", { evidence: { database: "dpkg", source: "gone", files: many } }),
];

/** What the documents are written with. */
export const options: VexOptions = {
  product: "pkg:oci/shop@sha256%3Aabc",
  contentDigest: "ab".repeat(32),
  epochSeconds: 1_700_000_000,
  toolVersion: "1.0",
  subject: { name: "shop", version: "2.1", vendor: "Example", url: "https://example.org" },
};
