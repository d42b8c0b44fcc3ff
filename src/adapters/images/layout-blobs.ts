import { createHash } from "node:crypto";
import type { Descriptor } from "../../formats/oci/descriptor.ts";
import { type Manifest, manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import type { Extent } from "../layers/extent.ts";
import type { FileTree } from "./file-tree.ts";
import { refuse } from "./refuse.ts";

/** A manifest or an index. Throws IMAGE_SOURCE_INVALID. */
export function parseListed(bytes: Uint8Array, name: string): Exclude<Manifest, { kind: "invalid" }> {
  const manifest = parseManifest(bytes);
  if (manifest.kind !== "invalid") return manifest;
  throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: a manifest is not valid: ${manifest.why}`);
}

/** A blob of a layout, of the size that its descriptor says. Throws IMAGE_SOURCE_INVALID, BLOB_DIGEST. */
export function findBlob(files: FileTree, { digest, size }: Descriptor, name: string): Extent {
  const content = files.find(`blobs/${digest.replace(":", "/")}`);
  if (content === undefined) throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: it lacks ${digest}`);
  if (content.sizeBytes !== size) {
    const sizes = `${String(content.sizeBytes)} bytes and not ${String(size)}`;
    throw refuse("BLOB_DIGEST", `cannot read ${name}: ${digest} has ${sizes}`);
  }
  return content;
}

/** The whole of a small blob, checked against what names it. Throws IMAGE_SOURCE_INVALID, BLOB_DIGEST. */
export function readLimited(
  content: Extent,
  name: string,
  descriptor?: Descriptor & { readonly limitBytes?: number },
): Uint8Array {
  const limit = descriptor?.limitBytes ?? manifestLimitBytes;
  if (content.sizeBytes > limit) {
    throw refuse(
      "IMAGE_SOURCE_INVALID",
      `cannot read ${name}: a manifest is longer than ${String(limit / 2 ** 20)} MiB`,
    );
  }
  const bytes = content.read(0, content.sizeBytes);
  if (descriptor === undefined) return bytes;
  const [algorithm = ""] = descriptor.digest.split(":");
  const found = `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
  if (found === descriptor.digest) return bytes;
  throw refuse("BLOB_DIGEST", `cannot read ${name}: the digest of a manifest is ${found} and not ${descriptor.digest}`);
}
