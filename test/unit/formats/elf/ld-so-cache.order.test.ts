import { expect, it } from "vitest";
import {
  type LdSoCacheEntry,
  ldSoCacheLimit,
  parseLdSoCache,
  writeLdSoCache,
} from "../../../../src/formats/elf/ld-so-cache.ts";

/** In the order in which the loader searches. */
const ordered: readonly LdSoCacheEntry[] = [
  { name: "libx.so.10", path: "/b/libx.so.10", flags: 0x803 },
  { name: "libx.so.10", path: "/v2/libx.so.10", flags: 0x303, hwcaps: "x86-64-v2" },
  { name: "libx.so.10", path: "/v2b/libx.so.10", flags: 0x303, hwcaps: "x86-64-v2" },
  { name: "libx.so.10", path: "/v3/libx.so.10", flags: 0x303, hwcaps: "x86-64-v3" },
  { name: "libx.so.10", path: "/a/libx.so.10", flags: 0x303 },
  { name: "libx.so.10", path: "/b/libx.so.10", flags: 0x303 },
  { name: "libx.so.9", path: "/a/libx.so.9", flags: 0x303 },
];

it.each([true, false])("entries are in the loader's order, however they were given (little-endian: %s)", (little) => {
  for (let turn = 0; turn < ordered.length; turn++) {
    const given = [...ordered.slice(turn), ...ordered.slice(0, turn)];
    for (const entries of [given, given.toReversed()]) {
      const read = parseLdSoCache(writeLdSoCache(entries, little), little) ?? [];
      expect(read.map(({ path, flags }) => `${path} ${String(flags)}`)).toEqual(
        ordered.map(({ path, flags }) => `${path} ${String(flags)}`),
      );
    }
  }
});

it("a cache of the largest size is read, and none that is larger", () => {
  const whole = Buffer.alloc(ldSoCacheLimit + 1);
  whole.set(writeLdSoCache(ordered, true));
  expect(parseLdSoCache(whole.subarray(0, ldSoCacheLimit), true)).toHaveLength(ordered.length);
  expect(parseLdSoCache(whole, true)).toBeUndefined();
});

it("entries of the old form are left out where one of their texts lies outside", () => {
  const texts = "libz.so.1\0/lib/libz.so.1\0";
  const offsets = [
    [0, 10],
    [999, 10],
    [0, 999],
    [999, 999],
  ];
  const head = Buffer.alloc(16 + 12 * offsets.length);
  head.write("ld.so-1.7.0", "latin1");
  head.writeUInt32LE(offsets.length, 12);
  for (const [index, [name = 0, path = 0]] of offsets.entries()) {
    head.writeInt32LE(0x303, 16 + 12 * index);
    head.writeUInt32LE(name, 20 + 12 * index);
    head.writeUInt32LE(path, 24 + 12 * index);
  }
  const read = parseLdSoCache(Buffer.concat([head, Buffer.from(texts)]), true) ?? [];
  expect(read.map(({ name, path }) => `${name} ${path}`)).toEqual(["libz.so.1 /lib/libz.so.1"]);
});
