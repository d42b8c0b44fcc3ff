import { expect, test } from "vitest";
import { printSbom } from "../../../../scripts/release/sbom.ts";

const debian = {
  name: "libstdc++6",
  version: "14.2.0-19",
  architecture: "amd64",
  path: "debian/pool/main/g/gcc-14/libstdc++6_14.2.0-19_amd64.deb",
  sha256: "ab".repeat(32),
};

test("the SBOM has an address and a digest for each package", () => {
  const zod = { name: "zod", version: "4.0.0", licence: "MIT", integrity: "sha512-AAEC" };
  const facts = { version: "1.0.0", created: "2026-01-01T00:00:00Z", nodeVersion: "24.0.0", debian: [debian] };
  const printed = printSbom({ ...facts, bundled: [zod] });
  expect(printSbom({ ...facts, bundled: [zod] })).toBe(printed);
  expect(JSON.parse(printed)).toMatchObject({
    spdxVersion: "SPDX-2.3",
    packages: [
      { name: "pith", externalRefs: [{ referenceLocator: "pkg:npm/pith-image@1.0.0" }] },
      { name: "node" },
      { name: "zod", licenseDeclared: "MIT", checksums: [{ algorithm: "SHA512", checksumValue: "000102" }] },
      { externalRefs: [{ referenceLocator: "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64" }] },
    ],
  });
});
