import * as fc from "fast-check";
import { expect, test } from "vitest";
import { maxDepth, maxTokens } from "../../../src/spec/token-guard.ts";
import { parseText } from "./parse-text.ts";

const words = fc.constantFrom(
  ..."from: |build:|app: |env: |files: |targets: |add: |args: |- |  |    |\n|\n  |[|]|{|}|, |: |? |\"|'|# |a|1|0755|true|~|/x|..|${A}|${|$$|&a|*a|!t|<<|---\n|...\n|\t|\r\n|\0|é|\ud800|*|**|{a,b}|include: |builders: |main|context|debian|interpreter: |python3|>\n| |\n |%YAML 1.1\n".split(
    "|",
  ),
);

test("no bytes make it throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const { value, diagnostics } = await parseText(bytes);
      expect(value === undefined).toBe(diagnostics.some((found) => found.severity === "error"));
    }),
    { numRuns: 300 },
  );
});

test("no text of the language's own parts makes it throw, and every error has a place, a hint and its form", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 40 }), async (parts) => {
      const { diagnostics, rendered } = await parseText(`from: debian\nbinaries: [x]\n${parts.join("")}`);
      for (const found of diagnostics) {
        expect(found.message).toMatch(/^cannot [^]*: /);
        expect(found.span).toBeDefined();
        expect(found.hint).toBeDefined();
      }
      // oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
      expect(rendered).not.toMatch(/[\0-\x09\x0b-\x1f\x7f]/);
    }),
    { numRuns: 600 },
  );
});

test("what is accepted is within the limits, whatever is refused is refused by counting", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.constantFrom("[]", "{}"), async (depth, [open, close]) => {
      const nested =
        open === "[" ? "[".repeat(depth) + "]".repeat(depth) : `${"{a: ".repeat(depth)}${"}".repeat(depth)}`;
      const { diagnostics } = await parseText(
        `from: debian\nbinaries: [x]\ntargets: {t: {${close === "]" ? "cmd" : "env"}: ${nested}}}\n`,
      );
      // Two maps and the root hold it.
      expect(diagnostics.some((found) => found.code === "SPEC_TOO_DEEP")).toBe(depth + 3 > maxDepth);
    }),
    { numRuns: 60 },
  );
  const lines = (count: number) => `from: debian\nbinaries: [x]\nenv:\n${"  # comment\n".repeat(count)}  A: b\n`;
  const below = await parseText(lines(Math.floor(maxTokens / 3) - 20));
  expect(below.diagnostics).toEqual([]);
  const above = await parseText(lines(maxTokens / 2));
  expect(above.diagnostics.map(({ code }) => code)).toEqual(["SPEC_TOO_LARGE"]);
});
