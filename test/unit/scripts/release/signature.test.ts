import { generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { signatureTag } from "../../../../scripts/release/publish.ts";
import {
  imagePayload,
  readKey,
  signBytes,
  signStatement,
  throwawayKey,
} from "../../../../scripts/release/signature.ts";

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
