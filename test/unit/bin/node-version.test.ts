import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { versionProblem } from "../../../src/bin/node-version.ts";

it.each([
  ["20.20.2", "cannot run with Node 20.20.2: it is too old\nhint: use Node 22.19 or a newer one\n"],
  ["22.18.0", "cannot run with Node 22.18.0: it is too old\nhint: use Node 22.19 or a newer one\n"],
  ["22.19.0", undefined],
  ["24.0.1", undefined],
])("Node %s", (version, problem) => {
  expect(versionProblem(version)).toBe(problem);
});

it("asks for what package.json asks for", () => {
  expect(readFileSync("package.json", "utf8")).toContain('"node": "^22.19.0 || >=24.0.0"');
});
