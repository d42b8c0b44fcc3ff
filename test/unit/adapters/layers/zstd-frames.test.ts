import zlib from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { decompress } from "../../../../src/adapters/layers/decompress.ts";
import { zstdFrames } from "../../../../src/adapters/layers/zstd-frames.ts";
import { gathered } from "./stream-pieces.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const counting = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

describe("a zstd stream", () => {
  const { ZSTD_c_checksumFlag: checksum, ZSTD_c_contentSizeFlag: contentSize } = zlib.constants;
  const random = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7919) % 251));
  const content = [
    Buffer.alloc(0),
    counting,
    Buffer.alloc(400_000, "run"),
    Buffer.alloc(200_000),
    Buffer.concat([random, Buffer.alloc(70_000, "x")]),
  ];
  const frames = content.flatMap((bytes) =>
    [0, 1].flatMap((isChecked) =>
      [0, 1].map((isSized) =>
        zlib.zstdCompressSync(bytes, { params: { [checksum]: isChecked, [contentSize]: isSized } }),
      ),
    ),
  );
  const skippable = (length: number): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0x184d2a50 + (length % 16));
    head.writeUInt32LE(length, 4);
    return Buffer.concat([head, Buffer.alloc(length, 0xfd)]);
  };

  async function framesOf(bytes: Uint8Array, size: number): Promise<readonly Buffer[]> {
    const found: Buffer[] = [];
    for await (const frame of zstdFrames(pieces(bytes, size))) found.push(await gathered(frame));
    return found;
  }

  test.prop([
    fc.array(fc.oneof(fc.constantFrom(...frames), fc.constantFrom(0, 1, 15, 70).map(skippable)), { maxLength: 6 }),
    fc.integer({ min: 1, max: 50 }),
  ])("is taken apart into its frames, however it comes", async (parts, size) => {
    const wanted = parts.filter((part) => frames.some((frame) => frame.equals(part)));
    expect(await framesOf(Buffer.concat(parts), size)).toEqual(wanted);
  });

  it("is refused where it is cut", async () => {
    const whole = zlib.zstdCompressSync(counting, { params: { [checksum]: 1 } });
    for (let length = 1; length < whole.length; length++) {
      await expect(framesOf(whole.subarray(0, length), 7)).rejects.toThrow("its zstd stream is cut");
    }
    const skipped = skippable(20);
    for (let length = 1; length < skipped.length; length++) {
      await expect(framesOf(skipped.subarray(0, length), 7)).rejects.toThrow("its zstd stream is cut");
    }
    for (const other of ["4f2a4d1800000000", "602a4d1800000000", "27b52ffd00000000"]) {
      await expect(framesOf(Buffer.from(other, "hex"), 7)).rejects.toThrow("not a zstd stream");
    }
  });

  it("gives back what was compressed, with frames of every kind", async () => {
    const stream = pieces(Buffer.concat([skippable(3), ...frames]), 9000);
    const expected = Buffer.concat(content.flatMap((bytes) => [bytes, bytes, bytes, bytes]));
    expect((await gathered(decompress(stream, "zstd", { maximumBytes: expected.length }))).equals(expected)).toBe(true);
  });
});
