import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { countFiles, countOwnFiles } from "../../../../src/adapters/directory/count-files.ts";

it("counts names of regular files, and the bytes of each file once", () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "pith-count-é-"));
  try {
    fs.mkdirSync(path.join(directory, "a/b"), { recursive: true });
    fs.writeFileSync(path.join(directory, "a/one"), "12345");
    fs.linkSync(path.join(directory, "a/one"), path.join(directory, "a/b/two"));
    fs.symlinkSync("/etc", path.join(directory, "a/away"));
    const odd = Buffer.concat([Buffer.from(`${directory}/caf`), Buffer.of(0xe9)]);
    fs.mkdirSync(odd);
    fs.writeFileSync(Buffer.concat([odd, Buffer.from("/ünter")]), "678");
    expect(countFiles(directory)).toEqual({ files: 3, bytes: 8 });
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});

it("counts of a machine's root what distributions fill", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "pith-count-"));
  try {
    for (const name of ["etc", "home/me", "opt/tool", "srv", "usr/bin", "var/lib"]) {
      fs.mkdirSync(path.join(root, name), { recursive: true });
      fs.writeFileSync(path.join(root, name, "file"), "12");
    }
    expect(countOwnFiles(root, root)).toEqual({ files: 4, bytes: 8 });
    expect(countOwnFiles(root)).toEqual({ files: 6, bytes: 12 });
    expect(countOwnFiles(path.join(root, "home"), root)).toEqual({ files: 1, bytes: 2 });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
