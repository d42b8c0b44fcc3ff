import { expect, test } from "vitest";
import { anchors, links } from "../../../../scripts/documents/links.ts";
import { withoutCode } from "../../../../scripts/documents/prose.ts";
import { text } from "./sample-document.ts";

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
