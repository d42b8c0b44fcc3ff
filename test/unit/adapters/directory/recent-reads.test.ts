import { describe, expect, it } from "vitest";
import { RecentReads } from "../../../../src/adapters/directory/recent-reads.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = toAbsPath("/srv/app.py");

describe("what was read last", () => {
  it("answers for the whole file and for parts of it", () => {
    const recent = new RecentReads();
    recent.keep(file, undefined, bytes("import os"));
    expect(recent.get(file, undefined)).toEqual(bytes("import os"));
    expect(recent.get(file, { offset: 7, length: 100 })).toEqual(bytes("os"));
    expect(recent.get(toAbsPath("/srv/other.py"), undefined)).toBeUndefined();
  });

  it("answers only for its beginning where it knows no more", () => {
    const recent = new RecentReads();
    recent.keep(file, { offset: 0, length: 6 }, bytes("import"));
    expect(recent.get(file, { offset: 2, length: 4 })).toEqual(bytes("port"));
    expect(recent.get(file, { offset: 2, length: 5 })).toBeUndefined();
    expect(recent.get(file, undefined)).toBeUndefined();
  });

  it("keeps no answer that lies in the caller's memory, none from the middle and none of a large file", () => {
    const recent = new RecentReads();
    recent.keep(file, { offset: 0, length: 20, into: new Uint8Array(20) }, bytes("import os"));
    recent.keep(file, { offset: 1, length: 20 }, bytes("mport os"));
    recent.keep(file, undefined, new Uint8Array(256 * 1024 + 1));
    expect(recent.get(file, { offset: 0, length: 1 })).toBeUndefined();
  });

  it("hands out copies, so that a change of one reaches no other reader", () => {
    const recent = new RecentReads();
    const own = bytes("import os");
    recent.keep(file, undefined, own);
    own.fill(0);
    recent.get(file, undefined)?.fill(1);
    expect(recent.get(file, undefined)).toEqual(bytes("import os"));
  });

  it("forgets the oldest beyond 4 MiB", () => {
    const recent = new RecentReads();
    const paths = Array.from({ length: 17 }, (_, index) => toAbsPath(`/srv/${String(index)}.py`));
    for (const path of paths) recent.keep(path, undefined, new Uint8Array(256 * 1024));
    expect(paths.filter((path) => recent.get(path, undefined) === undefined)).toEqual(["/srv/0.py"]);
  });
});
