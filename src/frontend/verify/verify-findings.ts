import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { shorten } from "../../diagnostics/escape.ts";
import { unreachable } from "../../diagnostics/invariant.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import type { ExpectedText, RunCheck, StartCheck } from "../../spec/spec.ts";

/** How a program ended (`exit N`, `signal N`, `failed ERRNO`) and what it printed. */
export interface ProgramOutput {
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A check that failed, with what is known of why. */
export interface FailedCheck {
  readonly args: readonly string[];
  readonly problem: string;
  readonly output: ProgramOutput;
  readonly missing: readonly MissingFile[];
}

interface CheckLocation {
  readonly pointer: string;
}

/** How a program's end differs from the exit code that it should have; undefined when it does not. */
export function endingProblem({ status }: ProgramOutput, exit: number): string | undefined {
  const [word = "", text = "0"] = status.trim().split(" ");
  const number = Number(text);
  if (word === "signal") return `it was ended by signal ${text}`;
  if (word === "failed") return `it cannot be started (${number === 2 ? "no such file" : `error ${text}`})`;
  return number === exit ? undefined : `it ended with exit code ${text}${exit === 0 ? "" : `, not ${String(exit)}`}`;
}

/** How a program's output differs from what it should be; undefined when it does not. */
export function outputProblem({ stdout, stderr }: ProgramOutput, check: RunCheck): string | undefined {
  return differs("stdout", stdout, check.stdout) ?? differs("stderr", stderr, check.stderr);
}

function differs(name: string, printed: string, expected: ExpectedText | undefined): string | undefined {
  if (expected === undefined) return undefined;
  const text = printed.replace(/\n$/u, "");
  const wanted = shown(expected.text);
  switch (expected.kind) {
    case "equal":
      return text === expected.text ? undefined : `its ${name} is ${shown(text)}, not ${wanted}`;
    case "contains":
      return text.includes(expected.text) ? undefined : `its ${name} ${shown(text)} does not contain ${wanted}`;
    case "matches":
      return new RegExp(expected.text, "u").test(text)
        ? undefined
        : `its ${name} ${shown(text)} does not match ${wanted}`;
  }
  return unreachable(expected.kind);
}

function shown(text: string): string {
  return JSON.stringify(shorten(text, 200));
}

/** Why a server did not count as started, by the verdict of `native/start`. */
export function startProblem(verdict: string, { probe, withinMilliseconds }: StartCheck): string {
  const [word = "", number = ""] = verdict.trim().split(" ");
  const port = `127.0.0.1:${String(probe.port)}`;
  const within = `within ${String(withinMilliseconds / 1000)}s`;
  const question = probe.kind === "http" ? `http://${port}${probe.path}` : port;
  const problems: Readonly<Record<string, string>> = {
    exited: `it ended with exit code ${number} before it answered`,
    killed: `it was ended by signal ${number} before it answered`,
    failed: `it cannot be started (${number === "2" ? "no such file" : `error ${number}`})`,
    answered: `${question} answers with status ${number}, not ${probe.kind === "http" ? String(probe.status) : ""}`,
    silent: `${question} gives no answer ${within}`,
    refused: `nothing listens on ${port} ${within}`,
    ready: "it failed once and started when it was tried again",
  };
  return problems[word] ?? "it did not start";
}

/** Findings of a program that failed: at its entry, and at each line of the spec that takes away what it looked for. */
export function failedRun(location: CheckLocation, check: FailedCheck): readonly Diagnostic[] {
  return findings(location, check, { code: "VERIFY_RUN_FAILED", verb: `verify ${commandLine(check.args)}` });
}

/** The same of the image's own program. */
export function failedStart(location: CheckLocation, check: FailedCheck): readonly Diagnostic[] {
  return findings(location, check, {
    code: "VERIFY_START_FAILED",
    verb: `verify the start of ${commandLine(check.args)}`,
  });
}

/** Likely causes that are told, and paths that only may be one. */
const causeLimit = 5;
const guessLimit = 3;

function findings(
  { pointer }: CheckLocation,
  check: FailedCheck,
  what: { readonly code: DiagnosticCode; readonly verb: string },
): readonly Diagnostic[] {
  const causes = check.missing
    .filter((missing) => missing.excludedBy !== undefined || missing.isNamed)
    .slice(0, causeLimit);
  const guesses =
    causes.length > 0 ? [] : check.missing.filter((missing) => missing.kind !== "directory").slice(0, guessLimit);
  const missing = causes.length > 0 ? `; it misses ${causes.map(nameOf).join(", ")}` : "";
  const guessed =
    guesses.length > 0 ? `; it also looked in vain for ${guesses.map(nameOf).join(", ")}, which the builder has` : "";
  const last = lastLine(check.output);
  return [
    {
      severity: "error",
      code: what.code,
      message: `cannot ${what.verb}: ${check.problem}${missing}${guessed}${last === undefined ? "" : `; it printed last: ${last}`}`,
      hint: hintFor(guesses[0]),
      pointer,
    },
    ...causes.map((missing) => cause(missing, pointer)),
  ];
}

/** A file that may be the cause comes with the line that adds it: trying is quicker than guessing. */
function hintFor(guess: MissingFile | undefined): string {
  const read = "read what it printed, above under its name";
  return guess === undefined
    ? read
    : `${read}; if it is for a missing file, add to closure.include: ${includeLine(guess)}`;
}

function cause(missing: MissingFile, pointer: string): Diagnostic {
  const requester = missing.program === "" ? "the program" : missing.program;
  const base = { severity: "error", code: "VERIFY_FILE_MISSING" } as const;
  const message = `cannot find ${nameOf(missing)}: ${requester} looked for it in vain`;
  if (missing.excludedBy !== undefined) {
    return {
      ...base,
      message: `${message}, and this pattern takes it away`,
      hint: "remove the pattern from closure.exclude",
      pointer: `/closure/exclude/${String(missing.excludedBy)}`,
    };
  }
  return {
    ...base,
    message: `${message}, and the builder has it`,
    hint: `add to closure.include: ${includeLine(missing)}`,
    pointer,
  };
}

/** The line of the spec that brings a missing path, with the reason for it. */
export function includeLine({ path, program }: MissingFile): string {
  const because = `${program === "" ? "the program" : program} opens it`;
  return `- {path: ${JSON.stringify(path)}, because: ${JSON.stringify(because)}}`;
}

/** `/usr/lib/x.so.1 (package libx1)`. */
export function nameOf(missing: Pick<MissingFile, "path" | "owner">): string {
  return missing.owner === undefined ? missing.path : `${missing.path} (package ${packageName(missing.owner)})`;
}

/** The distribution's packages go by their names; those of a language say which it is. */
function packageName(owner: string): string {
  return owner.replace(/^dpkg:/u, "");
}

/** A command as a shell would take it, shortened. */
export function commandLine(args: readonly string[]): string {
  const words = args.map((arg) => (/^[\w@%+=:,./-]+$/u.test(arg) ? arg : JSON.stringify(arg)));
  return shorten(words.join(" "), 200);
}

/** The last line that a program printed; undefined where it printed nothing. */
export function lastLine({ stdout, stderr }: ProgramOutput): string | undefined {
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  const last = lines.at(-1);
  return last === undefined ? undefined : shorten(last.trim(), 200);
}

const tellsWhy =
  /error|exception|fatal|missing|required|usage|cannot|can't|could not|must\b|not (?:found|set|allowed)/iu;

/**
 * The line that says why a program ended: the last one that speaks of it, since traces of calls follow it in some
 * languages; else the last one.
 */
export function tellingLine(output: ProgramOutput): string | undefined {
  const lines = `${output.stdout}\n${output.stderr}`.split("\n").filter((line) => /^\S/u.test(line));
  const telling = lines.findLast((line) => tellsWhy.test(line));
  return telling === undefined ? lastLine(output) : shorten(telling.trim(), 200);
}
