import { expect, it } from "vitest";
import { bracedValues } from "../../../../src/runtimes/shell/braces.ts";

it.each([
  ["{/usr,}", ["/usr", ""]],
  ["{a,b c,d}", ["a", "b c", "d"]],
  ["{1..3}", ["1", "2", "3"]],
  ["{3..1}", ["3", "2", "1"]],
  ["{08..10}", ["08", "09", "10"]],
  ["{-01..1}", ["-01", "000", "001"]],
  ["{0..10..4}", ["0", "4", "8"]],
  ["{a..e..2}", ["a", "c", "e"]],
])("tells the words of %s", (text, texts) => {
  expect(bracedValues(text)).toEqual({ texts, isComplete: true });
});

it.each(["{$a,b}", '{"a",b}', "{{a,b},c}", "{1..1000}", "{a}", "{1..a}", "{1..999999999}"])(
  "says of %s that nobody can tell",
  (text) => {
    expect(bracedValues(text)).toEqual({ texts: [], isComplete: false });
  },
);

it("keeps a pattern as it is written", () => {
  expect(bracedValues("{/*,}")).toEqual({ texts: ["/*", ""], isComplete: false });
});
