import fs from "node:fs";
import os from "node:os";
import { describe, expect, it } from "vitest";
import { openSpool } from "../../../../src/adapters/layers/spool.ts";

const counting = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

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
