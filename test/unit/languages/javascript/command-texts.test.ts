import { expect, it } from "vitest";
import { heldCommandsIn } from "../../../../src/languages/javascript/command-texts.ts";
import type { Reference } from "../../../../src/languages/javascript/reference.ts";

function heldOf(texts: readonly string[]): readonly string[] {
  const references = texts.map((text): Reference => ({ kind: "literal", text }));
  return heldCommandsIn(references, "const texts = [];").flatMap((one) => (one.kind === "command" ? [one.text] : []));
}

it("takes words without options and paths for messages where most texts are", () => {
  const messages = Array.from({ length: 60 }, (_, index) => `Read the whole text ${String(index)}`);
  const texts = ["service --status-all", "sort list.txt", "join name"];
  expect(heldOf(texts)).toEqual(texts);
  expect(heldOf([...texts, ...messages])).toEqual(["service --status-all", "sort list.txt"]);
});
