import fs from "node:fs/promises";
import path from "node:path";
import { openContext } from "../../adapters/images/open-context.ts";
import { type Diagnostic, isClean } from "../../diagnostics/diagnostic.ts";
import { type RenderSource, renderJson } from "../../diagnostics/render.ts";
import {
  type ReportedCheck,
  type ReportedFinding,
  renderJunit,
  renderSarif,
} from "../../diagnostics/report-formats.ts";
import { contextFindings, frontendFinding } from "../../plan/context-findings.ts";
import type { ParsedSpec } from "../../spec/parse.ts";
import { applyFixes } from "../apply-fixes.ts";
import type { Call, Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseReportFormat, reportFormatOption } from "../report-format.ts";
import { parseBuildArgs, readSpecFile } from "../spec-file.ts";
import { version } from "../version.ts";

/** `pith lint`: everything that can be said of a spec without building it. */
export const lint: Command = {
  name: "lint",
  summary: "Check a spec, or several",
  description: `Reads the spec with its includes, arguments and targets, and shows every problem with its line. It needs no
engine and no network. Files of the build context that it names must be there; what only the builder's files can tell is
not checked.`,
  operands: { usage: "[FILE...]", least: 0, most: 1000 },
  options: [
    { name: "file", short: "f", value: "FILE", description: "The spec. Default: pith.yaml." },
    { name: "fix", description: "Write into the files what a finding says to write, where that is sure." },
    {
      name: "context",
      value: "FOLDER",
      description: "The build context. Default: the folder of the spec, or this one.",
    },
    { name: "build-arg", value: "NAME=VALUE", isRepeatable: true, description: "Set an argument of the spec." },
    reportFormatOption,
  ],
  examples: [
    { line: "pith lint", does: "Check pith.yaml in this folder." },
    { line: "pith lint -f deploy/pith.yaml --build-arg BASE=python:3.13-slim", does: "Check another, with a value." },
    { line: "pith lint --fix", does: "Write cmd: [app.py] where cmd: python app.py stands." },
    { line: "pith lint --format sarif > lint.sarif", does: "Findings for code scanning; junit for CI servers." },
    { line: "pith lint --json | jq '.[].code'", does: "List the codes of what is wrong." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const named = words.text("file");
    const files = words.operands.length > 0 ? words.operands : [named ?? "pith.yaml"];
    const format = parseReportFormat(call);
    const linted: Linted[] = [];
    for (const file of files) linted.push(await lintFile(call, file));
    const all = linted.flatMap(({ found }) => found);
    if (format === "json") terminal.print(renderJson(all));
    else if (format === "sarif") {
      terminal.print(
        renderSarif(
          linted.flatMap(({ file, found }) => found.map(toReported(file))),
          version,
        ),
      );
    } else if (format === "junit") {
      const checks = linted.flatMap(({ file, found }) => toChecks(file, found));
      terminal.print(renderJunit(files.join(" "), checks));
    }
    for (const { file, found, sources } of linted) {
      if (format === "text") terminal.report(found, sources);
      const warnings = found.length === 0 ? "" : `, with ${String(found.length)} warnings`;
      if (isClean(found)) terminal.say(`${file}: fine${warnings}`);
    }
    return isClean(all) ? exitCodes.fine : exitCodes.wrong;
  },
};

/** What was found in a spec with its includes. */
interface Linted {
  readonly file: string;
  readonly found: readonly Diagnostic[];
  readonly sources: readonly RenderSource[];
}

async function lintFile(call: Call, file: string): Promise<Linted> {
  const { words } = call;
  const buildArgs = parseBuildArgs(words.texts("build-arg"));
  const parsed = words.has("fix")
    ? await fixSpec(call, { file, buildArgs })
    : await readSpecFile(call, { file, buildArgs });
  const found = [...parsed.checked.diagnostics, ...(await outsideFindings(call, file, parsed))];
  return { file, found, sources: parsed.files };
}

/** Findings name files of the spec's folder; reports name them from where the command runs. */
function toReported(file: string): (found: Diagnostic) => ReportedFinding {
  return ({ severity, code, message, hint, span }) => ({
    rule: code,
    level: severity,
    message,
    hint,
    path: span === undefined ? file : path.join(path.dirname(file), span.file),
    region:
      span === undefined
        ? undefined
        : {
            startLine: span.start.line,
            startColumn: span.start.column,
            endLine: span.end.line,
            endColumn: span.end.column,
          },
  });
}

/** One check for each kind of finding, and one that holds where there is none. */
function toChecks(file: string, found: readonly Diagnostic[]): readonly ReportedCheck[] {
  const texts = ({ code, severity }: Pick<Diagnostic, "code" | "severity">): readonly string[] =>
    found
      .filter((one) => one.code === code && one.severity === severity)
      .map(({ message, span, hint }) => {
        const place = span === undefined ? file : `${span.file}:${String(span.start.line)}`;
        return `${place}: ${message}${hint === undefined ? "" : `; ${hint}`}`;
      });
  const codes = [...new Set(found.map(({ code }) => code))].toSorted();
  if (codes.length === 0) return [{ name: "lint", failures: [], notes: [] }];
  return codes.map((code) => ({
    name: code,
    failures: texts({ code, severity: "error" }),
    notes: texts({ code, severity: "warning" }),
  }));
}

/** What a build would not find beside the spec, where the spec itself is right. */
async function outsideFindings(call: Call, file: string, parsed: ParsedSpec): Promise<readonly Diagnostic[]> {
  const { checked, files, spans } = parsed;
  const [main] = files;
  if (checked.value === undefined || main === undefined) return [];
  const frontend = frontendFinding(main.name, main.bytes);
  const hostPath = path.resolve(call.hostFolder, file);
  const given = call.words.text("context");
  // A spec in a folder of its own is often built from the folder above: there is only missing what neither has.
  const contexts = given === undefined ? [path.dirname(hostPath), call.hostFolder] : [given];
  let absent: readonly Diagnostic[] | undefined;
  for (const context of new Set(contexts.map((one) => path.resolve(call.hostFolder, one)))) {
    const { root } = openContext(context, hostPath);
    const found = await contextFindings(checked.value, root);
    absent = (absent ?? found).filter(({ message }) => found.some((one) => one.message === message));
  }
  const placed = (absent ?? []).map((one) => ({
    ...one,
    ...(one.pointer === undefined ? {} : { span: spans.spanOf(one.pointer) }),
  }));
  return [...(frontend === undefined ? [] : [frontend]), ...placed];
}

interface Fixing {
  readonly file: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** Fixes often uncover others: a key that was unknown has a value now. */
const maxRounds = 5;

/** Reads a spec, and applies the fixes of its findings until none is left. */
async function fixSpec(call: Call, linted: Fixing): Promise<ParsedSpec> {
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
