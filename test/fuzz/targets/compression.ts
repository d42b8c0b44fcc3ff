import zlib from "node:zlib";
import { decompress, sniffCompression } from "../../../src/adapters/layers/decompress.ts";
import { TarFault } from "../../../src/formats/tar/member.ts";
import { must, type Target } from "../target.ts";

const text = Buffer.from("text that compresses, text that compresses\n".repeat(20));
const noise = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * index * 7919) % 251));
const zstd = [zlib.zstdCompressSync(text), zlib.zstdCompressSync(noise)];
const skippable = Buffer.from("502a4d180300000000ff00", "hex");
const maximumBytes = 1_000_000;

/** Compressed streams: the bytes that went in, or a finding, and never more than the limit. */
export const compression: Target = {
  name: "gzip and zstd",
  seeds: [zlib.gzipSync(text), zlib.gzipSync(noise), ...zstd, Buffer.concat([...zstd, skippable, ...zstd])],
  words: [
    Buffer.from("1f8b08", "hex"),
    Buffer.from("28b52ffd", "hex"),
    Buffer.from("502a4d18ffffffff", "hex"),
    skippable,
  ],
  async run(bytes) {
    let given = 0;
    try {
      for await (const chunk of decompress(pieces(bytes), sniffCompression(bytes), { maximumBytes }))
        given += chunk.length;
    } catch (failure) {
      if (!(failure instanceof TarFault)) throw failure;
      return failure.message;
    }
    must(given <= maximumBytes, "limits are kept");
    return `${sniffCompression(bytes)} ${String(given === 0)}`;
  },
};

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}
