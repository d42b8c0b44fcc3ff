import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { Unknown } from "../closure/model/unknown.ts";
import { foundCommands } from "../formats/text/given-commands.ts";
import { launchedCommand } from "../formats/text/launchers.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { answeredAt } from "./answered-commands.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { joinedPrograms } from "./joined-programs.ts";
import { lineFinder } from "./lines.ts";
import { rememberedFor } from "./remembered.ts";
import { runsInput, textsForInput } from "./shell-input.ts";
import { elementsAt } from "./table-values.ts";
import {
  alternativesAt,
  assignedTo,
  joinedAt,
  ownProgram,
  unknownPart,
  valuesOf,
  withHoles,
  wordsAt,
} from "./written-words.ts";

/** A command that a source has the system start. */
export interface StartedCommand {
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
  /** More of it. Absent where that is all. */
  readonly text?: string;
  /** The program and its arguments, one each; a text for the shell is one word. Empty where only the run tells. */
  readonly words: readonly string[];
  /** True where the shell reads the text whatever is in it. */
  readonly isShell: boolean;
  /** True where the call has a name: what the source gives it may not be all. */
  readonly isByName?: boolean;
}

/** A program that only the run tells. */
export const untoldProgram = { kind: "computed-name", bound: { kind: "anything" }, isProgram: true } as const;
/** How much of a call tells how it is made. */
const callLength = 400;
const needsShell = /[*?{}[\]<>()~&|\\$;'`"\n#=%]/u;

/** The commands of a source without comments, as far as they are written down. */
export const startedCommandsIn: (code: string, syntax: CallSyntax) => readonly StartedCommand[] =
  rememberedFor(readStartedCommands);

function readStartedCommands(code: string, syntax: CallSyntax): readonly StartedCommand[] {
  const lineOf = lineFinder(code);
  const found: StartedCommand[] = [];
  for (const match of code.matchAll(syntax.quoted)) {
    const text = match.slice(1).find((part) => part !== undefined);
    if (text === undefined) continue;
    const about = { line: lineOf(match.index), what: shown(match[0]), isShell: syntax.isAlwaysShell === true };
    found.push({ ...about, words: [withHoles(text, syntax)] });
    const [, name] = /^\s*(\$\w+)\s*$/u.exec(text) ?? [];
    if (name === undefined) continue;
    for (const { words } of valuesOf(code, name, syntax)) found.push({ ...about, words: words.slice(0, 1) });
  }
  for (const { index, 0: head } of syntax.handedOn === undefined ? [] : code.matchAll(syntax.handedOn)) {
    const { words } = wordsAt(code, index + head.length, syntax) ?? { words: [] };
    found.push({ line: lineOf(index), what: shown(head), words, isShell: false, isByName: true });
  }
  for (const { index, 0: head } of code.matchAll(syntax.calls)) {
    const at = index + head.length;
    const call = (length: number): string => /^[^;\n]*/u.exec(code.slice(index, at + length))?.[0] ?? head;
    const about = { line: lineOf(index), what: shown(call(60)), text: call(callLength) };
    const given = wordsAt(code, at, syntax);
    const chosen = given === undefined ? alternativesAt(code, at, syntax) : [];
    const tabled = given === undefined && chosen.length === 0 ? elementsAt(code, at, syntax) : [];
    const answered = given === undefined ? answeredAt(code, at, syntax) : [];
    const known = [...chosen, ...tabled, ...answered];
    const named = known.length > 0 ? known : assignedTo(code, at, syntax);
    const joined = joinedAt(code, at, syntax);
    const commands = joined.length > 0 ? joined : given === undefined ? named : [given];
    const isForShell =
      typeof syntax.isAlwaysShell === "boolean"
        ? syntax.isAlwaysShell
        : syntax.isAlwaysShell(code.slice(index, index + callLength).split(/\n(?=\S)/u, 1)[0] ?? "");
    for (const { words, isList, isOneOfMore } of commands) {
      const isShell = isForShell && !isList;
      const isByName = given === undefined || isOneOfMore === true ? { isByName: true } : {};
      found.push({ ...about, words: isShell ? words.slice(0, 1) : words, isShell, ...isByName });
    }
  }
  for (const { index, text } of found.some(runsInput) ? textsForInput(code) : [])
    found.push({ line: lineOf(index), what: shown(text), words: [withHoles(text, syntax)], isShell: true });
  return found;
}

/** True where only the run tells what a command starts, or another that the shell starts beside it. */
export function isOpenCommand({ words: [first, ...others], isByName }: StartedCommand): boolean {
  if (isByName === true || first === undefined || first.startsWith(unknownPart)) return true;
  if (launchesAny(first, others) || readsCommands(first, others)) return true;
  if (/^[\w./-]*\/\$unknown/u.test(first)) return true;
  // What is given to it as its input may stand behind its name.
  if (others.length === 1 && others[0] === unknownPart && readsCommands(first, [])) return true;
  return others.length === 0 && /(?:^|[|;&(`])\s*\$(?:unknown(?!\w)|\{?[A-Z_][A-Z\d_]*\b)/u.test(first);
}

/**
 * True for a shell that only the run gives its commands: `["sh", "-c", text]`, and `["bash"]`, which reads its input.
 */
function readsCommands(name: string, args: readonly string[]): boolean {
  if (!/^(?:\S*\/)?(?:ba|da|k|z)?sh$/u.test(name)) return false;
  // The mode of a pipe may follow: `IO.popen("sh", "w")`.
  if (args.every((arg) => /^-[a-bd-z]{1,5}$|^[rwa]b?\+?$/u.test(arg))) return true;
  const at = args.findIndex((arg) => /^-[a-z]{0,5}c$/u.test(arg));
  return at !== -1 && args[at + 1]?.trimStart().startsWith(unknownPart) === true;
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
    const joined = [...(await joinedBy(command, proc)), ...(await lookedUpBy(command, proc))];
    for (const need of joined) found.push({ need });
    const needed = await neededBy(command, proc);
    if (needed !== undefined && !("role" in needed) && joined.length > 0) continue;
    if (needed !== undefined) found.push("role" in needed ? { need: needed } : { unknown: needed });
    const { words, line, what } = command;
    for (const given of lastPart(words[0] ?? "") === "find" ? foundCommands(words.slice(1)) : []) {
      const inner = await neededBy({ ...command, words: given.words }, proc);
      if (inner !== undefined) found.push("role" in inner ? { need: inner } : { unknown: inner });
    }
    if (launchesAny(words[0] ?? "", words.slice(1)) || readsCommands(words[0] ?? "", words.slice(1)))
      found.push({ unknown: { ...untoldProgram, line, what } });
  }
  return found;
}

/** The programs that a name could mean of which a part is known: `"pdf" + tool`, `"pdf#{tool} -v"`. */
async function joinedBy({ words: [first = "", ...others] }: StartedCommand, proc: Starting): Promise<readonly Need[]> {
  const [name = ""] = others.length === 0 ? first.trim().split(/\s/u) : [first];
  const parts = name.split(unknownPart);
  const [, behind = ""] = /^\$unknown\/([\w.+-]+)$/u.exec(name) ?? [];
  const path = behind === "" ? undefined : await proc.findProgram(behind);
  if (path !== undefined) {
    const why = `starts ${behind} of a directory that the run tells`;
    return [{ path, role: "program", evidence: "string", why, optional: true }];
  }
  return parts.length > 1 ? joinedPrograms(parts, proc) : [];
}

/** The program that a text for the shell looks up, for another call to start it: `command -v jq`. */
async function lookedUpBy({ words, line }: StartedCommand, { findProgram }: Starting): Promise<readonly Need[]> {
  const [, asked] = /^\s*(?:command\s+-v|which|type\s+-p)\s+([\w.+-]+)/u.exec(words.join(" ")) ?? [];
  const path = asked === undefined ? undefined : await findProgram(asked);
  const why = `looks up ${asked ?? ""} (line ${line})`;
  return path === undefined ? [] : [{ path, role: "program", evidence: "string", why, optional: true }];
}

/** A name that only the run tells is an unknown. */
async function neededBy(
  { words: written, isShell, line, what }: StartedCommand,
  proc: Starting,
): Promise<Need | Unknown | undefined> {
  const words = written.map((word) => word.replaceAll(ownProgram, proc.program));
  const [first = ""] = words;
  if (first.startsWith(unknownPart) || words.length === 0) return { ...untoldProgram, line, what };
  // A single word with a part that only the run tells is a name, whatever the part is written as.
  const isName = /^\S*$/u.test(first) && !needsShell.test(first.replaceAll(unknownPart, ""));
  const isText = words.length === 1 && (isShell || (!isName && needsShell.test(first)));
  const [name = "", ...args] = isText
    ? ["/bin/sh", "-c", first]
    : words.length === 1
      ? first.trim().split(/\s+/u)
      : words;
  if (/^[\w./+-]+\$unknown[\w./+-]*$/u.test(name)) return { ...untoldProgram, line, what };
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

function shown(text: string): string {
  const line = text.replaceAll(unknownPart, "*").replace(/\s+/gu, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
