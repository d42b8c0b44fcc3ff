import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { quotedTexts } from "../../../../src/formats/text/quoted-texts.ts";

it("tells texts in quotes, over lines and with quotes that a backslash takes", () => {
  const code = `echo "a\\"b" . 'c\nd';`;
  expect([...quotedTexts(code)]).toEqual([
    { index: 5, end: 11, text: 'a\\"b' },
    { index: 14, end: 19, text: "c\nd" },
  ]);
});

it("takes a quote that nothing closes for itself", () => {
  expect([...quotedTexts(`don't say "x"`)].map(({ text }) => text)).toEqual(["x"]);
});

test.prop([fc.string({ unit: fc.constantFrom('"', "'", "\\", "\n", "a", "😀"), maxLength: 40 })])(
  "agrees with a pattern that looks at every quote anew",
  (code) => {
    const pattern = /"((?:\\[^]|[^"\\])*)"|'((?:\\[^]|[^'\\])*)'/gu;
    const expected = [...code.matchAll(pattern)].map(({ index, 0: whole, 1: double, 2: single }) => ({
      index,
      end: index + whole.length,
      text: double ?? single,
    }));
    expect([...quotedTexts(code)]).toEqual(expected);
  },
);
