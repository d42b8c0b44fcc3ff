import type { ProcessContext } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { remembered } from "./remembered.ts";
import { textEnds } from "./texts-below.ts";

/** A text of one line between quotes; texts of several lines, which mostly are documents, are passed over. */
const oneLine = /(?<!["'\w\\])[a-zA-Z]{0,2}(["'])((?:\\[^\n]|(?!\1)[^\\\n]){1,400})\1(?!\1)/gu;
/** Other quotes of Ruby and Perl: `%q(awk -F, ...)`, `qq{sort -u}`. */
const otherQuotes =
  /(?:%[qQ]?|\bqq?)(?:\(([^()\n]{1,400})\)|\{([^{}\n]{1,400})\}|\[([^[\]\n]{1,400})\]|\|([^|\n]{1,400})\|)/gu;
/**
 * Where a command begins: at the start, and behind signs of the shell. Space follows a backquote where it ends
 * something.
 */
const start = /(?:(?:^|&&|\|\|?|[;(]|\$\()\s*|`)([a-z\d][\w.+-]{0,40})(?=$|[\s;|&)`])/gu;
/**
 * What follows the name in a command line: an option, a path, a file's name, what is filled in, a sign of the shell.
 */
const argument =
  /^\s{1,10}(?:-{1,2}[A-Za-z]|-\d{1,3}[a-z]{0,3}(?=$|[\s"'])|-(?:\s-)?$|["']?(?:\/\w|[$@]\{?\w|#\{|\$\(|%s|\{\w{0,40}\}|~\/|\.(?=\s|$)|[\w-]{1,40}\.[a-z]\w{0,4}(?=$|[\s"']))|\d?>|\|)/u;
/** What follows it in a list of words: an option. */
const listedOption = /^["']\s{0,10},\s{0,10}["']-{1,2}\w/u;
const setIdBits = 0o6000;

interface Asking {
  readonly proc: Pick<ProcessContext, "findProgram">;
  readonly files: ProcessFiles;
}

/** True for a shell by its name. What packages start with one is mostly for terminals: completions, prompts. */
export function isShell(path: string): boolean {
  return /\/(?:ba|da|k|z|c|tc|fi|a|mk)?sh$/u.test(path);
}

/** Words that texts of a source could begin commands of a shell with. */
export function commandWordsIn(code: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [, , text = ""] of code.matchAll(oneLine)) {
    for (const [, word = ""] of text.matchAll(start)) words.add(word);
  }
  return words;
}

/** Texts of several lines between three quotes. */
const manyLines = /("""|''')((?:(?!\1)[^])+?)\1/gu;
/** Begins one that stands below its call. */
const textBelow = /<<[~-]?(["'`]?)([A-Z_][A-Z_\d]{0,30})\1[^\n]{0,2000}\n/gu;

function* textsOfLines(code: string): Iterable<string> {
  for (const [, , text = ""] of code.matchAll(manyLines)) yield text;
  if (!code.includes("<<")) return;
  const endOf = textEnds(code);
  let done = 0;
  for (const { index, 0: whole, 2: word = "" } of code.matchAll(textBelow)) {
    const start = index + whole.length;
    const end = index < done ? undefined : endOf(word, start - 1);
    if (end === undefined) continue;
    yield code.slice(start, end.text);
    done = end.text;
  }
}

/** Where a command begins in a line of a script. */
const startOfLine = /^[ \t]*(?:(?:if|then|do|else|while|!|exec|sudo)[ \t]+){0,3}([a-z\d][\w.+-]{0,40})(?=[ \t])/gmu;

/**
 * Words that begin lines of scripts in texts of several lines: those with what only commands have, such as an option, a
 * path or a pipe. An escaped end of a line is one: `"set -e\\nsort -u x\\n"`.
 */
export const scriptWordsIn: (code: string) => ReadonlySet<string> = remembered((code) => {
  const words = new Set<string>();
  const escaped = Array.from(code.matchAll(oneLine), ([, , text = ""]) => text.replaceAll(String.raw`\n`, "\n"));
  for (const text of [...textsOfLines(code), ...escaped.filter((one) => one.includes("\n"))]) {
    // What stands behind the pipe at the end of a line goes on in the next one.
    for (const line of text.replaceAll(/\|[ \t]*\n/gu, "| ").split("\n")) {
      const [begun = "", first = ""] = lineStart.exec(line) ?? [];
      const behind = line.slice(begun.length);
      if (first === "" || !(argument.test(behind) || /\s\|\s*[a-z]/u.test(behind))) continue;
      words.add(first);
      for (const [, word = ""] of behind.matchAll(start)) words.add(word);
    }
  }
  return words;
});
const lineStart = /^[ \t]*(?:(?:if|then|do|else|while|!|exec|sudo)[ \t]+){0,3}([a-z\d][\w.+-]{0,40})(?=[ \t])/u;

/** A text in quotes, of any length, that begins as scripts do. */
const scriptText =
  /(?<![\w"'\\])"(#! ?\/[^"\\]*(?:\\[^][^"\\]*){0,10000})"|(?<![\w"'\\])'(#! ?\/[^'\\]*(?:\\[^][^'\\]*){0,10000})'/gu;

/** Scripts that a source holds as texts, to write them into files and run them: `"#!/bin/sh\\nsort x\\n"`. */
export const heldScriptsIn: (code: string) => readonly string[] = remembered((code) => {
  if (!code.includes("#!")) return [];
  const quoted = Array.from(code.matchAll(scriptText), ([, double, single]) => double ?? single ?? "");
  const texts = [...textsOfLines(code), ...quoted.map((text) => text.replaceAll(String.raw`\n`, "\n"))];
  return texts.map((text) => text.replace(/^(?:\\\n|\s)+/u, "")).filter(isShellScript);
});

/** True for a text that a shell runs as its first line says. */
export function isShellScript(text: string): boolean {
  return /^#! ?\/\S*(?:\/|\/env +)(?:ba|da|k|z)?sh\b[^\n]*\n/u.test(text);
}

/** Words with which texts of a source begin, or lines of long ones: what a command may begin with, and much else. */
export const firstWordsIn: (code: string) => ReadonlySet<string> = remembered((code) => {
  const words = new Set<string>();
  for (const [, , text = ""] of code.matchAll(oneLine)) {
    for (const [, word = ""] of text.matchAll(start)) if (text !== word) words.add(word);
  }
  for (const text of textsOfLines(code)) {
    for (const [, word = ""] of text.matchAll(startOfLine)) words.add(word);
    for (const line of text.split("\n")) for (const [, word = ""] of line.matchAll(start)) words.add(word);
  }
  return words;
});

/** A message: what it tells people to run, as "Please install it by `apt-get install x`", nothing here runs. */
const sentenceStart = /^[A-Z][a-z]{1,20}[ ,:] ?[a-z]{1,20} /u;
const sentenceWord = / (?:an?|and|are|be|by|for|has|have|is|not|of|that|the|this|to|via|was|with|your)(?= )/u;

/** A text without space, and how many of them a table of words has at least. */
const singleWord = /^\S{1,40}$/u;
const tableWords = 150;

/**
 * True for a source that is a long table of single words, such as words of a language or names of licences: what there
 * is a program's name is one by chance.
 */
export const isTableOfWords: (code: string) => boolean = remembered((code) => {
  let [texts, words, length] = [0, 0, 0];
  for (const [whole, , text = ""] of code.matchAll(oneLine)) {
    texts++;
    if (!singleWord.test(text)) continue;
    words++;
    length += whole.length;
  }
  return words >= tableWords && words >= texts * 0.95 && length >= code.length * 0.35;
});

/** Words that texts of a source begin commands with; true for those that have a command's arguments behind them. */
export const begunWords: (code: string) => ReadonlyMap<string, boolean> = remembered(readBegunWords);

function readBegunWords(code: string): ReadonlyMap<string, boolean> {
  const words = new Map<string, boolean>();
  const isTable = isTableOfWords(code);
  for (const { index, 0: whole, 2: text = "" } of code.matchAll(oneLine)) {
    if (sentenceStart.test(text) && sentenceWord.test(text)) continue;
    const end = index + whole.length - 1;
    for (const { index: at, 0: begun, 1: word = "" } of text.matchAll(start)) {
      const behind = text.slice(at + begun.length);
      const isList = behind === "" && listedOption.test(code.slice(end, end + 40));
      const isPiped = /^[|&`$]/u.test(begun) && !isAlternative(begun, behind);
      const isCut = at === 0 && /^\s/u.test(behind) && (isCutAfter(code, end) || isCutBefore(code, index));
      const isLine = isList || argument.test(behind) || isPiped || isCut;
      if (isLine || (text === word && !isTable)) words.set(word, isLine || words.get(word) === true);
    }
  }
  for (const match of code.matchAll(otherQuotes)) {
    const text = match.slice(1).find((part) => part !== undefined) ?? "";
    for (const { index: at, 0: begun, 1: word = "" } of text.matchAll(start))
      if (argument.test(text.slice(at + begun.length))) words.set(word, true);
  }
  return words;
}

/** True for a text that is cut into words, or that a list is given one after the other: `"git log".split()`. */
function isCutAfter(code: string, end: number): boolean {
  return /^["']\.(?:shell)?split\b/u.test(code.slice(end, end + 12));
}

function isCutBefore(code: string, index: number): boolean {
  return /\b(?:yield\s|(?:[Ss]hlex|Shellwords)\.split\(|(?:explode|split)[ (]{1,2}["'] ["'],)\s?$/u.test(
    code.slice(Math.max(0, index - besideLength), index),
  );
}

/** True for a word of a pattern, `^(host|service|map)$`: commands of a pipe have space around its sign. */
function isAlternative(begun: string, behind: string): boolean {
  return /^\|[a-z\d]/u.test(begun) && /^[|)]/u.test(behind);
}

/** A text that is one word, with what stands before and behind it. */
const wholeWord = /(["'])([a-z\d][\w.+-]{1,40})\1/gu;
const besideLength = 30;
/** A place in a list or a table, or what something is compared with: no value. */
const isAsked = /(?:[\w\])"'}](?:\s{0,4}\[|\{)\s{0,4}|[=!]==?\s{0,4}|\b(?:eq|ne|in|case|when|is|not)\s{1,4}\(?)$/u;
/** What a function only compares a text with: `name.startswith(("git", `, `str_contains($name, "git")`. */
const isCompared =
  /(?:(?:\.|->)(?:starts?_?[wW]ith|ends?_?[wW]ith|includes?|(?:lastI|i)ndexOf|remove(?:pre|suf)fix|r?partition|[lr]?strip)\??[\s(]{1,4}|\b(?:str_(?:starts_with|ends_with|contains)|stri?pos)\(\$[\w>-]{1,16},\s{0,2})$/u;
/** The name of an event: `socket.emit("login", user)`. */
const isEvent = /(?:\.|->)(?:on|once|off|emit|trigger|dispatchEvent|(?:add|remove)(?:Event)?Listener)\(\s{0,24}$/u;
/** `x ? "a" : "b"`: the first of two values. */
const isChosenOne = /\?\s{1,4}$/u;
const isKeyBefore = /^\s{0,20}(?:=>|:(?!:)|\]\s{0,4}=(?!=)|===?|!==?|%\s?\w|\beq\b)/u;

/** Lists of Ruby's symbols, `%i[tac rev]` and `[:tac, :rev]`, and the one that a command begins with. */
const symbolList =
  /%[iI][[({<|]([\w\s]{1,400})[\])}>|]|(?<![\w\])"'])\[\s{0,40}(:[a-z]\w{1,40}(?:\s{0,20},\s{0,40}:[a-z]\w{1,40}){0,40})(?=\s{0,20}[,\]])/gu;
/** A symbol that a variable, a branch or a method has: `tool = :tac`, `when 1 then :tac`. */
const heldSymbol =
  /(?<=(?:[\w)\]"'?!]\s{0,4}(?:\|\|)?=|\b(?:then|else|return)|\s\?|\s:)\s{1,20}):([a-z]\w{1,40})(?![\w:?!("'])/gu;

function* symbolsHeldIn(code: string): Iterable<string> {
  for (const [, words, symbols = ""] of code.matchAll(symbolList)) yield* (words ?? symbols).match(/[a-z]\w+/gu) ?? [];
  for (const [, word = ""] of code.matchAll(heldSymbol)) yield word;
}

/** Texts of one word, or symbols, that are values: what a table holds, a function is given or a variable has. */
export function wordsHeldIn(code: string): ReadonlySet<string> {
  const words = new Set(symbolsHeldIn(code));
  for (const { index, 0: whole, 2: word = "" } of code.matchAll(wholeWord)) {
    const end = index + whole.length;
    const before = code.slice(Math.max(0, index - besideLength), index);
    const isKey = !isChosenOne.test(before) && isKeyBefore.test(code.slice(end, end + besideLength));
    const isAsk = isAsked.test(before) || isCompared.test(before) || isEvent.test(before);
    if (!isAsk && !isKey && !isInMessage(code, index)) words.add(word);
  }
  return words;
}

/** What a line throws is a message: `throw new Exception(text("missing") . "openssl");`. */
const throwing = /(?<![\w$>])(?:throw|raise|croak|confess)\b[^;]*$/u;
const lineLength = 300;

function isInMessage(code: string, index: number): boolean {
  const line = code.lastIndexOf("\n", index) + 1;
  return index - line <= lineLength && throwing.test(code.slice(line, index));
}

/** A list of texts that begins with a word, up to what stands behind it: `["stat", place]`, `['git', 'status']`. */
const textList =
  /(?<![\w\])"'])\[\s{0,40}[a-zA-Z]?(["'])([a-z\d][\w.+-]{0,40})\1\s{0,40}(?=([,\]])\s{0,40}([bruf]?["']\w)?)/gu;
/** The same without quotes: Ruby's `%w[git status]`, Perl's `qw(git status)`. */
const wordList =
  /(?:%[wW]|\bqw)\s{0,4}[[({<|]\s{0,40}([a-z\d][\w.+-]{0,40})(?:(?=\s{0,40}[\])}>|])|\s{1,40}(?=(\w?)))/gu;
/** The inside of brackets without brackets: rows of a table. */
const rows = /[[{(]([^[\]{}()]+)(?=[\])}])/gu;
/** A word that is a value, not a key. */
const rowWord = /(?<![\w"'])(["'])([a-z\d][\w.+-]{1,40})\1(?!\s{0,40}(?:=>|:))/gu;

/**
 * Words that lists begin with, as commands do that no shell reads; true for those that stand alone, have a variable, an
 * option or a path behind them, or stand in a table beside a command line. A list of plain words is mostly something
 * else.
 */
export function listedCommandsIn(code: string): ReadonlyMap<string, boolean> {
  const words = new Map<string, boolean>();
  const add = (word: string, isCommand: boolean): void => void words.set(word, isCommand || words.get(word) === true);
  for (const [, , word = "", , plain] of code.matchAll(textList)) add(word, plain === undefined);
  for (const [, word = "", plain = ""] of code.matchAll(wordList)) add(word, plain === "");
  for (const [, row = ""] of code.matchAll(rows)) {
    if (!/["']\s*,/u.test(row) || ![...readBegunWords(row).values()].includes(true)) continue;
    for (const [, , word = ""] of row.matchAll(rowWord)) add(word, true);
  }
  return words;
}

/** Texts in brackets alone: a list of commands, if each begins with a program's name. */
const lineList =
  /[[(]\s{0,40}((?:(?:"[a-z\d][^"'\n]{0,400}"|'[a-z\d][^"'\n]{0,400}')\s{0,40},\s{0,40})*(?:"[a-z\d][^"'\n]{0,400}"|'[a-z\d][^"'\n]{0,400}'))\s{0,40},?\s{0,40}[\])]/gu;

/** The words that the texts of each list begin with, where not all are words alone: `("gzip -k a", "tac b")`. */
export const listsOfLinesIn: (code: string) => readonly (readonly string[])[] = remembered((code) => {
  const lists: (readonly string[])[] = [];
  for (const [, list = ""] of code.matchAll(lineList)) {
    const texts = Array.from(list.matchAll(/["']([^"']+)["']/gu), ([, text = ""]) => text);
    if (texts.some((text) => text.includes(" "))) lists.push(texts.map((text) => text.split(" ", 1)[0] ?? ""));
  }
  return lists;
});

/** Signs of a text that a shell alone understands. */
const shellSign = /[|&;<>`]|\$[({\w]/u;

/** Words that begin command lines which only a shell can read: `"sort -u names.txt | head -n 1"`. */
export function shellLinesIn(code: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [, , text = ""] of code.matchAll(oneLine)) {
    const [begun = "", word = ""] = /^\s*([a-z\d][\w.+-]{0,40})(?=\s)/u.exec(text) ?? [];
    const behind = text.slice(begun.length);
    if (word !== "" && shellSign.test(behind) && (argument.test(behind) || /[|&`]\s*[a-z]/u.test(behind)))
      words.add(word);
  }
  return words;
}

/** What a text begins with that names its program by the whole path: `"/usr/bin/env LANG=C make"`. */
const wholePath = /^(?:\/usr(?:\/local)?)?\/s?bin\/[\w.+-]{1,60}(?=$|\s)/u;

/** The programs that texts of a source begin with by their paths, shells apart; none that runs as another user. */
export async function programPathsIn(
  code: string,
  files: ProcessFiles,
  isMeant: (path: AbsPath, files: ProcessFiles) => Promise<boolean> = canBeBrought,
): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const path of begunPaths(code)) if (await isMeant(path, files)) found.push(path);
  return found;
}

/** The paths of programs that texts of a source begin with, shells apart. */
export const begunPaths: (code: string) => readonly AbsPath[] = remembered((code) => {
  const paths = new Set<AbsPath>();
  for (const [, , text = ""] of code.matchAll(oneLine)) {
    const [path] = wholePath.exec(text) ?? [];
    if (path !== undefined && !isShell(path)) paths.add(toAbsPath(path));
  }
  return [...paths].sort();
});

/** The programs that texts of these sources could begin commands with; none that runs as another user. */
export async function programsNamedIn(sources: readonly AbsPath[], asking: Asking): Promise<readonly AbsPath[]> {
  const words = new Set<string>();
  for (const source of sources) {
    for (const word of commandWordsIn((await asking.files.readText(source)) ?? "")) words.add(word);
  }
  return programsOf(words, asking);
}

/** The programs that words name, of those that a text alone brings. */
export async function programsOf(words: ReadonlySet<string>, { proc, files }: Asking): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const word of [...words].sort()) {
    const path = await proc.findProgram(word);
    if (path !== undefined && (await canBeBrought(path, files))) found.push(path);
  }
  return found;
}

/** True for what the application may name by its whole path: any program, scripts of other run-times too. */
export async function canBeStarted(path: AbsPath, files: ProcessFiles): Promise<boolean> {
  const stat = await files.stat(path);
  return stat?.kind === "file" && (stat.mode & 0o111) !== 0 && (stat.mode & setIdBits) === 0;
}

/**
 * True for what a text alone may bring: objects and scripts of the shell that run as who starts them. Scripts of other
 * run-times need modules, and one that only could be started is no reason to fail without them.
 */
export async function canBeBrought(path: AbsPath, files: ProcessFiles): Promise<boolean> {
  const stat = await files.stat(path);
  if (stat?.kind !== "file" || (stat.mode & setIdBits) !== 0) return false;
  const head = new TextDecoder("latin1").decode(
    (await files.readBytes(path, { offset: 0, length: 64 })) ?? new Uint8Array(),
  );
  return head.startsWith("\u007fELF") || /^#! ?(?:\/usr)?\/bin\/(?:ba|da)?sh\b/u.test(head);
}
