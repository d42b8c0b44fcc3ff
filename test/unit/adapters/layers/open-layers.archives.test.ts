import os from "node:os";
import zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesExtent, type Extent } from "../../../../src/adapters/layers/extent.ts";
import { openArchives, openLayers } from "../../../../src/adapters/layers/open-layers.ts";
import { readHeaders } from "../../../../src/adapters/layers/read-headers.ts";
import { openSpool } from "../../../../src/adapters/layers/spool.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { archive } from "../../../support/archive.ts";

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
