import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compareCacheNames, parseLdSoCache, writeLdSoCache } from "../../../../src/formats/elf/ld-so-cache.ts";

const entries = [
  { name: "libz.so.1", path: "/usr/local/lib/libz.so.1", flags: 0x303 },
  { name: "libx.so.9", path: "/opt/libx.so.9", flags: 0x303 },
  { name: "libx.so.10", path: "/opt/libx.so.10", flags: 0x303 },
  { name: "libx.so.10", path: "/opt/glibc-hwcaps/x86-64-v3/libx.so.10", flags: 0x303, hwcaps: "x86-64-v3" },
  { name: "libx.so.10", path: "/opt/glibc-hwcaps/x86-64-v2/libx.so.10", flags: 0x303, hwcaps: "x86-64-v2" },
];

describe("the loader's cache", () => {
  it.each([true, false])("reads back what was written, in the loader's order (little endian: %s)", (littleEndian) => {
    const written = writeLdSoCache(entries, littleEndian);
    expect(parseLdSoCache(written, littleEndian)?.map(({ path }) => path)).toEqual([
      "/usr/local/lib/libz.so.1",
      "/opt/glibc-hwcaps/x86-64-v2/libx.so.10",
      "/opt/glibc-hwcaps/x86-64-v3/libx.so.10",
      "/opt/libx.so.10",
      "/opt/libx.so.9",
    ]);
    expect(parseLdSoCache(written, littleEndian)).toEqual(expect.arrayContaining(entries));
    expect(parseLdSoCache(written, !littleEndian)).toBeUndefined();
    expect(writeLdSoCache(entries.toReversed(), littleEndian)).toEqual(written);
  });

  it("reads the part for newer loaders behind the old format", () => {
    const written = writeLdSoCache(entries, true);
    const old = new Uint8Array(32 + written.length);
    old.set(Buffer.from("ld.so-1.7.0\0\x01\0\0\0"));
    old.set(written, 32);
    expect(parseLdSoCache(old, true)).toEqual(parseLdSoCache(written, true));
  });

  it("reads the old format alone", () => {
    const texts = ["libz.so.1", "/lib/libz.so.1", "libm.so.6", "/lib/libm.so.6"];
    const file = Buffer.alloc(16 + 2 * 12);
    file.write("ld.so-1.7.0");
    file.writeUInt32LE(2, 12);
    for (const [index, at] of [16, 28].entries()) {
      const offset = (text: number) => texts.slice(0, text).join("\0").length + Math.min(text, 1);
      file.writeUInt32LE(0x303, at);
      file.writeUInt32LE(offset(index * 2), at + 4);
      file.writeUInt32LE(offset(index * 2 + 1), at + 8);
    }
    const whole = Buffer.concat([file, Buffer.from(`${texts.join("\0")}\0`)]);
    expect(parseLdSoCache(whole, true)).toEqual([
      { name: "libz.so.1", path: "/lib/libz.so.1", flags: 0x303 },
      { name: "libm.so.6", path: "/lib/libm.so.6", flags: 0x303 },
    ]);
    whole.writeUInt32LE(2 ** 31, 12);
    expect(parseLdSoCache(whole, true)).toBeUndefined();
  });

  test.prop([
    fc.uniqueArray(
      fc.record({ name: fc.stringMatching(/^lib[a-z0-9.é]{1,9}$/u), path: fc.stringMatching(/^\/[a-zü/]{1,9}$/u) }),
      { selector: ({ name }) => name, maxLength: 20 },
    ),
    fc.boolean(),
  ])("holds any names", (pairs, littleEndian) => {
    const given = pairs.map((pair) => ({ ...pair, flags: 0x303 }));
    const read = parseLdSoCache(writeLdSoCache(given, littleEndian), littleEndian) ?? [];
    expect(new Set(read)).toEqual(new Set(given));
  });

  it("refuses counts that do not fit", () => {
    const written = writeLdSoCache(entries, true);
    written.fill(0xff, 20, 24);
    expect(parseLdSoCache(written, true)).toBeUndefined();
    expect(parseLdSoCache(written.slice(0, 60), true)).toBeUndefined();
    expect(parseLdSoCache(new Uint8Array(), true)).toBeUndefined();
  });

  it("may hold the largest number anywhere", () => {
    const written = writeLdSoCache(entries, true);
    for (let at = 20; at + 4 <= written.length; at++) {
      const bytes = written.slice();
      bytes.fill(0xff, at, at + 4);
      expect(parseLdSoCache(bytes, true)?.length ?? 0).toBeLessThanOrEqual(entries.length);
    }
  });

  it("orders runs of digits as numbers", () => {
    const names = ["libx.so.10", "libx.so.9", "libx.so", "libx-2.so", "liba.so.1", "libx.so.9.1"];
    expect(names.sort(compareCacheNames)).toEqual([
      "liba.so.1",
      "libx-2.so",
      "libx.so",
      "libx.so.9",
      "libx.so.9.1",
      "libx.so.10",
    ]);
  });

  test.prop([fc.uint8Array({ maxLength: 300 }), fc.boolean()])("never throws on any bytes", (tail, littleEndian) => {
    for (const magic of ["glibc-ld.so.cache1.1", "ld.so-1.7.0\0"]) {
      parseLdSoCache(Uint8Array.of(...Buffer.from(magic), ...tail), littleEndian);
    }
  });
});
