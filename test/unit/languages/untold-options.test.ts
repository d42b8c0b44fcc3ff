import { expect, it } from "vitest";
import { readNodeCommand } from "../../../src/languages/javascript/arguments.ts";
import { isUntoldOption } from "../../../src/languages/untold-options.ts";
import { readPerlCommand } from "../../../src/runtimes/perl/command-line.ts";
import { readPhpCommand } from "../../../src/runtimes/php/command-line.ts";
import { parseCommand } from "../../../src/runtimes/python/command-line.ts";
import { readRubyCommand } from "../../../src/runtimes/ruby/command-line.ts";

it.each([
  ["$OPTS", true],
  ["${OPTS:-}", true],
  ["$(options)", true],
  ["$A${B}", true],
  ['"${OPTS[@]}"', true],
  ['"$FILE"', false],
  ["$HOME/start", false],
  ["main.js", false],
])("%s may stand for options: %j", (word, expected) => {
  expect(isUntoldOption([word, "main.js"], 0)).toBe(expected);
  expect(isUntoldOption([word, "$FILE"], 0)).toBe(false);
});

const args = ["-u", "$OPTS", "main", "a"];

it.each([
  ["node", readNodeCommand(["--flag", "$OPTS", "main"]).script],
  ["python", parseCommand(args).target],
  ["php", readPhpCommand(["-n", "$OPTS", "main"], { isFpm: false })],
  ["ruby", readRubyCommand(["-w", "$OPTS", "main"])],
  ["perl", readPerlCommand(["-w", "$OPTS", "main"])],
])("%s runs what stands behind options that only the run tells", (_name, command) => {
  const text = JSON.stringify(command);
  expect([text.includes("main"), text.includes("$OPTS")]).toEqual([true, false]);
});
