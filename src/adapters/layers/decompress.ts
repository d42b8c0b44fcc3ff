import { pipeline, type Transform } from "node:stream";
import zlib from "node:zlib";
import { TarFault } from "../../formats/tar/member.ts";
import { zstdFrames } from "./zstd-frames.ts";

export type Compression = "none" | "gzip" | "zstd";

/** The compression that the first bytes of a blob tell. */
export function sniffCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const magic = head.length < 4 ? 0 : Buffer.from(head).readUInt32LE();
  return magic === 0xfd2fb528 || (magic >= 0x184d2a50 && magic <= 0x184d2a5f) ? "zstd" : "none";
}

export interface DecompressLimits {
  /** Most bytes that may come out. */
  readonly maximumBytes: number;
}

/** Beyond this much, a stream that grew more than `bombRatio` times is not what anybody meant to ship. */
const bombBytes = 1024 ** 3;
const bombRatio = 200;
const chunkSize = 256 * 1024;

/** Undoes a compression. Throws `TarFault` where the stream is damaged, cut, or grows beyond the limits. */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
  limits: DecompressLimits,
): AsyncGenerator<Uint8Array> {
  let taken = 0;
  let given = 0;
  for await (const chunk of decoded(
    counted(source, (length) => (taken += length)),
    compression,
  )) {
    given += chunk.length;
    if (given > limits.maximumBytes) {
      throw new TarFault("LAYER_TOO_LARGE", `it is longer than ${limits.maximumBytes} bytes`);
    }
    if (given > bombBytes && given > taken * bombRatio) {
      throw new TarFault("LAYER_TOO_LARGE", `it grows to more than ${bombRatio} times its size`);
    }
    yield chunk;
  }
}

async function* decoded(source: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array> {
  switch (compression) {
    case "none":
      yield* source;
      return;
    case "gzip":
      yield* through(source, zlib.createGunzip({ chunkSize }));
      return;
    case "zstd":
      for await (const frame of zstdFrames(source)) yield* through(frame, zlib.createZstdDecompress({ chunkSize }));
      return;
  }
}

async function* through(source: AsyncIterable<Uint8Array>, decoder: Transform): AsyncGenerator<Uint8Array> {
  // Each piece is used up before the next is asked for, since its bytes may be used again.
  pipeline(source, decoder, () => {
    // The failure comes out of the decoder below.
  });
  try {
    for await (const chunk of decoder) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (failure) {
    const isDamage = failure instanceof Error && "code" in failure && /^(?:Z_|ZSTD_)/u.test(String(failure.code));
    throw isDamage
      ? new TarFault("LAYER_CORRUPT", "its compressed stream is damaged or cut", { cause: failure })
      : failure;
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    count(chunk.length);
    yield chunk;
  }
}
