import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import process from "node:process";
import { expect, it } from "vitest";
import { findDirectoryCapabilities } from "../../../../src/adapters/directory/directory-capabilities.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

const isRoot = process.getuid?.() === 0;

it.runIf(isRoot)("finds the files with capabilities, by each of their names, and reads no file", async () => {
  const directory = fs.mkdtempSync(`${os.tmpdir()}/pith-capabilities-`);
  try {
    fs.mkdirSync(`${directory}/bin`);
    const names = ["/bin/able", "/bin/plain", '/bin/od"d\nname\\*', "/bin/lïnk"].map((name) => toAbsPath(name));
    for (const name of names.slice(0, 3)) fs.writeFileSync(`${directory}${name}`, "x");
    // More than a minute of reading, and nothing on the disk.
    fs.truncateSync(`${directory}/bin/plain`, 2 ** 40);
    for (const name of names.slice(0, 3)) if (name !== "/bin/plain") setCapability(`${directory}${name}`);
    fs.linkSync(`${directory}/bin/able`, `${directory}/bin/lïnk`);
    expect([...((await findDirectoryCapabilities(directory, names)) ?? [])]).toEqual([names[0], names[2], names[3]]);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});

it("does not know the capabilities of a file that is gone", async () => {
  expect(await findDirectoryCapabilities(os.tmpdir(), [toAbsPath("/pith-that-is-not-there")])).toBeUndefined();
  expect(await findDirectoryCapabilities("/not/there", [])).toEqual(new Set());
});

/** The kernel's setxattr(2) through Perl, which every Debian has: cap_net_raw, permitted. */
function setCapability(path: string): void {
  const call = { arm64: 5, x64: 188 }[process.arch as string];
  if (call === undefined) throw new Error(`the number of setxattr(2) on ${process.arch} is not known`);
  const program = `my ($p, $n, $v) = ($ARGV[0], "security.capability", pack("V5", 0x02000001, 1 << 13, 0, 0, 0));
    syscall(${call}, $p, $n, $v, 20, 0) == 0 or die $!`;
  const { status, stderr } = spawnSync("perl", ["-e", program, path], { encoding: "utf8" });
  if (status !== 0) throw new Error(`cannot set a capability: ${stderr}`);
}
