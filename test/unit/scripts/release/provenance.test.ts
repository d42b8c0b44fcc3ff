import { expect, test } from "vitest";
import { printProvenance } from "../../../../scripts/release/provenance.ts";

const debian = {
  name: "libstdc++6",
  version: "14.2.0-19",
  architecture: "amd64",
  path: "debian/pool/main/g/gcc-14/libstdc++6_14.2.0-19_amd64.deb",
  sha256: "ab".repeat(32),
};

test("the provenance names the sources and what they were made with", () => {
  const origin = { version: "1.0.0", commit: "c0ffee", lockDigest: "12", packages: [debian], nodeVersion: "24.0.0" };
  const printed = printProvenance(new Map([["pith.cjs", "34"]]), { ...origin, repository: "https://example.org/pith" });
  expect(JSON.parse(printed)).toMatchObject({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "pith.cjs", digest: { sha256: "34" } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        resolvedDependencies: [
          { uri: "git+https://example.org/pith", digest: { gitCommit: "c0ffee" } },
          { name: "package-lock.json", digest: { sha256: "12" } },
          { digest: { sha256: debian.sha256 } },
        ],
      },
    },
  });
});
