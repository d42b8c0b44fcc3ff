import { expect, test } from "vitest";
import { fontCaches } from "../../../src/dlopen/font-caches.ts";
import type { FileStat } from "../../../src/rootfs/rootfs.ts";

const directory: FileStat = {
  kind: "directory",
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  mtimeSeconds: 1_700_000_000,
};

/** A cache as fontconfig writes it on a machine of 64 bits. */
function cacheOf(name: string, seconds: number): Uint8Array {
  const head = Buffer.alloc(64);
  head.writeBigInt64LE(64n, 16);
  head.writeInt32LE(seconds, 48);
  head.writeBigInt64LE(123n, 56);
  return Buffer.concat([head, Buffer.from(`${name}\0more`)]);
}

test("a cache of fonts tells its directory", () => {
  expect(fontCaches.byContent?.paths.test("/var/cache/fontconfig/4c599c202bc5c08e2d34565a40eac3b2-le64.cache-9")).toBe(
    true,
  );
  expect(fontCaches.byContent?.sourceOf(cacheOf("/usr/share/fonts", 1))).toBe("/usr/share/fonts");
  expect(fontCaches.byContent?.sourceOf(cacheOf("fonts", 1))).toBeUndefined();
  expect(fontCaches.byContent?.sourceOf(Buffer.alloc(80))).toBeUndefined();
  expect(fontCaches.byContent?.sourceOf(Buffer.alloc(10))).toBeUndefined();
});

test("its time follows the image's, and one of another time stays out", () => {
  expect(fontCaches.judge(cacheOf("/usr/share/fonts", 1_700_000_000), directory, 315_532_800)).toEqual({
    offset: 48,
    hex: "00a6ce12000000000000000000000000",
  });
  expect(fontCaches.judge(cacheOf("/usr/share/fonts", 1), directory, 315_532_800)).toBe("stale");
});
