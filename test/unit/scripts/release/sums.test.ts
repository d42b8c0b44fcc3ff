import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { printSums, sumFiles } from "../../../../scripts/release/sums.ts";
import { inFolder } from "./in-folder.ts";

test("sums name files as sha256sum does, in their order", () => {
  inFolder((folder) => {
    mkdirSync(join(folder, "b"));
    writeFileSync(join(folder, "b/x"), "");
    writeFileSync(join(folder, "a"), "");
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(printSums(sumFiles(folder))).toBe(`${empty}  a\n${empty}  b/x\n`);
  });
});
