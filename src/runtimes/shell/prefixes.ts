import type { Word, WordPart } from "unbash";
import type { Need, ProcessContext } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { joinedPrograms } from "../../languages/joined-programs.ts";
import { type AbsPath, parentOf, type RootFs, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { lacksOf } from "./guesses.ts";
import { programsOfApplication } from "./own-programs.ts";
import type { CommandSite } from "./syntax.ts";
import { partsOf } from "./syntax-words.ts";
import { expandCommand, type Scope, valuesOf } from "./values.ts";

type Asking = Parameters<typeof joinedPrograms>[1] & Pick<ProcessContext, "appRoot">;

const maxDepth = 4;

/** The possible values of a word that cannot be told, by the beginnings of it that are known; each bound once. */
export function boundsOf(word: Word, scope: Scope, workdir: AbsPath, isCommand = false): readonly Bound[] {
  const bounds = new Map<string, Bound>();
  for (const prefix of prefixesOf(word, scope, 0)) {
    const path = toAbsPath(prefix, workdir);
    const isDirectory = prefix.endsWith("/");
    // A command's name without a slash is no file of the working directory.
    if (prefix === "" || path === rootPath || (isCommand && !prefix.includes("/"))) continue;
    bounds.set(prefix, isDirectory ? { kind: "directory", path } : { kind: "prefix", prefix: path });
  }
  return bounds.size === 0 ? [{ kind: "anything" }] : [...bounds.values()];
}

/** More programs are no family. */
const largestFamily = 40;

/** The programs on the PATH whose names begin as a word does of which only that is known: `tool-read"$format"`. */
async function programsBegunAs({ text }: Word, proc: Asking): Promise<readonly Need[]> {
  const [, beginning = ""] = /^"?([A-Za-z][\w.+-]*)["']{0,2}[$`]/u.exec(text) ?? [];
  return joinedPrograms([beginning, ""], proc);
}

/** The programs whose paths begin as the bounds of a command do: `/usr/bin/lua` of `$base$version`. */
async function programsWithin(bounds: readonly Bound[], root: RootFs): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const bound of bounds) {
    if (bound.kind !== "prefix") continue;
    const directory = parentOf(toAbsPath(bound.prefix));
    for (const name of (await root.readDirectory(directory)) ?? []) {
      const path = toAbsPath(name, directory);
      if (path.startsWith(bound.prefix) && (await lacksOf([path], root)) === 0) found.push(path);
    }
  }
  return found.length > largestFamily ? [] : found;
}

/** The arguments of a command whose program is not known; a variable without quotes and without a value may be none. */
function argumentsOf([word, ...words]: readonly Word[], scope: Scope): readonly string[] {
  if (word === undefined) return [];
  const program: Word = { ...word, text: "program", value: "program", parts: undefined };
  const [args = []] = expandCommand([program, ...words], scope).commands;
  return args.slice(1).filter((arg) => !/^\$\{?\w+\}?$/u.test(arg));
}

/** The programs that a command could be of which only the beginning is known. */
export async function startedAs(
  { words, line }: Pick<CommandSite, "words" | "line">,
  known: {
    readonly bounds: readonly Bound[];
    readonly scope: Scope;
    readonly proc: Asking;
  },
): Promise<readonly Need[]> {
  const [word] = words;
  if (word === undefined) return [];
  const why = `runs ${word.text} (line ${line})`;
  const about = { role: "program", evidence: "string", why, optional: true } as const;
  const begun = (await programsBegunAs(word, known.proc)).map(({ path }) => ({ ...about, path }));
  const args = argumentsOf(words, known.scope);
  const within = await programsWithin(known.bounds, known.proc.root);
  const isFound = begun.length + within.length > 0;
  const own = isFound ? [] : await programsOfApplication(word.text, known.proc);
  return [...begun, ...[...within, ...own].map((path) => ({ ...about, path, args }))];
}

/**
 * `exec $program "$@"`, of which the first word is known and says nothing: what follows it, where that is not known.
 */
export function unknownBehindExec(
  { words: [first, ...words] }: Pick<CommandSite, "words">,
  scope: Scope,
): { readonly words: readonly Word[]; readonly isKnown: boolean } | undefined {
  const text = words[0]?.text ?? "";
  if (first?.value !== "exec" || !/^"?\$/u.test(text)) return undefined;
  const { commands, isComplete } = expandCommand(words, scope);
  const isNone = /^"?\$[@*\d]/u.test(text) && scope.positional.flat().length === 0;
  return isComplete || isNone ? undefined : { words, isKnown: commands.length > 0 };
}

/** The text before the first part that is not known; where that is a variable at the start, those of its values. */
function prefixesOf(word: Word, scope: Scope, depth: number): readonly string[] {
  const parts = partsOf(word);
  if (parts.length === 0) return [plainStart(word.value)];
  let texts: readonly string[] = [""];
  for (const part of parts) {
    const values = part.type === "Glob" ? [] : valuesOf({ ...word, parts: [part] }, scope).texts;
    if (values.length === 0) return texts.every((text) => text === "") ? startsOf(part, scope, depth) : texts;
    texts = texts.flatMap((text) => values.map((value) => text + value));
    if (texts.some((text) => plainStart(text) !== text)) return texts.map(plainStart);
  }
  return texts;
}

function startsOf(part: WordPart, scope: Scope, depth: number): readonly string[] {
  const name = /^\$\{?(\w+)\}?$/u.exec(part.text)?.[1];
  if (name === undefined || depth >= maxDepth) return [];
  if (scope.loops.has(name)) return [...new Set(scope.positional.flat().map(plainStart))];
  if (/^\d+$/u.test(name)) return scope.positional.flatMap((list) => list[Number(name) - 1] ?? []).map(plainStart);
  const words = scope.assigned.get(name) ?? [];
  return words.flatMap((word) => (word === undefined ? [] : prefixesOf(word, scope, depth + 1)));
}

/** The text before the first character that stands for others. */
function plainStart(text: string): string {
  return text.replace(/["'$`*?[].*$/su, "");
}
