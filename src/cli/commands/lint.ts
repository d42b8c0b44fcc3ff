import { isClean } from "../../diagnostics/diagnostic.ts";
import { renderJson } from "../../diagnostics/render.ts";
import type { Command } from "../command.ts";
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
    { name: "build-arg", value: "NAME=VALUE", isRepeatable: true, description: "Set an argument of the spec." },
  ],
  examples: [
    { line: "pith lint", does: "Check pith.yaml in this folder." },
    { line: "pith lint -f deploy/pith.yaml --build-arg BASE=python:3.13-slim", does: "Check another, with a value." },
    { line: "pith lint --json | jq '.[].code'", does: "List the codes of what is wrong." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const file = words.operands[0] ?? words.text("file") ?? "pith.yaml";
    const { checked, files } = await readSpecFile(call, { file, buildArgs: parseBuildArgs(words.texts("build-arg")) });
    if (terminal.isJson) terminal.print(renderJson(checked.diagnostics));
    else terminal.report(checked.diagnostics, files);
    if (!isClean(checked.diagnostics)) return exitCodes.wrong;
    const warnings = checked.diagnostics.length;
    terminal.say(`${file}: ${warnings === 0 ? "fine" : `fine, with ${String(warnings)} warnings`}`);
    return exitCodes.fine;
  },
};
