import { generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { printProvenance } from "../../../scripts/release/provenance.ts";
import { signatureTag } from "../../../scripts/release/publish.ts";
import { printSbom } from "../../../scripts/release/sbom.ts";
import { imagePayload, readKey, signBytes, signStatement, throwawayKey } from "../../../scripts/release/signature.ts";

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

test("a signature holds for its bytes alone, and that of a statement for the envelope's", () => {
  const key = throwawayKey();
  const bytes = Buffer.from("sums");
  const signature = Buffer.from(signBytes(key, bytes), "base64");
  expect(verify("sha256", bytes, key.publicPem, signature)).toBe(true);
  expect(verify("sha256", Buffer.from("other"), key.publicPem, signature)).toBe(false);
  const envelope = z
    .object({ payload: z.string(), payloadType: z.string(), signatures: z.tuple([z.object({ sig: z.string() })]) })
    .parse(JSON.parse(signStatement(key, '{"a":"ä"}')));
  const covered = Buffer.from('DSSEv1 28 application/vnd.in-toto+json 10 {"a":"ä"}');
  expect(envelope.payloadType).toHaveLength(28);
  expect(verify("sha256", covered, key.publicPem, Buffer.from(envelope.signatures[0].sig, "base64"))).toBe(true);
});

test("what is signed of an image is its digest, at a tag of that name", () => {
  expect(JSON.parse(imagePayload("localhost:5000/pith", "sha256:12").toString())).toMatchObject({
    critical: { image: { "docker-manifest-digest": "sha256:12" }, type: "cosign container image signature" },
  });
  expect(signatureTag("sha256:12")).toBe("sha256-12.sig");
});

test("keys are on P-256, encrypted or not", () => {
  const folder = mkdtempSync(join(tmpdir(), "pith-key-"));
  try {
    const file = join(folder, "key.pem");
    const write = (curve: string, encryption: object): void => {
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: curve });
      writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem", ...encryption }));
    };
    write("P-256", { cipher: "aes-256-cbc", passphrase: "word" });
    expect(readKey(file, "word").publicPem).toContain("BEGIN PUBLIC KEY");
    expect(() => readKey(file, "wrong")).toThrow();
    write("P-384", {});
    expect(() => readKey(file, undefined)).toThrow("not a key on the curve P-256");
    writeFileSync(file, "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n");
    expect(() => readKey(file, undefined)).toThrow("cosign's own way");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
