import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { countFiles } from "../../../../src/adapters/directory/count-files.ts";

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
