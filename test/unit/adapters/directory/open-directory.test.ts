import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countOwnFiles } from "../../../../src/adapters/directory/count-files.ts";
import {
  openBuilderDirectory,
  openDirectory,
  openOwnDirectory,
} from "../../../../src/adapters/directory/open-directory.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { walk } from "../../../../src/rootfs/walk.ts";
import { checkRootFs, contractTree } from "../../../support/rootfs-contract.ts";

let directory = "";

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "pith-directory-"));
  for (const [name, entry] of contractTree) {
    const location = path.join(directory, name);
    fs.mkdirSync(path.dirname(location), { recursive: true });
    if (entry.target !== undefined) fs.symlinkSync(entry.target, location);
    else if (entry.content === undefined) fs.mkdirSync(location);
    else fs.writeFileSync(location, entry.content);
    if (entry.target === undefined && entry.mode !== undefined) fs.chmodSync(location, entry.mode);
    if (entry.mtimeSeconds !== undefined) fs.utimesSync(location, entry.mtimeSeconds, entry.mtimeSeconds);
  }
});

afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

checkRootFs("directory", () => openDirectory(directory));
checkRootFs("directory as a builder", () => openBuilderDirectory(directory));
checkRootFs("directory in use", () => openOwnDirectory(directory));

describe("a directory with paths that are too long to be opened", () => {
  it("is told, and does not end the counting of a directory in use", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-deep-"));
    try {
      const name = "d".repeat(200);
      execFileSync("sh", ["-c", `for i in $(seq 30); do mkdir ${name} && cd -P ${name} && echo x > f; done`], {
        cwd: folder,
      });
      const read = async (): Promise<void> => {
        for await (const _ of walk(openDirectory(folder), toAbsPath("/"))) continue;
      };
      await expect(read()).rejects.toThrow("PATH_TOO_LONG: cannot read /ddd");
      expect(countOwnFiles(folder).files).toBeGreaterThan(15);
    } finally {
      execFileSync("rm", ["-rf", folder]);
    }
  });
});

describe("a machine's root as a builder", () => {
  it("is without what the kernel makes up, and with what it has itself", async () => {
    const root = openBuilderDirectory("/");
    for (const name of ["/proc/self", "/sys/kernel"]) expect(await root.lstat(toAbsPath(name)), name).toBeUndefined();
    expect(await root.readDirectory(toAbsPath("/proc"))).toEqual([]);
    expect(await root.readFile(toAbsPath("/proc/version"))).toBeUndefined();
    expect((await root.lstat(toAbsPath("/proc")))?.kind).toBe("directory");
    expect((await root.lstat(toAbsPath("/usr")))?.kind).toBe("directory");
  });
});

describe("a directory that is in use", () => {
  it("is without what is mounted below it", async () => {
    const all = openDirectory("/");
    const own = openOwnDirectory("/");
    expect(await all.readDirectory(toAbsPath("/proc"))).toContain("self");
    expect(await own.readDirectory(toAbsPath("/proc"))).toEqual([]);
    expect(await own.readDirectory(toAbsPath("/"))).toEqual(await all.readDirectory(toAbsPath("/")));
  });

  it("has no directory that is gone by the time it is listed", async () => {
    const location = path.join(directory, "passing");
    fs.mkdirSync(location);
    const own = openOwnDirectory(directory);
    expect(await own.lstat(toAbsPath("/passing/x"))).toBeUndefined();
    fs.rmdirSync(location);
    expect(await own.readDirectory(toAbsPath("/passing"))).toEqual([]);
    expect(await own.readFile(toAbsPath("/passing/x"))).toBeUndefined();
  });
});

describe("a directory of the host", () => {
  it("never opens a FIFO", async () => {
    execFileSync("mkfifo", [path.join(directory, "empty/fifo")]);
    const root = openDirectory(directory);
    expect(await root.lstat(toAbsPath("/empty/fifo"))).toMatchObject({ kind: "fifo" });
    expect(await root.readFile(toAbsPath("/empty/fifo"))).toBeUndefined();
    fs.rmSync(path.join(directory, "empty/fifo"));
  });

  it("carries names that are not UTF-8", async () => {
    const location = Buffer.concat([Buffer.from(`${directory}/loop/caf`), Buffer.of(0xe9), Buffer.from("é")]);
    fs.writeFileSync(location, "x");
    const root = openDirectory(directory);
    const names = await root.readDirectory(toAbsPath("/loop"));
    expect(names).toEqual(["a", "b", "caf\u{dce9}é"]);
    expect(await root.readFile(toAbsPath("/loop/caf\u{dce9}é"))).toEqual(new TextEncoder().encode("x"));
    fs.rmSync(location);
  });

  it("tells two names of one file", async () => {
    fs.linkSync(path.join(directory, "etc/hosts"), path.join(directory, "empty/hosts"));
    const root = openDirectory(directory);
    const one = await root.lstat(toAbsPath("/etc/hosts"));
    const other = await root.lstat(toAbsPath("/empty/hosts"));
    expect(one?.inode).toBeDefined();
    expect(one?.inode).toBe(other?.inode);
    fs.rmSync(path.join(directory, "empty/hosts"));
  });

  it("walks in order", async () => {
    const paths: string[] = [];
    for await (const { path } of walk(openDirectory(directory), toAbsPath("/usr"))) paths.push(path);
    expect(paths).toEqual([
      "/usr",
      "/usr/bin",
      "/usr/bin/[",
      "/usr/bin/é",
      "/usr/lib",
      "/usr/lib/libz.so.1",
      "/usr/lib/libz.so.1.3",
    ]);
  });
});
