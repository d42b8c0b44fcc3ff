import { expect, test } from "vitest";
import { withoutCode } from "../../../../scripts/documents/prose.ts";
import { findRetired, retiredWords } from "../../../../scripts/documents/retired-words.ts";
import { text } from "./sample-document.ts";

test("retired words are found in prose and tables, not in code", () => {
  expect(findRetired(withoutCode(text), retiredWords("documents"))).toEqual([
    { line: 12, found: "gist", use: "import skeleton" },
  ]);
});

test("each retired word has a pattern that finds it", () => {
  for (const area of ["documents", "code"] as const) {
    for (const { word, pattern } of retiredWords(area)) {
      expect(new RegExp(pattern, "iu").test(word.replace("...", "file")), word).toBe(true);
    }
  }
});
