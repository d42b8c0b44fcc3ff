import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { Unknown } from "../closure/model/unknown.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { lineFinder } from "./lines.ts";

/** A command that a source has the system start. */
export interface StartedCommand {
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
  /** The program and its arguments, one each; a text for the shell is one word. Empty where only the run tells. */
  readonly words: readonly string[];
  /** True where the shell reads the text whatever is in it. */
  readonly isShell: boolean;
}

/** How a language writes calls that start programs. */
export interface CallSyntax {
  /** Matches up to the first argument. */
  readonly calls: RegExp;
  /** Matches a text for the shell that stands for its own call: backticks and their like; the first group that is set is the text. */
  readonly quoted: RegExp;
  /** Matches parts of a text that only the run tells. */
  readonly hole: RegExp;
  /** Matches a name that holds a value, at a place. */
  readonly variable: RegExp;
  /** Signs that join texts. */
  readonly join: RegExp;
  /** True where each text goes to the shell, whatever is in it. */
  readonly isAlwaysShell: boolean;
}

/** Stands for what only the run tells: the shell reads it as a variable. */
const unknownPart = "$unknown";
const literal = /"((?:\\[\s\S]|[^"\\]){0,4000})"|'((?:\\[\s\S]|[^'\\]){0,4000})'/uy;
const needsShell = /[*?{}[\]<>()~&|\\$;'`"\n#=%]/u;
const maximumWords = 50;
const keywords: ReadonlySet<string> = new Set([
  "do",
  "if",
  "unless",
  "and",
  "or",
  "end",
  "then",
  "nil",
  "true",
  "false",
]);

/** The commands of a source without comments, as far as they are written down. */
export function startedCommandsIn(code: string, syntax: CallSyntax): readonly StartedCommand[] {
  const lineOf = lineFinder(code);
  const found: StartedCommand[] = [];
  for (const match of code.matchAll(syntax.quoted)) {
    const text = match.slice(1).find((part) => part !== undefined);
    if (text === undefined) continue;
    const words = [text.replace(syntax.hole, unknownPart)];
    found.push({ line: lineOf(match.index), what: shown(match[0]), words, isShell: syntax.isAlwaysShell });
  }
  for (const { index, 0: head } of code.matchAll(syntax.calls)) {
    const at = index + head.length;
    const about = { line: lineOf(index), what: shown(/^[^;\n]*/u.exec(code.slice(index, at + 60))?.[0] ?? head) };
    const given = wordsAt(code, at, syntax);
    const commands = given === undefined ? assignedTo(code, at, syntax) : [given];
    for (const { words, isList } of commands ?? []) {
      const isShell = syntax.isAlwaysShell && !isList;
      found.push({ ...about, words: isShell ? words.slice(0, 1) : words, isShell });
    }
  }
  return found;
}

/** What the commands of a source of the application need where the builder has it. */
export async function startsIn(
  code: string,
  syntax: CallSyntax,
  proc: Pick<ProcessContext, "findProgram" | "workdir">,
): Promise<readonly ({ readonly need: Need } | { readonly unknown: Unknown })[]> {
  const found: ({ readonly need: Need } | { readonly unknown: Unknown })[] = [];
  for (const command of startedCommandsIn(code, syntax)) {
    const needed = await neededBy(command, proc);
    if (needed !== undefined) found.push("role" in needed ? { need: needed } : { unknown: needed });
  }
  return found;
}

/** A name that only the run tells is an unknown. */
async function neededBy(
  { words, isShell, line, what }: StartedCommand,
  proc: Pick<ProcessContext, "findProgram" | "workdir">,
): Promise<Need | Unknown | undefined> {
  const [first = ""] = words;
  if (first.startsWith(unknownPart) || words.length === 0)
    return { kind: "computed-name", line, what, bound: { kind: "anything" } };
  const isText = words.length === 1 && (isShell || needsShell.test(first));
  const [name = "", ...args] = isText
    ? ["/bin/sh", "-c", first]
    : words.length === 1
      ? first.trim().split(/\s+/u)
      : words;
  if (!/^[\w./+-]+$/u.test(name)) return undefined;
  const path = name.includes("/") ? toAbsPath(name, proc.workdir) : await proc.findProgram(name);
  if (path === undefined) return undefined;
  // Arguments of which some are not known would be taken for all of them.
  const given = isText || !words.some((word) => word.includes(unknownPart)) ? args : [];
  return {
    path,
    role: "program",
    evidence: "string",
    why: `starts ${shown(first)}`,
    optional: true,
    ...(given.length === 0 ? {} : { args: given }),
  };
}

interface Words {
  readonly words: readonly string[];
  readonly isList: boolean;
}

/** Texts from a place on, separated by commas; undefined where the first is none. */
function wordsAt(code: string, start: number, { hole, join, isAlwaysShell }: CallSyntax): Words | undefined {
  const words: string[] = [];
  const [opening = ""] = /^[\s([]*/u.exec(code.slice(start, start + 200)) ?? [];
  let at = start + opening.length;
  while (words.length < maximumWords) {
    literal.lastIndex = at;
    const match = literal.exec(code);
    if (match === null) {
      if (words.length > 0) words.push(unknownPart);
      break;
    }
    at = literal.lastIndex;
    const text = match[1]?.replace(hole, unknownPart).replace(/\\(["\\$`])/gu, "$1") ?? match[2] ?? "";
    const rest = code.slice(at, at + 200);
    const isJoined = join.test(rest);
    words.push(isJoined ? `${text}${unknownPart}` : text);
    const comma = isJoined ? undefined : /^\s*,\s*/u.exec(rest)?.[0];
    if (comma === undefined) break;
    at += comma.length;
  }
  return words.length === 0
    ? undefined
    : { words, isList: opening.includes("[") || (words.length > 1 && !isAlwaysShell) };
}

/** What the source gives to the name that stands for the command; no words where it gives none that is written down. */
function assignedTo(code: string, start: number, syntax: CallSyntax): readonly Words[] | undefined {
  const [, name] = syntax.variable.exec(code.slice(start, start + 100)) ?? [];
  if (name === undefined || keywords.has(name)) return undefined;
  const escaped = name.replaceAll("$", String.raw`\$`);
  const assignments = [...code.matchAll(new RegExp(`(?<![\\w$@])${escaped}\\s*(?:\\|\\|)?=(?![=~>])\\s*`, "gu"))];
  const found = assignments.flatMap(({ index, 0: head }) => wordsAt(code, index + head.length, syntax) ?? []);
  return found.length > 0 ? found : [{ words: [], isList: false }];
}

function shown(text: string): string {
  const line = text.replaceAll(unknownPart, "*").replace(/\s+/gu, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
