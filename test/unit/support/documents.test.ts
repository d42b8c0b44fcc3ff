import { expect, test } from "vitest";
import { anchors, links } from "../../../scripts/documents/links.ts";
import { blocks, sentences, withoutCode } from "../../../scripts/documents/prose.ts";
import { findRetired, retiredWords } from "../../../scripts/documents/retired-words.ts";

const text = `# One \`key\`

A first sentence with \`code. And more\` in it. A second
that goes on (see [it](two.md#what-changed)).

- An item. Another.

\`\`\`sh
gist # code is left alone
\`\`\`

| a gist in a table | [x](#one-key) |
`;

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

test("retired words are found in prose and tables, not in code", () => {
  expect(findRetired(withoutCode(text), retiredWords("documents"))).toEqual([
    { line: 12, found: "gist", use: "import skeleton" },
  ]);
});

test("links and anchors are those of GitHub", () => {
  expect(links(withoutCode(text))).toEqual([
    { line: 4, path: "two.md", anchor: "what-changed" },
    { line: 12, path: "", anchor: "one-key" },
  ]);
  expect([...anchors(["# One `key`", "## What changed?", "## What changed?"])]).toEqual([
    "one-key",
    "what-changed",
    "what-changed-1",
  ]);
});

test("each retired word has a pattern that finds it", () => {
  for (const area of ["documents", "code"] as const) {
    for (const { word, pattern } of retiredWords(area)) {
      expect(new RegExp(pattern, "iu").test(word.replace("...", "file")), word).toBe(true);
    }
  }
});
