import { describe, expect, it } from "vitest";
import {
  compareCacheNames,
  type LdSoCacheEntry,
  parseLdSoCache,
  writeLdSoCache,
} from "../../../../src/formats/elf/ld-so-cache.ts";

const entries: readonly LdSoCacheEntry[] = [
  { name: "libx.so", path: "/v2/libx.so", flags: 0x303, hwcaps: "x86-64-v2" },
  { name: "libx.so", path: "/v3/libx.so", flags: 0x303, hwcaps: "x86-64-v3" },
  { name: "libx.so", path: "/libx.so", flags: 0x303 },
];
const extensionAt = 32;

/** The file with numbers at other places, least byte first. */
function changed(...changes: readonly (readonly [offset: number, value: number])[]): Buffer {
  const file = Buffer.from(writeLdSoCache(entries, true));
  for (const [offset, value] of changes) file.writeUInt32LE(value, offset);
  return file;
}

function read(file: Uint8Array): string | undefined {
  return parseLdSoCache(file, true)
    ?.map(({ path, hwcaps = "-", legacy }) => `${path} ${hwcaps}${legacy === true ? " legacy" : ""}`)
    .join(", ");
}

const all = "/v2/libx.so x86-64-v2, /v3/libx.so x86-64-v3, /libx.so -";
const extension = changed().readUInt32LE(extensionAt);

describe("a field of the loader's cache", () => {
  it("tells the byte order, or nothing about it", () => {
    const ordered = (order: number): string | undefined => {
      const file = changed();
      file[28] = order;
      return read(file);
    };
    expect([0, 1, 2, 3, 4, 6].map(ordered)).toEqual([all, undefined, all, undefined, all, all]);
  });

  it("counts no more entries than there is room for", () => {
    const room = Math.floor((changed().length - 48) / 24);
    expect(read(changed([20, 2]))).toBe("/v2/libx.so x86-64-v2, /v3/libx.so x86-64-v3");
    expect(read(changed([20, 0]))).toBe("");
    expect(read(changed([20, room]))).toContain(all);
    expect(read(changed([20, room + 1]))).toBeUndefined();
  });

  it("names a text that ends, or its entry is left out", () => {
    expect(read(changed([48 + 4, 0xffff]))).toBe("/v3/libx.so x86-64-v3, /libx.so -");
    expect(read(changed([48 + 8, 0xffff]))).toBe("/v3/libx.so x86-64-v3, /libx.so -");
  });

  it("holds bits of older loaders, or the number of a subdirectory that is listed", () => {
    expect(read(changed([48 + 20, 1]))).toContain("/v2/libx.so - legacy");
    expect(read(changed([48 + 16, 1], [48 + 20, 0]))).toContain("/v2/libx.so - legacy");
    expect(read(changed([48 + 20, 0]))).toBe("/v2/libx.so -, /v3/libx.so x86-64-v3, /libx.so -");
    expect(read(changed([48 + 20, 2 ** 30 + 0x400]))).toContain("/v2/libx.so - legacy");
    expect(read(changed([48 + 20, 2 ** 30 + 0x3ff]))).toBe(all);
    expect(read(changed([48 + 16, 1]))).toBe("/v2/libx.so x86-64-v3, /v3/libx.so x86-64-v3, /libx.so -");
    expect(read(changed([48 + 16, 2]))).toBe("/v3/libx.so x86-64-v3, /libx.so -");
  });

  it("leads to the list of subdirectories", () => {
    const none = "/libx.so -";
    expect(read(changed([extensionAt, 0]))).toBe(none);
    expect(read(changed([extension, 1]))).toBe(none);
    expect(read(changed([extension + 4, 0]))).toBe(none);
    expect(read(changed([extension + 8, 2]))).toBe(none);
    expect(read(changed([extension + 20, 4]))).toBe("/v2/libx.so x86-64-v2, /libx.so -");
    expect(read(changed([extension + 20, 7]))).toBe("/v2/libx.so x86-64-v2, /libx.so -");
  });

  it("leads past other extensions", () => {
    const file = changed([extensionAt, changed().length]);
    const parts = Buffer.alloc(8 + 2 * 16);
    for (const [index, value] of [0xeaa42174, 2, 7, 0, 0, 0].entries()) parts.writeUInt32LE(value, 4 * index);
    file.copy(parts, 24, extension + 8, extension + 24);
    expect(read(Buffer.concat([file, parts]))).toBe(all);
    parts.writeUInt32LE(1, 4);
    expect(read(Buffer.concat([file, parts]))).toBe("/libx.so -");
  });
});

describe("the part for newer loaders", () => {
  const behind = (oldEntries: number): Buffer => {
    const old = Buffer.alloc(Math.ceil((16 + 12 * oldEntries) / 8) * 8);
    old.write("ld.so-1.7.0");
    old.writeUInt32LE(oldEntries, 12);
    return Buffer.concat([old, changed()]);
  };

  it("stands behind the older one, at a multiple of eight", () => {
    expect([0, 1, 2, 3].map((count) => read(behind(count)))).toEqual([all, all, all, all]);
  });

  it("is not there where another text stands, or the file ends within its header", () => {
    const other = behind(0);
    other[16] = 0;
    expect(read(other)).toBe("");
    expect(read(behind(0).subarray(0, 16 + 47))).toBe("");
    const empty = changed([20, 0], [extensionAt, 0]).subarray(0, 48);
    expect(parseLdSoCache(empty, true)).toEqual([]);
  });
});

describe("what is written", () => {
  it("has each text once, and leaves out what older loaders alone take", () => {
    const legacy = { name: "liby.so", path: "/tls/liby.so", flags: 0x303, legacy: true };
    expect(writeLdSoCache([...entries, legacy], true)).toEqual(writeLdSoCache(entries, true));
    const text = changed().toString("latin1");
    expect(text.split("libx.so\0")).toHaveLength(5);
    expect(text.split("\0libx.so\0")).toHaveLength(2);
    expect(changed().readUInt32LE(24)).toBe("libx.so /v2/libx.so /v3/libx.so /libx.so x86-64-v2 x86-64-v3 ".length);
  });

  it("has an empty list of extensions where no subdirectory is named", () => {
    for (const name of ["liba.so", "libab.so", "libabc.so", "libabcd.so"]) {
      const file = Buffer.from(writeLdSoCache([{ name, path: `/${name}`, flags: 3 }], true));
      const at = file.readUInt32LE(extensionAt);
      expect([at % 4, at + 8, file.readUInt32LE(at), file.readUInt32LE(at + 4)]).toEqual([
        0,
        file.length,
        0xeaa42174,
        0,
      ]);
    }
    expect(extension + 24 + 2 * 4).toBe(changed().length);
  });
});

it.each([
  ["a", "b", -1],
  ["a", "a", 0],
  ["a", "ab", -1],
  ["a1", "a01", 0],
  ["a9", "a10", -1],
  ["a9b", "a9c", -1],
  ["a1", "ab", 1],
  ["a1", "a", 1],
  ["", "a", -1],
  ["", "", 0],
  ["a:", "a9", -1],
  ["a/", "a0", -1],
  ["a1.2", "a1.10", -1],
])("%j is beside %j as the loader has it: %s", (left, right, order) => {
  expect(Math.sign(compareCacheNames(left, right))).toBe(order);
  expect(Math.sign(compareCacheNames(right, left))).toBe(order === 0 ? 0 : -order);
});
