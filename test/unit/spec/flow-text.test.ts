import { expect, test } from "vitest";
import { scalarText } from "../../../src/spec/flow-text.ts";

test("braces after a dollar sign are no argument of the spec", () => {
  expect(scalarText("a ${B}")).toBe('"a $${B}"');
  expect(scalarText("${")).toBe('"$${"');
});
