import { parseArgs } from "node:util";
import { BuildError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { didYouMean } from "../spec/suggest.ts";
import type { Command, CommandWords, OptionSpec } from "./command.ts";
import { dockerOptionHint } from "./docker-habits.ts";

/** Options of every command. */
export const commonOptions: readonly OptionSpec[] = [
  { name: "help", short: "h", description: "Show this help." },
  { name: "json", description: "Print the result, and findings, as JSON." },
  { name: "quiet", short: "q", description: "Say nothing but the result and errors." },
  { name: "verbose", short: "v", description: "Say more of what happens." },
];

/** Takes the words after a command's name apart. Throws USAGE_INVALID as `BuildError`, all problems at once. */
export function parseWords(command: Command, args: readonly string[]): CommandWords {
  const options = [...command.options, ...commonOptions];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      options.map((option) => [
        option.name,
        {
          type: option.value === undefined ? ("boolean" as const) : ("string" as const),
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
  });
  const end = command.passes === undefined ? undefined : tokens.find(({ kind }) => kind === "option-terminator");
  const passed: string[] = [];
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  const found: Diagnostic[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") {
      (end !== undefined && token.index > end.index ? passed : operands).push(token.value);
    }
    if (token.kind !== "option") continue;
    const option = options.find((known) => known.name === token.name);
    // A word that looks like an option is one; a value that begins so is written with "=".
    const isOption = token.inlineValue === false && token.value.startsWith("-") && token.value !== "-";
    const value = isOption ? undefined : token.value;
    const problem = problemOf(option, value);
    if (problem !== undefined) {
      found.push(misused(command, { what: token.rawName, problem, hint: hintFor(token.rawName, options) }));
    }
    const known = values.get(token.name) ?? [];
    values.set(token.name, [...known, value ?? ""]);
  }
  for (const option of options) {
    if (option.isRepeatable !== true && option.value !== undefined && (values.get(option.name) ?? []).length > 1) {
      const what = `--${option.name}`;
      found.push(misused(command, { what, problem: "it is given twice", hint: "give it once" }));
    }
  }
  const { least, most, usage } = command.operands;
  // Who asks for help need not know the rest.
  if (!values.has("help") && (operands.length < least || operands.length > most)) {
    const problem = operands.length < least ? `${usage} is missing` : `${quote(operands[most] ?? "")} is one too many`;
    const hint = `run pith ${command.name} --help`;
    found.push({
      severity: "error",
      code: "USAGE_INVALID",
      message: `cannot run pith ${command.name}: ${problem}`,
      hint,
    });
  }
  if (found.length > 0 && !values.has("help")) throw new BuildError(found);
  return {
    operands,
    passed,
    text: (name) => values.get(name)?.at(-1),
    texts: (name) => values.get(name) ?? [],
    has: (name) => values.has(name),
  };
}

function problemOf(option: OptionSpec | undefined, value: string | undefined): string | undefined {
  if (option === undefined) return "there is no such option";
  if (option.value === undefined) return value === undefined ? undefined : "it takes no value";
  return value === undefined || value === "" ? `${option.value} is missing after it` : undefined;
}

function misused(
  command: Command,
  { what, problem, hint }: { readonly what: string; readonly problem: string; readonly hint: string | undefined },
): Diagnostic {
  const message = `cannot use ${quote(what).slice(1, -1)} with pith ${command.name}: ${problem}`;
  return { severity: "error", code: "USAGE_INVALID", message, hint: hint ?? `run pith ${command.name} --help` };
}

function hintFor(rawName: string, options: readonly OptionSpec[]): string | undefined {
  if (!rawName.startsWith("--")) return dockerOptionHint(rawName);
  const names = options.map((option) => `--${option.name}`);
  if (names.includes(rawName)) return undefined;
  return dockerOptionHint(rawName) ?? didYouMean(rawName, names);
}

/** One USAGE_INVALID. */
export function misuse(message: string, hint: string): BuildError {
  return new BuildError([{ severity: "error", code: "USAGE_INVALID", message, hint }]);
}
