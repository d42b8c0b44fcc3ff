import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { suiteArguments } from "../../../scripts/lib/engine-suites.ts";
import { projectFolder } from "../../../scripts/lib/project.ts";

const projects = ["engine", "engine-alone"] as const;
const filesOf = (words: readonly string[] | undefined) => (words ?? []).filter((word) => word !== "--exclude");

test("a run of everything names no file to vitest, which then takes all", () => {
  for (const project of projects) expect(suiteArguments({ isInFull: true, hasLong: true }, project)).toEqual([]);
});

test("the files that others name exist", () => {
  for (const project of projects) {
    for (const isInFull of [true, false]) {
      for (const hasLong of [true, false]) {
        const files = filesOf(suiteArguments({ isInFull, hasLong }, project));
        expect(files.filter((file) => !existsSync(join(projectFolder, file)))).toEqual([]);
      }
    }
  }
});

test("a usual run leaves out the long suites on both stores", () => {
  const excluded = filesOf(suiteArguments({ isInFull: true, hasLong: false }, "engine"));
  const ofSecond = filesOf(suiteArguments({ isInFull: false, hasLong: false }, "engine"));
  expect(excluded).toContain("test/engine/evidence.test.ts");
  expect(ofSecond.filter((file) => excluded.includes(file))).toEqual([]);
  expect(suiteArguments({ isInFull: true, hasLong: false }, "engine-alone")).toBeUndefined();
});
