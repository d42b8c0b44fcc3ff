import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { Unknown } from "../closure/model/unknown.ts";
import { launchedCommand } from "../formats/text/launchers.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { joinedPrograms } from "./joined-programs.ts";
import { lineFinder } from "./lines.ts";
import { rememberedFor } from "./remembered.ts";

/** A command that a source has the system start. */
export interface StartedCommand {
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
  /** The program and its arguments, one each; a text for the shell is one word. Empty where only the run tells. */
  readonly words: readonly string[];
  /** True where the shell reads the text whatever is in it. */
  readonly isShell: boolean;
  /** True where the call has a name: what the source gives it may not be all. */
  readonly isByName?: boolean;
}

/** How a language writes calls that start programs. */
export interface CallSyntax {
  /** Matches up to the first argument. */
  readonly calls: RegExp;
  /** Matches a text for the shell that stands for its own call: backticks and their like; the first group that is set is the text. */
  readonly quoted: RegExp;
  /** Matches parts of a text that only the run tells. */
  readonly hole: RegExp;
  /** True for a text that a function fills in, in whichever quotes it stands. */
  readonly isFilled?: boolean;
  /** Matches a name that holds a value, at a place. */
  readonly variable: RegExp;
  /**
   * Matches a text at a place (sticky), where there are other forms than two kinds of quotes: the first group that is
   * set is the text.
   */
  readonly text?: RegExp;
  /** Matches a list of words at a place (sticky): `qw(ls -l)`; the first group that is set has them. */
  readonly list?: RegExp;
  /** Matches the beginning of a function's definition; the group is its name. */
  readonly definition?: RegExp;
  /** Signs that join texts. */
  readonly join: RegExp;
  /** Matches the name of the run-time itself at a place, and in a text. */
  readonly self: { readonly atPlace: RegExp; readonly inText: RegExp };
  /** True where a text goes to the shell, whatever is in it: always, or by the text of the call. */
  readonly isAlwaysShell: boolean | ((call: string) => boolean);
}

