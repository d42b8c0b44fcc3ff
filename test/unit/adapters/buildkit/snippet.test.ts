import { expect, test } from "vitest";
import { snippetText } from "../../../../src/adapters/buildkit/snippet.ts";

function range(line: number) {
  return { start: { line, character: 0 }, end: { line, character: 1 } };
}

test("snippets hold the lines around, cut and escaped", () => {
  const hostile = Buffer.from(`${"far\n".repeat(20)}a\u001b[2Jb\0c\tx\r\n${"y".repeat(1000)}\nlast\n`);
  const text = snippetText(hostile, [range(21)]).split("\n");
  expect(text.slice(0, 15).map((line) => line.length)).toEqual([...Array.from({ length: 14 }, () => 0), 3]);
  expect(text[20]).toBe("a\\x1b[2Jb\\x00c\tx");
  expect(text[21]).toHaveLength(240);
  expect(text.slice(22)).toEqual(["last", ""]);
  expect(snippetText(hostile, [])).toBe("");
});
