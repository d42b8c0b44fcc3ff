import { expect, test } from "vitest";
import { groupDigits } from "../../../src/diagnostics/numbers.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1592, "1,592"],
  [52_574_808, "52,574,808"],
  [-1234567, "-1,234,567"],
  [1234.5678, "1,234.5678"],
])("%d is %s", (count, text) => {
  expect(groupDigits(count)).toBe(text);
});