/** Stands for what only the run tells: the shell reads it as a variable. */
const unknownPart = "$unknown";
/** Stands for the run-time itself. */
const ownProgram = "\u0001";
/** How much of a call tells how it is made. */
const callLength = 400;
const literal = /"((?:\\[\s\S]|[^"\\]){0,4000})"|'((?:\\[\s\S]|[^'\\]){0,4000})'/uy;
/** Begins a text in which nothing is put: '...', Perl's q{...}, Ruby's %q(...). */
const isPlain = /^(?:'|%?q[^q])/u;
const textMaker =
  /^\\?(?:sprintf|format|escapeshellcmd|shellsplit|shellwords|(?:shlex|Shellwords)\.(?:split|shellsplit))\s*\(\s*/u;
/** What a function that fills in a text puts its arguments for. */
const filledPart = String.raw`%[-+\d.$]{0,8}[a-zA-Z]`;
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
export const startedCommandsIn: (code: string, syntax: CallSyntax) => readonly StartedCommand[] =
  rememberedFor(readStartedCommands);

function readStartedCommands(code: string, syntax: CallSyntax): readonly StartedCommand[] {
  const lineOf = lineFinder(code);
  const found: StartedCommand[] = [];
  for (const match of code.matchAll(syntax.quoted)) {
    const text = match.slice(1).find((part) => part !== undefined);
    if (text === undefined) continue;
    const words = [withHoles(text, syntax)];
    found.push({ line: lineOf(match.index), what: shown(match[0]), words, isShell: syntax.isAlwaysShell === true });
  }
  for (const { index, 0: head } of code.matchAll(syntax.calls)) {
    const at = index + head.length;
    const about = { line: lineOf(index), what: shown(/^[^;\n]*/u.exec(code.slice(index, at + 60))?.[0] ?? head) };
    const given = wordsAt(code, at, syntax);
    const commands = given === undefined ? assignedTo(code, at, syntax) : [given];
    const isForShell =
      typeof syntax.isAlwaysShell === "boolean"
        ? syntax.isAlwaysShell
        : syntax.isAlwaysShell(code.slice(index, index + callLength).split(/\n(?=\S)/u, 1)[0] ?? "");
    for (const { words, isList } of commands) {
      const isShell = isForShell && !isList;
      const isByName = given === undefined ? { isByName: true } : {};
      found.push({ ...about, words: isShell ? words.slice(0, 1) : words, isShell, ...isByName });
    }
  }
  return found;
}

/** True where only the run tells what a command starts, or another that the shell starts beside it. */
export function isOpenCommand({ words: [first, ...others], isByName }: StartedCommand): boolean {
  if (isByName === true || first === undefined || first.startsWith(unknownPart)) return true;
  if (launchesAny(first, others)) return true;
  return others.length === 0 && /[|;&(`]\s*\$unknown(?!\w)/u.test(first);
}

/** True where a program is given another to run, of which only the run tells the name: `["timeout", "5", tool]`. */
function launchesAny(name: string, args: readonly string[]): boolean {
  return /^[\w./+-]+$/u.test(name) && launchedCommand(lastPart(name), args)?.[0]?.startsWith(unknownPart) === true;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** What runs the script that it is given. */
const scriptRunner = /^(?:\S*\/)?(?:env\s+)?(?:(?:ba|da|k|z)?sh|env)(?=$|\s)/u;

/** True where a shell is given a script that only the run tells: `["sh", path]`. */
export function isOpenScript({ words: [first = "", ...others] }: StartedCommand): boolean {
  if (!scriptRunner.test(first)) return false;
  const text = [first, ...others].join(" ");
  return text.includes(unknownPart) && !/\s-\w*c(?=\s|$)/u.test(text);
}

type Starting = Pick<ProcessContext, "findProgram" | "program"> & Parameters<typeof joinedPrograms>[1];

/** What the commands of a source of the application need where the builder has it. */
export async function startsIn(
  code: string,
  syntax: CallSyntax,
  proc: Starting,
): Promise<readonly ({ readonly need: Need } | { readonly unknown: Unknown })[]> {
  const found: ({ readonly need: Need } | { readonly unknown: Unknown })[] = [];
  for (const command of startedCommandsIn(code, syntax)) {
    const joined = await joinedBy(command, proc);
    for (const need of joined) found.push({ need });
    const needed = await neededBy(command, proc);
    if (needed !== undefined && !("role" in needed) && joined.length > 0) continue;
    if (needed !== undefined) found.push("role" in needed ? { need: needed } : { unknown: needed });
    const { words, line, what } = command;
    if (launchesAny(words[0] ?? "", words.slice(1)))
      found.push({ unknown: { kind: "computed-name", line, what, bound: { kind: "anything" } } });
  }
  return found;
}

/** The programs that a name could mean of which a part is known: `"pdf" + tool`, `"pdf#{tool} -v"`. */
async function joinedBy({ words: [first = "", ...others] }: StartedCommand, proc: Starting): Promise<readonly Need[]> {
  const [name = ""] = others.length === 0 ? first.trim().split(/\s/u) : [first];
  return name.includes(unknownPart) ? joinedPrograms(name.split(unknownPart), proc) : [];
}

/** A name that only the run tells is an unknown. */
async function neededBy(
  { words: written, isShell, line, what }: StartedCommand,
  proc: Starting,
): Promise<Need | Unknown | undefined> {
  const words = written.map((word) => word.replaceAll(ownProgram, proc.program));
  const [first = ""] = words;
  if (first.startsWith(unknownPart) || words.length === 0)
    return { kind: "computed-name", line, what, bound: { kind: "anything" } };
  // A single word with a part that only the run tells is a name, whatever the part is written as.
  const isName = /^\S*$/u.test(first) && !needsShell.test(first.replaceAll(unknownPart, ""));
  const isText = words.length === 1 && (isShell || (!isName && needsShell.test(first)));
  const [name = "", ...args] = isText
    ? ["/bin/sh", "-c", first]
    : words.length === 1
      ? first.trim().split(/\s+/u)
      : words;
  if (/^[\w./+-]+\$unknown[\w./+-]*$/u.test(name))
    return { kind: "computed-name", line, what, bound: { kind: "anything" } };
  if (!/^[\w./+-]+$/u.test(name)) return undefined;
  const path = name.includes("/") ? toAbsPath(name, proc.workdir) : await proc.findProgram(name);
  if (path === undefined) return undefined;
  // Arguments of which some are not known would be taken for all of them; the run-time's first tell what it runs.
  const isWhole = isText || !words.some((word) => word.includes(unknownPart));
  const given = isWhole ? args : written[0] === ownProgram ? knownStart(args) : scriptOf(name, args);
  return {
    path,
    role: "program",
    evidence: "string",
    why: `starts ${shown(first)}`,
    optional: true,
    ...(given.length === 0 ? {} : { args: given }),
  };
}

/**
 * A script that a shell is given has its holes as variables, and all else that it starts. A program that runs another
 * is given that one: `["timeout", seconds, "tool", path]`.
 */
function scriptOf(name: string, args: readonly string[]): readonly string[] {
  const launched = launchedCommand(lastPart(name), args);
  if (launched !== undefined) {
    const known = knownStart(launched);
    return known.length === 0 ? [] : [...args.slice(0, args.length - launched.length), ...known];
  }
  return /(?:^|\/)(?:ba|da)?sh$/u.test(name) && /^-\w*c$/u.test(args[0] ?? "") ? args.slice(0, 2) : [];
}

function knownStart(args: readonly string[]): readonly string[] {
  const end = args.findIndex((arg) => arg.includes(unknownPart));
  return end === -1 ? args : args.slice(0, end);
}

interface Words {
  readonly words: readonly string[];
  readonly isList: boolean;
}

/** Texts from a place on, separated by commas; undefined where the first is none. */
function wordsAt(code: string, start: number, syntax: CallSyntax): Words | undefined {
  const words: string[] = [];
  const [opening = ""] = /^[\s([]*(?:\*\[\s*)?/u.exec(code.slice(start, start + 200)) ?? [];
  let at = start + opening.length;
  let isList = opening.includes("[");
  while (words.length < maximumWords) {
    const list = listAt(code, at, syntax);
    words.push(...(list?.words ?? []));
    isList ||= list !== undefined;
    const read = list ?? wordAt(code, at, syntax);
    if (read === undefined) {
      if (words.length > 0) words.push(unknownPart);
      break;
    }
    if ("word" in read) words.push(read.word);
    const comma = read.isOpen ? undefined : /^\s*,\s*/u.exec(code.slice(read.end, read.end + 200))?.[0];
    if (comma === undefined) break;
    at = read.end + comma.length;
  }
  if (words.length === 0) return undefined;
  // No program has a blank in its name: options follow a text, as in `system("tool -v", exception: true)`.
  if (!isList && words.length > 1 && /^[\w./+-]+\s/u.test(words[0] ?? "")) return { words: words.slice(0, 1), isList };
  return { words, isList: isList || (words.length > 1 && syntax.isAlwaysShell === false) };
}

/** The words of a list at a place. */
function listAt(
  code: string,
  start: number,
  { list }: CallSyntax,
): { readonly words: readonly string[]; readonly end: number; readonly isOpen: false } | undefined {
  if (list === undefined) return undefined;
  list.lastIndex = start;
  const text = list
    .exec(code)
    ?.slice(1)
    .find((part) => part !== undefined);
  return text === undefined
    ? undefined
    : { words: text.split(/\s+/u).filter((word) => word !== ""), end: list.lastIndex, isOpen: false };
}

/** A text or the run-time's own name at a place, with what is joined to it. `isOpen` where more follows that is not read. */
function wordAt(
  code: string,
  start: number,
  syntax: CallSyntax,
): { readonly word: string; readonly end: number; readonly isOpen: boolean } | undefined {
  const { join, self, text = literal } = syntax;
  const [own] = self.atPlace.exec(code.slice(start, start + 100)) ?? [];
  let end = start + (own?.length ?? 0);
  let word = own === undefined ? "" : ownProgram;
  const joined = own === undefined ? undefined : join.exec(code.slice(end, end + 200))?.[0];
  if (own !== undefined && joined === undefined) return { word, end, isOpen: false };
  end += joined?.length ?? 0;
  // Python's texts may begin with letters.
  const [before = ""] = /^\s*(?:[rbfuRBFU]{1,2}(?=["']))?/u.exec(code.slice(end, end + 100)) ?? [];
  end += before.length;
  text.lastIndex = end;
  const match = text.exec(code);
  if (match === null) return own === undefined ? undefined : { word: `${word} ${unknownPart}`, end, isOpen: true };
  end = text.lastIndex;
  const written = match.slice(1).find((part) => part !== undefined) ?? "";
  const isAsWritten = isPlain.test(match[0]) && !/f/iu.test(before) && syntax.isFilled !== true;
  word += isAsWritten ? written : withHoles(written, syntax).replace(/\\(["\\$`])/gu, "$1");
  const isOpen = join.test(code.slice(end, end + 200));
  return { word: isOpen ? `${word}${unknownPart}` : word, end, isOpen };
}

function withHoles(text: string, { hole, self }: CallSyntax): string {
  return text.replace(self.inText, ownProgram).replace(hole, (part) => (part === ownProgram ? part : unknownPart));
}

/** How texts are read that a function fills in. */
function filledBy(syntax: CallSyntax): CallSyntax {
  return { ...syntax, hole: new RegExp(`${syntax.hole.source}|${filledPart}`, "gu"), isFilled: true };
}

/** What the source gives to the name that stands for the command; no words where it gives none that is written down. */
function assignedTo(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const rest = code.slice(start, start + 100);
  const [word = ""] = /^\s*\w+/u.exec(rest) ?? [];
  if (/^\s*(?:[)\];]|$)/u.test(rest) || keywords.has(word.trim())) return [];
  const [, name] = syntax.variable.exec(rest) ?? [];
  if (name === undefined) return [{ words: [], isList: false }];
  const escaped = name.replaceAll("$", String.raw`\$`);
  const assignments = [...code.matchAll(new RegExp(`(?<![\\w$@])${escaped}\\s*(?:\\|\\|)?=(?![=~>])\\s*`, "gu"))];
  const found = assignments.flatMap(({ index, 0: head }) => {
    const at = index + head.length;
    // A text that is filled in, or taken apart, is the command all the same.
    const [maker = ""] = textMaker.exec(code.slice(at, at + 60)) ?? [];
    return wordsAt(code, at + maker.length, maker === "" ? syntax : filledBy(syntax)) ?? [];
  });
  return found.length > 0 ? found : [{ words: [], isList: false }];
}

function shown(text: string): string {
  const line = text.replaceAll(unknownPart, "*").replace(/\s+/gu, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
