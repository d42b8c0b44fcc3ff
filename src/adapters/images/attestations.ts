import { mediaTypes } from "../../formats/oci/descriptor.ts";
import { type Blob, bytesBlob } from "./compress.ts";

/** A statement about an image whose digest is not known yet. */
export interface Statement {
  /** in-toto: predicateType. */
  readonly type: string;
  /** The predicate as JSON, once it is known. */
  readonly print: (image: StoredImage) => string;
}

/** An image as it is stored: the digest of its manifest, and its name there. */
export interface StoredImage {
  readonly digest: string;
  readonly name: string | undefined;
}

/** The manifest that attaches statements to an image, and everything that it names. */
export interface AttachedStatements {
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
  /** For the descriptor of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The platform of what is no image to run. */
export const noPlatform = { architecture: "unknown", os: "unknown" };

/**
 * Statements about an image in the form that BuildKit stores (buildkit docs/attestations/attestation-storage.md): a
 * manifest whose layers are in-toto statements, which scanners and `docker buildx imagetools` find beside the image in
 * its index.
 */
export function attachStatements(statements: readonly Statement[], image: StoredImage): AttachedStatements {
  const subject = [{ name: image.name ?? "_", digest: { sha256: image.digest.replace("sha256:", "") } }];
  const layers = statements.map(({ type, print }) => {
    const head = JSON.stringify({ _type: "https://in-toto.io/Statement/v0.1", predicateType: type, subject });
    const blob = bytesBlob(
      "application/vnd.in-toto+json",
      Buffer.from(`${head.slice(0, -1)},"predicate":${print(image).trim()}}`),
    );
    return { blob, annotations: { "in-toto.io/predicate-type": type } };
  });
  const rootfs = { type: "layers", diff_ids: layers.map(({ blob }) => blob.digest) };
  const config = bytesBlob(mediaTypes.config, encode({ ...noPlatform, config: {}, rootfs }));
  const manifest = encode({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describeBlob(config),
    layers: layers.map(({ blob, annotations }) => ({ ...describeBlob(blob), annotations })),
  });
  return {
    manifest: bytesBlob(mediaTypes.manifest, manifest),
    blobs: [...layers.map(({ blob }) => blob), config],
    annotations: {
      "vnd.docker.reference.digest": image.digest,
      "vnd.docker.reference.type": "attestation-manifest",
    },
  };
}

function describeBlob({ mediaType, digest, content }: Blob): object {
  return { mediaType, digest, size: content.sizeBytes };
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
