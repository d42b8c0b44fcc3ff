import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeLeftovers, temporaryName } from "../../../../src/adapters/images/temporary.ts";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-temporary-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A name as another process, or another machine, makes it. */
function nameOf(base: string, { pid, machine }: { readonly pid: number; readonly machine?: string }): string {
  const own = path.basename(temporaryName(path.join(folder, base)));
  const [, tag = ""] = /\.pith-(\w+)-/u.exec(own) ?? [];
  return own.replace(`${tag}-${String(process.pid)}-`, `${machine ?? tag}-${String(pid)}-`);
}

/** The number of a process that has ended. */
const ended = spawnSync(process.execPath, ["--version"]).pid;

it("what a killed run left beside an output goes with the next run's name", () => {
  const dead = nameOf("out", { pid: ended });
  const deadFolder = nameOf("out", { pid: ended });
  const alive = nameOf("out", { pid: process.ppid });
  const other = nameOf("out2", { pid: ended });
  const foreign = nameOf("out", { pid: ended, machine: "00000000" });
  const unlike = [".out.pith-notes", ".out.pith-00000000-1-xyz", "out"];
  for (const name of [dead, alive, other, foreign, ...unlike]) fs.writeFileSync(path.join(folder, name), "");
  fs.mkdirSync(path.join(folder, deadFolder, "blobs"), { recursive: true });
  temporaryName(path.join(folder, "out"));
  expect(fs.readdirSync(folder).toSorted()).toEqual([alive, other, foreign, ...unlike].toSorted());
});

it("what another machine left goes after a day", () => {
  const name = path.join(folder, nameOf("out", { pid: process.ppid, machine: "00000000" }));
  fs.writeFileSync(name, "");
  removeLeftovers(folder);
  expect(fs.existsSync(name)).toBe(true);
  fs.utimesSync(name, 0, 0);
  removeLeftovers(folder, "another");
  expect(fs.existsSync(name)).toBe(true);
  removeLeftovers(folder);
  expect(fs.existsSync(name)).toBe(false);
});

it("a link among them is removed, and not what it leads to", () => {
  fs.mkdirSync(path.join(folder, "kept/inner"), { recursive: true });
  fs.symlinkSync("kept", path.join(folder, nameOf("out", { pid: ended })));
  removeLeftovers(folder);
  expect(fs.readdirSync(folder)).toEqual(["kept"]);
  expect(fs.readdirSync(path.join(folder, "kept"))).toEqual(["inner"]);
});

it("a directory that is not there has none", () => {
  expect(path.dirname(temporaryName(path.join(folder, "no/such")))).toBe(path.join(folder, "no"));
});
