import fs from "node:fs";
import os from "node:os";
import { describe, expect, it } from "vitest";
import {
  bytesExtent,
  type Extent,
  fileExtent,
  streamExtent,
  subExtent,
} from "../../../../src/adapters/layers/extent.ts";
import { gathered } from "./stream-pieces.ts";

const counting = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

async function withFile<T>(bytes: Uint8Array, work: (descriptor: number) => T): Promise<Awaited<T>> {
  const folder = fs.mkdtempSync(`${os.tmpdir()}/pith-extent-`);
  fs.writeFileSync(`${folder}/file`, bytes);
  const descriptor = fs.openSync(`${folder}/file`, "r+");
  try {
    return await work(descriptor);
  } finally {
    fs.closeSync(descriptor);
    fs.rmSync(folder, { recursive: true });
  }
}

describe("an extent", () => {
  const check = (extent: Extent, expected: Uint8Array): void => {
    expect(extent.sizeBytes).toBe(expected.length);
    for (const offset of [0, 5, expected.length - 1, expected.length, expected.length + 9]) {
      for (const length of [0, 1, 1000]) {
        const wanted = Buffer.from(expected.subarray(offset, offset + length));
        const target = Buffer.alloc(length, 0xff);
        const count = extent.readInto(target, offset);
        const filled = Buffer.concat([wanted, Buffer.alloc(length - wanted.length, 0xff)]);
        const isRight = Buffer.compare(extent.read(offset, length), wanted) === 0 && target.equals(filled);
        expect([offset, length, count, isRight]).toEqual([offset, length, wanted.length, true]);
      }
    }
  };

  it("has its bytes, and none beyond its end, wherever they are", async () => {
    check(bytesExtent(counting), counting);
    check(subExtent(bytesExtent(counting), 10, 20), counting.subarray(10, 30));
    check(subExtent(subExtent(bytesExtent(counting), 10, 50), 5, 20), counting.subarray(15, 35));
    await withFile(counting, (descriptor) => {
      check(fileExtent(descriptor, 0, 100), counting);
      check(fileExtent(descriptor, 30, 40), counting.subarray(30, 70));
      check(subExtent(fileExtent(descriptor, 30, 40), 10, 10), counting.subarray(40, 50));
    });
  });

  it("tells of a file that has become shorter, and of one that cannot be read", async () => {
    await withFile(counting, (descriptor) => {
      const extent = fileExtent(descriptor, 0, 100);
      fs.ftruncateSync(descriptor, 50);
      expect(extent.read(0, 50)).toHaveLength(50);
      expect(() => extent.read(0, 51)).toThrow(/cannot read \S+\/file: it has become shorter meanwhile/u);
    });
    const folder = fs.openSync(os.tmpdir(), "r");
    expect(() => fileExtent(folder, 0, 10).read(0, 10)).toThrow(os.tmpdir());
    fs.closeSync(folder);
  });

  it("is streamed in pieces, two of which are good at a time", async () => {
    const bytes = Buffer.alloc(2_000_000);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(at, at);
    let before: Uint8Array = new Uint8Array();
    let last: Uint8Array = new Uint8Array();
    let taken = 0;
    for await (const piece of streamExtent(bytesExtent(bytes))) {
      expect(Buffer.compare(before, last)).toBe(0);
      expect(bytes.subarray(taken, taken + piece.length).equals(piece)).toBe(true);
      taken += piece.length;
      [before, last] = [piece.slice(), piece];
    }
    expect(taken).toBe(bytes.length);
    expect(await gathered(streamExtent(bytesExtent(new Uint8Array())))).toHaveLength(0);
  });
});
