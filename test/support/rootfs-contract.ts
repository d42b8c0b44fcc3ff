import { describe, expect, it } from "vitest";
import type { MemoryEntry } from "../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../src/rootfs/rootfs.ts";

/** The tree that every root file system under contract shows. */
export const contractTree: readonly (readonly [path: string, entry: MemoryEntry])[] = [
  ["/etc/hosts", { content: "localhost\n", mode: 0o600, mtimeSeconds: 1_000_000_000 }],
  ["/usr/lib/libz.so.1", { target: "libz.so.1.3" }],
  ["/usr/lib/libz.so.1.3", { content: "0123456789" }],
  ["/usr/bin/[", { content: "" }],
  ["/usr/bin/é", { content: "é" }],
  ["/lib", { target: "usr/lib" }],
  ["/abs", { target: "/usr/lib" }],
  ["/up", { target: "../../usr/./lib/../bin" }],
  ["/loop/a", { target: "b" }],
  ["/loop/b", { target: "a" }],
  ["/dangling", { target: "/nowhere" }],
  ["/empty", { mode: 0o1777 }],
];

/** The contract of every `RootFs`, shown on `contractTree`. */
export function checkRootFs(name: string, open: () => RootFs | Promise<RootFs>): void {
  describe(`${name} keeps the contract of a root file system`, () => {
    it("tells kinds, modes, sizes and times", async () => {
      const root = await open();
      expect(await root.lstat(toAbsPath("/etc/hosts"))).toMatchObject({
        kind: "file",
        mode: 0o600,
        sizeBytes: 10,
        mtimeSeconds: 1_000_000_000,
      });
      expect(await root.lstat(toAbsPath("/empty"))).toMatchObject({ kind: "directory", mode: 0o1777 });
      expect(await root.lstat(toAbsPath("/"))).toMatchObject({ kind: "directory" });
    });

    it("shows links without following them", async () => {
      const root = await open();
      expect(await root.lstat(toAbsPath("/lib"))).toMatchObject({ kind: "symlink", target: "usr/lib" });
      expect(await root.readDirectory(toAbsPath("/lib"))).toBeUndefined();
      expect(await root.readFile(toAbsPath("/usr/lib/libz.so.1"))).toBeUndefined();
      expect(await root.lstat(toAbsPath("/dangling"))).toMatchObject({ kind: "symlink", target: "/nowhere" });
    });

    it.each(["/lib", "/abs", "/up/../lib"])("follows links in parents inside the root: %s", async (directory) => {
      const root = await open();
      expect(await root.lstat(toAbsPath(`${directory}/libz.so.1`))).toMatchObject({ target: "libz.so.1.3" });
      const bytes = await root.readFile(toAbsPath(`${directory}/libz.so.1.3`));
      expect(new TextDecoder().decode(bytes)).toBe("0123456789");
    });

    it("clamps links above the root", async () => {
      const root = await open();
      expect(await root.lstat(toAbsPath("/up/["))).toMatchObject({ kind: "file", sizeBytes: 0 });
    });

    it.each([
      "/nowhere",
      "/etc/hosts/x",
      "/loop/a/x",
      "/dangling/x",
      "/etc/hosts/.wh",
      "/etc/a\0b",
      `/etc/${"x".repeat(300)}`,
      `/${"x/".repeat(3000)}`,
    ])("answers undefined for %j", async (path) => {
      const root = await open();
      expect(await root.lstat(toAbsPath(path))).toBeUndefined();
      expect(await root.readDirectory(toAbsPath(path))).toBeUndefined();
      expect(await root.readFile(toAbsPath(path))).toBeUndefined();
    });

    it("lists names by their bytes", async () => {
      const root = await open();
      expect(await root.readDirectory(toAbsPath("/usr/bin"))).toEqual(["[", "é"]);
      expect(await root.readDirectory(toAbsPath("/empty"))).toEqual([]);
      expect(await root.readDirectory(toAbsPath("/"))).toEqual([
        "abs",
        "dangling",
        "empty",
        "etc",
        "lib",
        "loop",
        "up",
        "usr",
      ]);
      expect(await root.readDirectory(toAbsPath("/etc/hosts"))).toBeUndefined();
    });

    it("may put a range where it is asked to, and gives just the range", async () => {
      const root = await open();
      const path = toAbsPath("/usr/lib/libz.so.1.3");
      const whole = (await root.readFile(path)) ?? new Uint8Array();
      const into = new Uint8Array(whole.length + 8).fill(255);
      for (const [offset, length] of [
        [0, whole.length],
        [1, 2],
        [2, whole.length + 6],
      ] as const) {
        const bytes = await root.readFile(path, { offset, length, into });
        expect(Buffer.from(bytes ?? [])).toEqual(Buffer.from(whole.subarray(offset, offset + length)));
      }
    });

    it("reads ranges, cut at the end of the file", async () => {
      const root = await open();
      const read = async (offset: number, length: number) => {
        const bytes = await root.readFile(toAbsPath("/usr/lib/libz.so.1.3"), { offset, length });
        return new TextDecoder().decode(bytes);
      };
      expect(await read(2, 3)).toBe("234");
      expect(await read(8, 100)).toBe("89");
      expect(await read(50, 5)).toBe("");
    });

    it("opens regular files only", async () => {
      const root = await open();
      expect(await root.readFile(toAbsPath("/empty"))).toBeUndefined();
      expect(await root.readFile(toAbsPath("/"))).toBeUndefined();
    });
  });
}
