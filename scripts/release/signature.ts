import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";

/** A key on the curve P-256, which is what cosign signs with. */
export interface SigningKey {
  readonly key: KeyObject;
  /** The public half, as `cosign verify --key` reads it. */
  readonly publicPem: string;
}

/** Reads a private key in PEM, encrypted or not. Throws for a key of another kind. */
export function readKey(file: string, password: string | undefined): SigningKey {
  const pem = readFileSync(file, "utf8");
  if (pem.includes("SIGSTORE PRIVATE KEY") || pem.includes("COSIGN PRIVATE KEY"))
    throw new Error(
      `cannot sign with ${file}: it is encrypted in cosign's own way; give a PKCS#8 key and import its copy`,
    );
  const key = createPrivateKey({ key: pem, ...(password === undefined ? {} : { passphrase: password }) });
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new Error(`cannot sign with ${file}: it is not a key on the curve P-256`);
  return withPublic(key);
}

/** A key for one run, to try a release with. */
export function throwawayKey(): SigningKey {
  return withPublic(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
}

function withPublic(key: KeyObject): SigningKey {
  return { key, publicPem: createPublicKey(key).export({ type: "spki", format: "pem" }).toString() };
}

/** The signature of bytes, as `cosign verify-blob` reads it. */
export function signBytes({ key }: SigningKey, bytes: Uint8Array): string {
  return sign("sha256", bytes, key).toString("base64");
}

/** What cosign signs of an image: its digest, and the name that it has. */
export function imagePayload(reference: string, digest: string): Buffer {
  const critical = {
    identity: { "docker-reference": reference },
    image: { "docker-manifest-digest": digest },
    type: "cosign container image signature",
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

const statementType = "application/vnd.in-toto+json";

/** A statement in the envelope that its signature covers (DSSE 1.0), as `cosign verify-blob-attestation` reads it. */
export function signStatement(signingKey: SigningKey, statement: string): string {
  const length = Buffer.byteLength(statement);
  const covered = Buffer.from(`DSSEv1 ${String(statementType.length)} ${statementType} ${String(length)} ${statement}`);
  const envelope = {
    payloadType: statementType,
    payload: Buffer.from(statement).toString("base64"),
    signatures: [{ keyid: "", sig: signBytes(signingKey, covered) }],
  };
  return `${JSON.stringify(envelope)}\n`;
}
