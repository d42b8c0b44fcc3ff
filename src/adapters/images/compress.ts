import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { mediaTypes } from "../../formats/oci/descriptor.ts";
import type { Compression } from "../layers/decompress.ts";
import { bytesExtent, type Extent, streamExtent } from "../layers/extent.ts";
import type { Spool } from "../layers/spool.ts";

/** Content with the descriptor that names it. */
export interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly content: Extent;
}

const layerTypes: Readonly<Record<Compression, string>> = {
  none: mediaTypes.layer,
  gzip: mediaTypes.layerGzip,
  zstd: mediaTypes.layerZstd,
};

/** Settings are part of the bytes that come out, so they are not the machine's choice. */
const gzipLevel = 6;
const zstdLevel = 3;

/** Compresses an archive into the spool. The same archive gives the same bytes on every machine. */
export async function compressLayer(
  { archive, diffId }: { readonly archive: Extent; readonly diffId: string },
  compression: Compression,
  spool: Spool,
): Promise<Blob> {
  const mediaType = layerTypes[compression];
  if (compression === "none") return { mediaType, digest: diffId, content: archive };
  const hash = createHash("sha256");
  const start = spool.length();
  const chunkSize = 256 * 1024;
  const encoder =
    compression === "gzip"
      ? zlib.createGzip({ level: gzipLevel, chunkSize })
      : zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_compressionLevel]: zstdLevel }, chunkSize });
  await pipeline(streamExtent(archive), encoder, async (compressed: AsyncIterable<Buffer>) => {
    for await (const chunk of compressed) {
      hash.update(chunk);
      spool.append(chunk);
    }
  });
  return {
    mediaType,
    digest: `sha256:${hash.digest("hex")}`,
    content: spool.extent(start, spool.length() - start),
  };
}

/** Bytes in memory as a blob. */
export function bytesBlob(mediaType: string, bytes: Uint8Array): Blob {
  return {
    mediaType,
    digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    content: bytesExtent(bytes),
  };
}
