import { expect, test } from "vitest";
import { readStatements } from "../../../../src/inspect/vex/read-statements.ts";

test("what is no document of statements is told", () => {
  expect(readStatements({ bomFormat: "CycloneDX" }, new Map())).toBeUndefined();
  expect(readStatements(null, new Map())).toBeUndefined();
});
