import { longestText, WorkBudget } from "../rootfs/hostile-limits.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { remembered } from "./remembered.ts";

/** Stands for what only the run tells: the shell reads it as a variable. */
export const unknownPart = "$unknown";
/** Stands for the run-time itself. */
export const ownProgram = "\u0001";
const literal = /"([^"\\]*(?:\\[^][^"\\]*){0,100000})"|'([^'\\]*(?:\\[^][^'\\]*){0,100000})'/uy;
/** Begins a text in which nothing is put: '...', Perl's q{...}, Ruby's %q(...). */
const isPlain = /^(?:'|%?q[^q])/u;
/** A function that gives back the text that it is given, as far as commands go. */
const plainMaker = /^\s*(?:(?:textwrap\.)?dedent|(?:inspect\.)?cleandoc)\(\s*/u;
const textMaker =
  /^\\?(?:sprintf|format|escapeshellcmd|shellsplit|shellwords|(?:shlex|Shellwords)\.(?:split|shellsplit))\s*\(\s*/u;
/** What a function that fills in a text puts its arguments for. */
const filledPart = String.raw`%[-+\d.$]{0,8}[a-zA-Z]`;
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

/** What a source gives to a call that starts programs. */
export interface Words {
  readonly words: readonly string[];
  readonly isList: boolean;
  /** True where a condition decides between this program and others: `["jq" if x else "tree"]`. */
  readonly isOneOfMore?: boolean;
}

const maximumJoined = 1000;
/** Values that are made of each other's: what is deeper is an unknown part. */
const mostWithin = 4;
/** So many values of names are read for one call, where they are made of each other's. */
const mostRead = 256;

/** The names whose values are read for a call, each within that of the one before, and what may still be read. */
interface Within {
  readonly names: readonly string[];
  readonly reading: WorkBudget;
}

function outside(): Within {
  return { names: [], reading: new WorkBudget(mostRead) };
}

/** The words as one text; unknown where no command is as long. */
function joinedWords(words: readonly string[], sign: string): string {
  const length = words.reduce((sum, word) => sum + word.length + sign.length, 0);
  return length > longestText ? unknownPart : words.join(sign);
}

/** A list that becomes one text: `["tar", name].join(" ")`, `.shelljoin`; from its last word on. */
const joinedBehind =
  /^[^\]\n]{0,200}\]\s{0,20}\.(?:join(?:\(\s?(?:"([^"\n]{0,9})"|'([^'\n]{0,9})')\s?\)|\b)|shelljoin\b)/u;
const orElse = /^\s*(?:if\b|or\b|\|\|)/u;

/**
 * Texts from a place on, separated by commas; undefined where the first is none. A name behind the first has the text
 * that the source gives it, but for one in the value of another name. `within` says whose values are read.
 */
export function wordsAt(
  code: string,
  start: number,
  syntax: CallSyntax,
  within: Within = outside(),
): Words | undefined {
  const words: string[] = [];
  let isOneOfMore = false;
  const [opening = ""] = /^[\s([]*(?:\*\[\s*)?/u.exec(code.slice(start, start + 200)) ?? [];
  let at = start + opening.length;
  let isList = opening.includes("[");
  while (words.length < maximumWords) {
    const list = listAt(code, at, syntax);
    words.push(...(list?.words ?? []));
    isList ||= list !== undefined;
    const read = list ?? wordAt(code, at, syntax, within);
    if (read === undefined) {
      const named = words.length === 0 || within.names.length > 0 ? undefined : namedAt(code, at, words, syntax);
      if (words.length > 0) words.push(named?.text ?? unknownPart);
      if (named === undefined) break;
      const [next] = /^\s*,\s*/u.exec(code.slice(named.end, named.end + 200)) ?? [];
      if (next === undefined) break;
      at = named.end + next.length;
      continue;
    }
    if ("word" in read) words.push(read.word);
    isOneOfMore ||= words.length === 1 && orElse.test(code.slice(read.end, read.end + 40));
    const comma = read.isOpen ? undefined : /^\s*,\s*/u.exec(code.slice(read.end, read.end + 200))?.[0];
    if (comma === undefined) break;
    at = read.end + comma.length;
  }
  if (words.length === 0) return undefined;
  const between = isList ? joinedBehind.exec(code.slice(at, at + maximumJoined)) : null;
  if (between !== null) return { words: [joinedWords(words, between[1] ?? between[2] ?? " ")], isList: false };
  // No program has a blank in its name: options follow a text, as in `system("tool -v", exception: true)`.
  if (!isList && words.length > 1 && /^[\w./+-]+\s/u.test(words[0] ?? "")) return { words: words.slice(0, 1), isList };
  return { words, isList: isList || (words.length > 1 && syntax.isAlwaysShell === false), isOneOfMore };
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

const nameAlone = /^\s*(\$?[A-Za-z_@]\w*)(?=\s*[,)\]}])/u;
const givesScript = /^-[a-z]{0,5}c$/u;

/**
 * The text of a name among the words of a call: `["sh", "-c", SCRIPT]`. A shell is given all the texts that it may
 * have.
 */
function namedAt(code: string, at: number, words: readonly string[], syntax: CallSyntax): JoinedText | undefined {
  const [whole = "", name] = nameAlone.exec(code.slice(at, at + 100)) ?? [];
  if (name === undefined || keywords.has(name)) return undefined;
  const values = valuesOf(code, name, syntax).map((value) => (value.words.length === 1 ? value.words[0] : undefined));
  const texts = [...new Set(values)].filter((text) => text !== undefined && text !== "");
  const isScript = /^(?:\S*\/)?(?:ba|da|k|z)?sh$/u.test(words[0] ?? "") && givesScript.test(words.at(-1) ?? "");
  const isKnown = texts.length > 0 && (isScript || (texts.length === 1 && values.length === 1));
  return isKnown ? { text: texts.join("\n"), end: at + whole.length } : undefined;
}

/**
 * A text or the run-time's own name at a place, with what is joined to it. `isOpen` where more follows that is not
 * read.
 */
function wordAt(
  code: string,
  start: number,
  syntax: CallSyntax,
  within: Within,
): { readonly word: string; readonly end: number; readonly isOpen: boolean } | undefined {
  const { join, self } = syntax;
  const [own] = self.atPlace.exec(code.slice(start, start + 100)) ?? [];
  let end = start + (own?.length ?? 0);
  let word = own === undefined ? "" : ownProgram;
  const joined = own === undefined ? undefined : join.exec(code.slice(end, end + 200))?.[0];
  if (own !== undefined && joined === undefined) return { word, end, isOpen: false };
  end += joined?.length ?? 0;
  const [maker = ""] = plainMaker.exec(code.slice(end, end + 60)) ?? [];
  end += maker.length;
  const first = textAt(code, end, syntax);
  if (first === undefined) return own === undefined ? undefined : { word: `${word} ${unknownPart}`, end, isOpen: true };
  const [joining] = /^\s*\.join\(/u.exec(code.slice(first.end, first.end + 20)) ?? [];
  if (joining !== undefined) {
    const at = first.end + joining.length;
    const [, name] = nameAlone.exec(code.slice(at, at + 100)) ?? [];
    // `lines = "\n".join(lines)`
    const [named] = name === undefined ? [] : valuesOf(code, name, syntax, within);
    const { words } = wordsAt(code, at, syntax, within) ?? named ?? { words: [unknownPart] };
    return { word: joinedWords(words, first.text), end: first.end, isOpen: true };
  }
  word += first.text;
  end = first.end + (maker === "" ? 0 : (/^\s*\)/u.exec(code.slice(first.end, first.end + 20))?.[0].length ?? 0));
  for (let count = 0; count < maximumWords; count++) {
    const [sign] = join.exec(code.slice(end, end + 200)) ?? [];
    if (sign === undefined) return { word, end, isOpen: false };
    const at = end + sign.length;
    const next = /^\s*[+.]$/u.test(sign) ? (textAt(code, at, syntax) ?? operandAt(code, at)) : undefined;
    if (next === undefined) return { word: `${word}${unknownPart}`, end, isOpen: true };
    word += next.text;
    end = next.end;
  }
  return { word: `${word}${unknownPart}`, end, isOpen: true };
}

interface JoinedText {
  readonly text: string;
  readonly end: number;
}

/** A text at a place, with what only the run tells as unknown parts. */
function textAt(code: string, start: number, syntax: CallSyntax): JoinedText | undefined {
  const { text = literal } = syntax;
  // Python's texts may begin with letters.
  const [before = ""] = /^\s*(?:[rbfuRBFU]{1,2}(?=["']))?/u.exec(code.slice(start, start + 100)) ?? [];
  text.lastIndex = start + before.length;
  const match = text.exec(code);
  if (match === null) return undefined;
  const written = match.slice(1).find((part) => part !== undefined) ?? "";
  const isAsWritten = isPlain.test(match[0]) && !/f/iu.test(before) && syntax.isFilled !== true;
  const known = isAsWritten ? written : withHoles(written, syntax).replace(/\\(["\\$`])/gu, "$1");
  return { text: known, end: text.lastIndex };
}

/** A name, an element of it or a simple call, which is joined to texts on both sides. */
function operandAt(code: string, start: number): JoinedText | undefined {
  const operand = /^\s*[$@]{0,2}[A-Za-z_](?:[\w.:]|->|\([^()\n]{0,80}\)|\[[^[\]\n]{0,80}\])*/u;
  const [whole] = operand.exec(code.slice(start, start + 200)) ?? [];
  return whole === undefined ? undefined : { text: unknownPart, end: start + whole.length };
}

export function withHoles(text: string, { hole, self }: CallSyntax): string {
  return text.replace(self.inText, ownProgram).replace(hole, (part) => (part === ownProgram ? part : unknownPart));
}

/** How texts are read that a function fills in. */
function filledBy(syntax: CallSyntax): CallSyntax {
  return { ...syntax, hole: new RegExp(`${syntax.hole.source}|${filledPart}`, "gu"), isFilled: true };
}

/** A text that is taken apart into words, or put together: `CMD.split()`, `shlex.split(CMD)`, `CMD.join(" ")`. */
const takenApart =
  /^\s*\*?(?:(?:shlex\.split|Shellwords\.(?:split|shellsplit|shellwords)|shellwords|explode\(\s*["'] ["']\s*,|split\(?\s*(?:["'] ["']|\/[^/\n]{1,9}\/)\s*,)\s*\(?\s*(\$?\w+)\s*\)?|(\$?\w+)\.(?:split|shellsplit|shellwords|join|shelljoin)\b)/u;

/** A function that makes one text of a list: `implode(" | ", $commands)`, `join(" ", @words)`. */
const joiner = /^\s*\\?(?:implode|join)\b\s*\(?\s*(?:"([^"\n]{0,9})"|'([^'\n]{0,9})')\s*,\s*/u;

/** The texts that a function makes of a list that the source holds; empty where there is none. */
export function joinedAt(
  code: string,
  start: number,
  syntax: CallSyntax,
  within: Within = outside(),
): readonly Words[] {
  const match = joiner.exec(code.slice(start, start + 60));
  if (match === null) return [];
  const [whole, double, single] = match;
  const at = start + whole.length;
  const [, name] = /^\s*([$@]\w+)/u.exec(code.slice(at, at + 60)) ?? [];
  const lists = name === undefined ? [wordsAt(code, at, syntax, within)] : valuesOf(code, name, syntax, within);
  return lists.flatMap((list) =>
    list === undefined || list.words.length === 0
      ? []
      : [{ words: [joinedWords(list.words, double ?? single ?? "")], isList: false }],
  );
}

/** What the source gives to the name that stands for the command; no words where it gives none that is written down. */
export function assignedTo(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const rest = code.slice(start, start + 100);
  const [word = ""] = /^\s*\w+/u.exec(rest) ?? [];
  if (/^\s*(?:[)\];]|$)/u.test(rest) || keywords.has(word.trim())) return [];
  const [, inCall, split = inCall] = takenApart.exec(rest) ?? [];
  const [, name = split] = syntax.variable.exec(rest) ?? [];
  const found = name === undefined ? [] : valuesOf(code, name, syntax);
  return found.length > 0 ? found : [{ words: [], isList: false }];
}

/** What stands before the alternatives of a condition, up to its question mark. */
const condition = /^[\s([]*(?:[^;,"'?\n]|"[^"\n]{0,40}"|'[^'\n]{0,40}'){1,80}?\?\s*(?=["'[])/u;

/** The two texts or lists of `$x ? 'jq' : 'tree'`. */
export function alternativesAt(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const before = condition.exec(code.slice(start, start + 200))?.[0];
  if (before === undefined) return [];
  const at = start + before.length;
  const first = wordsAt(code, at, syntax);
  const [skipped] =
    /^\s*(?:"[^"\n]{0,400}"|'[^'\n]{0,400}'|\[[^\]\n]{0,400}\])\s*:\s*/u.exec(code.slice(at, at + 900)) ?? [];
  const second = skipped === undefined ? undefined : wordsAt(code, at + skipped.length, syntax);
  return [first, second].filter((one) => one !== undefined);
}

/** A name that is given something: `cmd = `, `$cmd ||= `. */
const assignment = /(?<![\w$@])([$@]{0,2}\w+)\s{0,200}(?:\|\|)?=(?![=~>])\s*/gu;

/** Where a source gives something to its names. */
const assignmentsOf = remembered((code): ReadonlyMap<string, readonly number[]> => {
  const places = new Map<string, number[]>();
  for (const { index, 0: whole, 1: name = "" } of code.matchAll(assignment)) {
    const known = places.get(name);
    if (known === undefined) places.set(name, [index + whole.length]);
    else known.push(index + whole.length);
  }
  return places;
});

/** What a source gives to a name, unless that is read already. */
export function valuesOf(code: string, name: string, syntax: CallSyntax, within: Within = outside()): readonly Words[] {
  const isRead = within.names.includes(name) || within.names.length >= mostWithin;
  const names: Within = { names: [...within.names, name], reading: within.reading };
  const places = isRead ? [] : (assignmentsOf(code).get(name) ?? []);
  // What a source writes out for a name is read whole; what that leads to, as far as it is worth.
  if (within.names.length > 0 && !within.reading.take(places.length)) return [{ words: [unknownPart], isList: false }];
  return places.flatMap((at) => {
    // A text that is filled in, or taken apart, is the command all the same.
    const chosen = [...chosenFrom(code, at, syntax), ...joinedAt(code, at, syntax, names)];
    if (chosen.length > 0) return chosen;
    const [maker = ""] = textMaker.exec(code.slice(at, at + 60)) ?? [];
    const words = wordsAt(code, at + maker.length, maker === "" ? syntax : filledBy(syntax), names);
    return words ?? alternativesAt(code, at, syntax);
  });
}

/** A list of which one is chosen: `%w[gojq jq].find { ... }`. */
function chosenFrom(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const list = listAt(code, start, syntax);
  const [literalList] = /^\[\s*(?:["'][\w.+-]{1,40}["']\s*,?\s*){1,20}\]/u.exec(code.slice(start, start + 1000)) ?? [];
  const end = list?.end ?? start + (literalList?.length ?? 0);
  if (!/^\s*\.(?:find|detect|select|filter|first|last|sample|min_by|max_by)\b/u.test(code.slice(end, end + 30)))
    return [];
  const words = list?.words ?? [...(literalList ?? "").matchAll(/["']([\w.+-]+)["']/gu)].map(([, word = ""]) => word);
  return words.map((word) => ({ words: [word], isList: true }));
}
