import { expect, test } from "vitest";
import { type Suites, suiteFiles } from "../../../../scripts/lib/engine-suites.ts";
import { filesLike } from "../../../../scripts/lib/imports.ts";

const whole: Suites = { isInFull: true, hasLong: true, chosen: undefined, words: [] };

test("a run of everything has every file", () => {
  expect(suiteFiles(whole, "engine")).toEqual(filesLike("test/engine/*.test.ts"));
  expect(suiteFiles(whole, "engine-alone")).toEqual(filesLike("test/engine/alone/*.test.ts"));
});

test("the second store has thirteen files, all of which exist", () => {
  const second = { ...whole, isInFull: false };
  expect([...suiteFiles(second, "engine"), ...suiteFiles(second, "engine-alone")]).toHaveLength(13);
});

test("a usual run leaves out the long suites on both stores", () => {
  const usual = suiteFiles({ ...whole, hasLong: false }, "engine");
  expect(usual).not.toContain("test/engine/evidence.test.ts");
  expect(filesLike("test/engine/*.test.ts").length - usual.length).toBe(10);
  expect(suiteFiles({ ...whole, isInFull: false, hasLong: false }, "engine")).not.toContain(
    "test/engine/evidence.test.ts",
  );
  expect(suiteFiles({ ...whole, hasLong: false }, "engine-alone")).toEqual([]);
});

test("a change and words leave files out", () => {
  const chosen = ["test/engine/golden.test.ts", "test/engine/options.test.ts"];
  expect(suiteFiles({ ...whole, chosen }, "engine")).toEqual(chosen);
  expect(suiteFiles({ ...whole, words: ["golden"] }, "engine")).toEqual(["test/engine/golden.test.ts"]);
  expect(suiteFiles({ ...whole, chosen, words: ["lock"] }, "engine")).toEqual([]);
});
