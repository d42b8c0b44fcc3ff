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

// A home below /var would be counted.
const isHome = /^\/(?:root|home|Users)(?:\/|$)/u.test(os.homedir());

it.skipIf(!isHome)("counts of this machine's root what distributions fill", () => {
  // A folder of many files that no distribution has.
  const home = fs.mkdtempSync(path.join(os.homedir(), ".pith-home-"));
  try {
    const before = countOwnFiles("/").files;
    for (let index = 0; index < 3000; index++) fs.writeFileSync(path.join(home, String(index)), "");
    expect(Math.abs(countOwnFiles("/").files - before)).toBeLessThan(1000);
    const parts = ["etc", "opt", "usr", "var"].map((name) => countOwnFiles(`/${name}`).files);
    expect(before).toBeGreaterThanOrEqual(Math.max(...parts));
    expect(before).toBeLessThan(parts.reduce((sum, files) => sum + files, 20_000));
  } finally {
    fs.rmSync(home, { recursive: true });
  }
});
