import { expect, it } from "vitest";
import { runsInput, textsForInput } from "../../../src/languages/shell-input.ts";

it.each([
  [["sh"], true],
  [["/bin/bash -s"], true],
  [["/usr/bin/dash", "-es"], true],
  [["sh", "-c", "date"], false],
  [["sh own.sh"], false],
  [["bash", "own.sh"], false],
  [["sort"], false],
])("knows whether %j reads commands from its input", (words, expected) => {
  expect(runsInput({ words })).toBe(expected);
});

it("takes texts of whole lines alone", () => {
  const texts = [...textsForInput(`print $fh "sort x\\n"; $a = 'date'; $b = "one\ntwo";`)];
  expect(texts.map(({ text }) => text)).toEqual(["sort x\n", "one\ntwo"]);
});
