import { expect, test } from "vitest";
import { blocks, sentences, withoutCode } from "../../../../scripts/documents/prose.ts";
import { text } from "./sample-document.ts";

test("sentences are counted across lines, with code as one word and without tables", () => {
  const found = blocks(withoutCode(text)).flatMap(sentences);
  expect(found.map(({ line, words }) => [line, words])).toEqual([
    [1, 2],
    [3, 7],
    [3, 7],
    [6, 2],
    [6, 1],
  ]);
});
