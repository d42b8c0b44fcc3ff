import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { Unknown } from "../closure/model/unknown.ts";
import { type AbsPath, baseName } from "../rootfs/rootfs.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { remembered, rememberedFor } from "./remembered.ts";

/** Lists of plain words: `["diff", "ldiff"]`, `("sed", "gsed")`, `%w[diff ldiff]`, `qw(diff ldiff)`. */
const quotedList =
  /(?:(?<![\w\])])\[|(?<=(?:[=,([]|\bin)\s{0,3})\()\s*((?:["'][\w.+-]{2,40}["']\s*,\s*){0,2000}["'][\w.+-]{2,40}["'])\s*,?\s*[\])]/gu;
const wordList = /(?:%w|\bqw)\s*[[({/|]([\w.+\s-]{2,})[\])}/|]/gu;
/** A list with more programs is no list of alternatives. */
const alternativesLimit = 12;
/** What answers where a program is: `shutil.which(name)`, `find_executable name`, `filter(shutil.which, names)`. */
const finders = /(?<!\b(?:def|sub|function) )\b(?:which|find_executable|can_run)\b(?:\s?\(\s{0,20}|[ \t]+|(?=,))/gu;
const shownNames = 4;
/** Looks along the PATH itself: `split /:/, $ENV{PATH}`, `ENV["PATH"].split(":")`, `File::Spec->path`. */
const walksPath =
  /\b(?:split|explode)\b[^;\n]{0,60}\bPATH\b|\bPATH\b["'\])}]{0,4}[^;\n]{0,30}\.split\b|\bFile::Spec->path\b|\bget_exec_path\(/u;
/** A text that is one word, given to a function: `$self->_find("sendmail")`. */
const givenWord = /\(\s{0,9}["']([a-z][\w.+-]{1,39})["']\s{0,9}[,)]/gu;

/** A program that a source starts, or that it starts one whose name is not known; `from` where another source does. */
export type StartedProgram =
  | { readonly need: Need; readonly from?: AbsPath }
  | { readonly unknown: Unknown; readonly from?: AbsPath };

/**
 * Programs that a source may start by a name out of a list: where a loop gives the name that a call starts or looks
 * for, the words of the source's lists that programs have are what it tries. Of a long list, an unknown that names the
 * first of them.
 */
export async function listedPrograms(
  code: string,
  syntax: Pick<CallSyntax, "calls" | "quoted">,
  { findProgram }: Pick<ProcessContext, "findProgram">,
): Promise<readonly StartedProgram[]> {
  const given = walksPath.test(code) ? new Set([...code.matchAll(givenWord)].map(([, one = ""]) => one)) : [];
  const hasLoop = isLooped(code, syntax);
  const tried = [
    ...[...given].map((word) => ({ word, why: `looks for ${word} along the PATH` })),
    ...(hasLoop ? [...listedWords(code)] : []).map((word) => ({ word, why: `tries ${word} of a list` })),
  ];
  const needs: Need[] = [];
  for (const { word, why } of tried) {
    const path = await findProgram(word);
    if (path !== undefined) needs.push({ path, role: "program", evidence: "string", why, optional: true });
  }
  if (!hasLoop || needs.length <= alternativesLimit) return needs.map((need) => ({ need }));
  const shown = needs.slice(0, shownNames).map(({ path }) => baseName(path));
  const what = `one of ${String(needs.length)} programs that a loop starts: ${shown.join(", ")}, ...`;
  return [{ unknown: { kind: "long-list", what, bound: { kind: "anything" } } }];
}

/** True for a source in which a loop gives the name that a call starts or looks for. */
const isLooped = rememberedFor((code: string, { calls, quoted }: Pick<CallSyntax, "calls" | "quoted">): boolean => {
  for (const match of code.matchAll(quoted)) {
    const [, name] = /^[`\w%|({[!]{0,3}\s{0,9}(?:#\{|\$\{?|@)([A-Za-z_]\w*)/u.exec(match[0]) ?? [];
    if (name !== undefined && isLoopVariable(code, name)) return true;
  }
  const starts = [...code.matchAll(calls)];
  const asked = starts.length === 0 ? [] : [...code.matchAll(finders)];
  return [...starts, ...asked].some(({ index, 0: head }) => {
    const at = index + head.length;
    if (/^which$/u.test(head) && code[at] === ",") return true;
    const [, name] = /^[\s([{"]*[$@*]*\{?\$?([A-Za-z_]\w*)/u.exec(code.slice(at, at + 100)) ?? [];
    return name !== undefined && isLoopVariable(code, name);
  });
});

/**
 * `$path_bzip2 = 'bzip2'`, `"tar_command" => "tar"`, `CONVERT_BIN: "convert"`: a name that says that it holds a
 * program.
 */
const keyed = /(?<=[\w.-])["'\]})]*\s{0,40}(?:\|\||\?\?)?(?:=>?|:)\s{0,40}["']([\w.+-]{2,40})["']/gu;
const keyOfProgram =
  /(?:^|[^A-Za-z])(?:path|prog(?:ram)?|cmd|command|bin(?:ary)?|tool|exec(?:utable)?|interpreter|PATH|PROG(?:RAM)?|CMD|COMMAND|BIN(?:ARY)?|TOOL|EXEC(?:UTABLE)?|INTERPRETER)[sS]?(?=$|[^A-Za-z])|(?:Path|Prog(?:ram)?|Cmd|Command|Bin(?:ary)?|Tool|Exec(?:utable)?|Interpreter)s?(?=$|[^a-z])/u;

/**
 * The same where a condition, or what the environment lacks, decides: `cmd = ENV["X"] || "tar"`, `$cmd = $win ? "a" :
 * "b"`.
 */
const decided =
  /(?<=\w)["'\]})]*[ \t]{0,20}(?:\|\||\/\/|\?\?)?(?:=>?|:)[ \t]{0,20}(?:[^;\n?"']{0,60}(?:["'][^"'\n]{0,60}["'][^;\n?"']{0,40})?\??[ \t]*\?[ \t]*["'](?<yes>[\w.+-]{2,40})["'][ \t]*:[ \t]*|[^;\n"']{0,60}(?:ENV|environ|getenv|_SERVER)\b[^;\n]{1,60}?(?:\|\||\/\/|\?\?|\?:|,|\bor\b)[ \t]*|["'](?<one>[\w.+-]{2,40})["'][ \t]+if\b[^;\n]{1,80}\belse[ \t]+)["'](?<other>[\w.+-]{2,40})["']/gu;
/** A function that answers a text alone, by its name, and an attribute's default. */
const answered =
  /\b(?:sub|def|function)[ \t]+(?:self\.)?(?<name>\w{2,40})[?!]?[ \t]*(?:\([^)\n]{0,60}\))?(?:[ \t]*(?:->|:)[ \t]*\??\w+)?\s{0,40}[{=;:]?\s{0,40}(?:return\s+)?(?:[^;\n"'{}?]{0,60}\??[ \t]*\?[ \t]*["'](?<yes>[\w.+-]{2,40})["'][ \t]*:[ \t]*)?["'](?<one>[\w.+-]{2,40})["']|\bhas[ \t]+["'+]{0,2}(?<attribute>\w{2,40})["']?[ \t]*=>[ \t]*\([^;]{0,200}?\bdefault[ \t]*=>[ \t]*(?:sub\s*\{\s*(?:return\s+)?)?["'](?<other>[\w.+-]{2,40})["']/gu;

/** Programs that a source holds by their names, to start them by a variable, a method or an attribute. */
export async function heldPrograms(
  code: string,
  { findProgram }: Pick<ProcessContext, "findProgram">,
): Promise<readonly Need[]> {
  const needs = new Map<string, Need>();
  for (const { key, word } of programWords(code)) {
    if (needs.has(word)) continue;
    const path = await findProgram(word);
    if (path === undefined) continue;
    const why = `holds the program ${word} in ${key}`;
    needs.set(word, { path, role: "program", evidence: "string", why, optional: true });
  }
  return [...needs.values()];
}

const programWords = remembered((code) => [...wordsOfPrograms(code)]);

/** Words that a source holds under names which say that they are programs. */
export function* wordsOfPrograms(code: string): Iterable<{ readonly key: string; readonly word: string }> {
  for (const { key, word, isDefault } of heldWords(code)) {
    const isNamedSo = isDefault === true && /\w+$/u.exec(key)?.[0].toLowerCase() === word.replaceAll(/\W/gu, "_");
    if (isNamedSo || keyOfProgram.test(key) || isJoined(key, word)) yield { key, word };
  }
}

/** `pathtocat`, `tarbin`: the program's own name and a word for what it is, without a sign between them. */
function isJoined(key: string, word: string): boolean {
  const [last = ""] = /\w+$/u.exec(key) ?? [];
  const name = last.toLowerCase();
  const own = word.toLowerCase();
  const rest = name.startsWith(own) ? name.slice(own.length) : name.endsWith(own) ? name.slice(0, -own.length) : "";
  return /^(?:path|prog|program|cmd|command|bin|binary|tool|exe|exec)(?:to|of|for)?$/u.test(rest);
}

interface HeldWord {
  readonly key: string;
  readonly word: string;
  /** True for what stands in for a variable of the environment: `$aclocal = $ENV{ACLOCAL} || "aclocal"`. */
  readonly isDefault?: boolean;
}

function* heldWords(code: string): Iterable<HeldWord> {
  for (const { index, 0: sign, 1: word = "" } of code.matchAll(keyed)) {
    // `x ? join("_", $path) : "other"`: what one branch hands on names nothing of the other.
    if (!/^[\]}]*\)[^=]*:/u.test(sign)) yield { key: keyBefore(code, index), word };
  }
  for (const { index, groups: { yes, one, other } = {} } of code.matchAll(decided)) {
    const isDefault = yes === undefined && one === undefined;
    for (const word of [yes, one, other])
      if (word !== undefined) yield { key: keyBefore(code, index), word, isDefault };
  }
  for (const { groups: { name, attribute, yes, one, other } = {} } of code.matchAll(answered)) {
    for (const word of [yes, one, other]) if (word !== undefined) yield { key: name ?? attribute ?? "", word };
  }
}

function keyBefore(code: string, index: number): string {
  return /[\w.:>{-]{1,60}$/u.exec(code.slice(Math.max(0, index - 60), index))?.[0] ?? "";
}

/** `|name|`, `for name in`, `foreach my $name`, `as $name`, `for (const name of`, `name =>`. */
function isLoopVariable(code: string, name: string): boolean {
  const bound = [
    String.raw`\|\s*${name}\b[^|\n]{0,40}\|`,
    String.raw`\bfor(?:each)?\s*\(?\s*(?:my|our|const|let|var)?\s*\$?${name}\b`,
    String.raw`\bas\s+\$${name}\b`,
    String.raw`\(?\b${name}\b\)?\s*=>`,
  ];
  return new RegExp(bound.join("|"), "u").test(code);
}

/** The words of the lists in a source. */
export function listedWords(code: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [, list = ""] of code.matchAll(quotedList)) {
    for (const [, word = ""] of list.matchAll(/["']([^"']+)["']/gu)) words.add(word);
  }
  for (const [, list = ""] of code.matchAll(wordList)) for (const word of list.trim().split(/\s+/u)) words.add(word);
  return words;
}
