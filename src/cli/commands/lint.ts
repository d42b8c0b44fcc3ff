import fs from "node:fs/promises";
import path from "node:path";
import { isClean } from "../../diagnostics/diagnostic.ts";
import { renderJson } from "../../diagnostics/render.ts";
import type { ParsedSpec } from "../../spec/parse.ts";
import { applyFixes } from "../apply-fixes.ts";
import type { Call, Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseBuildArgs, readSpecFile } from "../spec-file.ts";

/** `pith lint`: everything that can be said of a spec without building it. */
export const lint: Command = {
  name: "lint",
  summary: "Check a spec",
  description: `Reads the spec with its includes, arguments and targets, and shows every problem with its line. It needs no
engine and no network; what only the builder's files can tell is not checked.`,
  operands: { usage: "[FILE]", least: 0, most: 1 },
  options: [
    { name: "file", short: "f", value: "FILE", description: "The spec. Default: pith.yaml." },
    { name: "fix", description: "Write into the files what a finding says to write, where that is sure." },
    { name: "build-arg", value: "NAME=VALUE", isRepeatable: true, description: "Set an argument of the spec." },
  ],
  examples: [
    { line: "pith lint", does: "Check pith.yaml in this folder." },
    { line: "pith lint -f deploy/pith.yaml --build-arg BASE=python:3.13-slim", does: "Check another, with a value." },
    { line: "pith lint --fix", does: "Write cmd: [app.py] where cmd: python app.py stands." },
    { line: "pith lint --json | jq '.[].code'", does: "List the codes of what is wrong." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const file = words.operands[0] ?? words.text("file") ?? "pith.yaml";
    const buildArgs = parseBuildArgs(words.texts("build-arg"));
    const { checked, files } = words.has("fix")
      ? await fixSpec(call, { file, buildArgs })
      : await readSpecFile(call, { file, buildArgs });
    if (terminal.isJson) terminal.print(renderJson(checked.diagnostics));
    else terminal.report(checked.diagnostics, files);
    if (!isClean(checked.diagnostics)) return exitCodes.wrong;
    const warnings = checked.diagnostics.length;
    terminal.say(`${file}: ${warnings === 0 ? "fine" : `fine, with ${String(warnings)} warnings`}`);
    return exitCodes.fine;
  },
};

interface Linted {
  readonly file: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** Fixes often uncover others: a key that was unknown has a value now. */
const maxRounds = 5;

/** Reads a spec, and applies the fixes of its findings until none is left. */
async function fixSpec(call: Call, linted: Linted): Promise<ParsedSpec> {
  const folder = path.dirname(path.resolve(call.hostFolder, linted.file));
  let parsed = await readSpecFile(call, linted);
  for (let round = 0; round < maxRounds; round += 1) {
    const fixes = parsed.checked.diagnostics.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    if (fixes.length === 0) return parsed;
    for (const { name } of parsed.files.filter((one) => fixes.some(({ span }) => span.file === one.name))) {
      const hostPath = path.join(folder, name);
      const own = fixes.filter(({ span }) => span.file === name);
      const fixed = applyFixes(await fs.readFile(hostPath, "utf8"), own);
      await fs.writeFile(hostPath, fixed.text);
      call.terminal.say(`${name}: ${String(fixed.count)} fixed`);
    }
    parsed = await readSpecFile(call, linted);
  }
  return parsed;
}
