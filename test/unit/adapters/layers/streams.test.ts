import fs from "node:fs";
import os from "node:os";
import zlib from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { decompress, sniffCompression } from "../../../../src/adapters/layers/decompress.ts";
import {
  bytesExtent,
  type Extent,
  fileExtent,
  streamExtent,
  subExtent,
} from "../../../../src/adapters/layers/extent.ts";
import { openArchives, openLayers } from "../../../../src/adapters/layers/open-layers.ts";
import { readHeaders } from "../../../../src/adapters/layers/read-headers.ts";
import { openSpool } from "../../../../src/adapters/layers/spool.ts";
import { zstdFrames } from "../../../../src/adapters/layers/zstd-frames.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { archive } from "../../../support/archive.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

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

describe("a spool", () => {
  it("has what was appended, and no name", () => {
    const folder = fs.mkdtempSync(`${os.tmpdir()}/pith-spooled-`);
    const spool = openSpool(folder);
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(spool.length()).toBe(0);
    for (const [start, end] of [
      [0, 10],
      [10, 10],
      [10, 100],
    ])
      spool.append(counting.subarray(start, end));
    expect(spool.length()).toBe(100);
    expect(spool.extent(5, 20).read(0, 100)).toEqual(counting.subarray(5, 25));
    spool.close();
    expect(() => spool.extent(0, 1).read(0, 1)).toThrow("EBADF");
    fs.rmSync(folder, { recursive: true });
    expect(() => openSpool(folder)).toThrow("ENOENT");
  });
});

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

describe("archives", () => {
  const large = Buffer.alloc(1_000_000, "large");
  const members = [
    { name: "d/large", content: large },
    { name: "small", content: "small" },
    { name: "same", hardLink: "small" },
    { name: "link", link: "small" },
  ];
  const whole = archive(members);

  it("are read without their contents where only headers are asked for", () => {
    let readBytes = 0;
    const extent: Extent = {
      ...bytesExtent(whole),
      readInto(target, offset) {
        const count = bytesExtent(whole).readInto(target, offset);
        readBytes += count;
        return count;
      },
    };
    const names: string[] = [];
    readHeaders(extent, ({ name }) => names.push(name.toString()));
    expect(names).toEqual(members.map(({ name }) => name));
    expect(readBytes).toBeLessThan(40_000);
    const cut = bytesExtent(whole.subarray(0, 500_000));
    expect(() => readHeaders(cut, () => {})).toThrow();
  });

  it("give their contents in parts, and nothing of what is no file", async () => {
    const root = openArchives([bytesExtent(archive([{ name: "small", content: "lower" }])), bytesExtent(whole)]);
    const read = async (path: string, offset?: number, length?: number): Promise<string | undefined> => {
      const range = offset === undefined ? undefined : { offset, length: length ?? 1 };
      const bytes = await root.readFile(toAbsPath(path), range);
      return bytes && Buffer.from(bytes).toString();
    };
    expect([await read("/small"), await read("/same"), await read("/d/large", 999_998, 10)]).toEqual([
      "small",
      "small",
      "ge",
    ]);
    expect([await read("/small", 1, 3), await read("/small", 5, 3), await read("/small", 9, 3)]).toEqual([
      "mal",
      "",
      "",
    ]);
    expect([await read("/none"), await read("/small/x"), await read("/none/x")]).toEqual(Array(3).fill(undefined));
    expect(await root.readDirectory(toAbsPath("/"))).toHaveLength(4);
    const stats = await Promise.all(["/small", "/same", "/link", "/d"].map((path) => root.lstat(toAbsPath(path))));
    expect(stats.map((stat) => [stat?.kind, stat?.sizeBytes, stat?.target, stat?.inode !== undefined])).toEqual([
      ["file", 5, undefined, true],
      ["file", 5, undefined, true],
      ["symlink", 5, "small", false],
      ["directory", 0, undefined, false],
    ]);
  });

  it("are counted, each content once, and told of as they come", async () => {
    const spool = openSpool(os.tmpdir());
    const blob = (bytes: Uint8Array) => ({
      name: "x",
      content: bytesExtent(bytes),
      digest: undefined,
      diffId: undefined,
    });
    let seen = 0;
    const zipped = zlib.gzipSync(whole);
    const image = await openLayers([blob(zipped), blob(zipped)], spool, { onBytes: (count) => (seen += count) });
    expect(image.count()).toEqual({ files: 3, bytes: 1_000_005 });
    expect(seen).toBe(2 * whole.length);
    expect(image.layerBytes).toEqual({ plain: 2 * whole.length, compressed: 2 * zipped.length });
    const mixed = await openLayers([blob(zipped), blob(whole)], spool);
    expect(mixed.layerBytes).toEqual({ plain: 2 * whole.length, compressed: undefined });
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(openLayers([blob(whole)], spool, { signal })).rejects.toThrow(/^stopped$/u);
    spool.close();
  });
});
