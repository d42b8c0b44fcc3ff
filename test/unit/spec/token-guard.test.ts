import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const parse = new URL("../../../src/spec/parse.ts", import.meta.url).href;

/** Deep documents, several in one process: the recursive composer would abort it where no handler can catch that. */
const script = `
  const { parseSpec } = await import(${JSON.stringify(parse)});
  const bombs = [5000, 20000, 5000, 20000].flatMap((depth) => [
    "a: " + "[".repeat(depth),
    "a: " + "{b: ".repeat(depth),
    "- ".repeat(depth) + "x",
    "? ".repeat(depth) + "x",
    ": ".repeat(depth) + "x",
    "a: " + "{? ".repeat(depth),
    "a: &a " + "[*a, ".repeat(depth),
    "!x ".repeat(depth),
  ]);
  const codes = new Set();
  for (const text of bombs) {
    const bytes = new TextEncoder().encode(text);
    const input = { file: "x", bytes, buildArgs: {}, predefinedArgs: {}, readInclude: async () => undefined };
    const { checked } = await parseSpec(input);
    if (checked.value !== undefined) throw new Error("accepted " + text.slice(0, 20));
    for (const found of checked.diagnostics) codes.add(found.code);
  }
  process.stdout.write([...codes].sort().join(" "));
`;

test("documents that would abort the process are refused, many in one process", () => {
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  expect({ status: run.status, signal: run.signal, stdout: run.stdout }).toEqual({
    status: 0,
    signal: null,
    stdout: "SPEC_ALIAS SPEC_KEY SPEC_TAG SPEC_TOO_DEEP SPEC_TOO_LARGE",
  });
});
