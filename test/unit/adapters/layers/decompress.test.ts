import zlib from "node:zlib";
import { expect, it } from "vitest";
import { decompress, sniffCompression } from "../../../../src/adapters/layers/decompress.ts";
import { gathered } from "./stream-pieces.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const counting = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

it.each([
  ["1f8b", "gzip"],
  ["1f8c", "none"],
  ["1e8b", "none"],
  ["28b52ffd", "zstd"],
  ["28b52ffd00", "zstd"],
  ["28b52f", "none"],
  ["502a4d18", "zstd"],
  ["5f2a4d18", "zstd"],
  ["4f2a4d18", "none"],
  ["602a4d18", "none"],
  ["fd2fb528", "none"],
  ["", "none"],
])("a blob that begins with %s has the compression %s", (head, compression) => {
  expect(sniffCompression(Buffer.from(head, "hex"))).toBe(compression);
});

it("a stream may be as long as its limit, and no longer", async () => {
  for (const [compression, bytes] of [
    ["none", counting],
    ["gzip", zlib.gzipSync(counting)],
    ["zstd", zlib.zstdCompressSync(counting)],
  ] as const) {
    const read = (maximumBytes: number) => gathered(decompress(pieces(bytes, 10), compression, { maximumBytes }));
    expect(await read(100)).toEqual(counting);
    await expect(read(99)).rejects.toThrow("it is longer than 99 bytes");
  }
});

it("a failure of the source is told as it is", async () => {
  // oxlint-disable-next-line require-yield -- it fails before anything
  async function* failing(): AsyncGenerator<Uint8Array> {
    throw new Error("the disk is gone");
  }
  for (const compression of ["none", "gzip", "zstd"] as const) {
    await expect(gathered(decompress(failing(), compression, { maximumBytes: 9 }))).rejects.toThrow("the disk is gone");
  }
});
