import { createHash } from "node:crypto";
import { mediaTypes } from "../../formats/oci/descriptor.ts";
import { parseConfigRoot } from "../../formats/oci/manifest.ts";
import { type Compression, decompress, sniffCompression } from "../layers/decompress.ts";
import { streamExtent, subExtent } from "../layers/extent.ts";
import type { LayerBlob } from "../layers/open-layers.ts";
import type { Spool } from "../layers/spool.ts";
import { type Blob, bytesBlob, compressLayer } from "./compress.ts";
import type { ImageParts } from "./image-parts.ts";
import { refuse } from "./refuse.ts";
import type { Source } from "./target.ts";
import { type ImageBlobs, layoutOf } from "./write-layout.ts";

/**
 * An image that is not stored anywhere yet, for each of its platforms, with what is attached to it, as a place to copy
 * from.
 */
export function blobsSource(images: readonly ImageBlobs[], name: string): Source {
  const { blobs, root } = layoutOf(images, { tag: name }, []);
  const found = new Map(blobs.map((blob) => [blob.digest, blob]));
  return {
    name,
    resolve: async () => Promise.resolve(root),
    async *fetch({ digest }, offset = 0) {
      const content = found.get(digest)?.content;
      if (content === undefined) throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: it lacks ${digest}`);
      yield* streamExtent(subExtent(content, offset, content.sizeBytes - offset));
    },
  };
}

/**
 * Makes of an image whose layers are archives one that a registry takes. Layers are checked on the way: throws
 * BLOB_DIGEST.
 */
export async function packParts(
  parts: ImageParts,
  { compression, spool }: { readonly compression: Compression; readonly spool: Spool },
): Promise<ImageBlobs> {
  const layers: Blob[] = [];
  const { diffIds = [], os = "", architecture = "" } = parseConfigRoot(parts.config) ?? {};
  for (const [index, layer] of parts.layers.entries()) {
    const archive = await plainArchive(layer, spool);
    layers.push(await compressLayer({ archive, diffId: diffIds[index] ?? "" }, compression, spool));
  }
  return { platform: { os, architecture }, config: bytesBlob(mediaTypes.config, parts.config), layers };
}

const limits = { maximumBytes: 20 * 1024 ** 3 };

async function plainArchive({ content, diffId, name }: LayerBlob, spool: Spool): Promise<LayerBlob["content"]> {
  const compression = sniffCompression(content.read(0, 4));
  const [algorithm = "sha256"] = (diffId ?? "sha256:").split(":");
  const hash = createHash(algorithm);
  const start = spool.length();
  for await (const chunk of decompress(streamExtent(content), compression, limits)) {
    hash.update(chunk);
    if (compression !== "none") spool.append(chunk);
  }
  const found = `${algorithm}:${hash.digest("hex")}`;
  if (found !== diffId) {
    throw refuse("BLOB_DIGEST", `cannot read ${name}: its digest is ${found} and not ${String(diffId)}`);
  }
  return compression === "none" ? content : spool.extent(start, spool.length() - start);
}
