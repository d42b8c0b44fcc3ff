import { commandsOfExecline } from "./execline-commands.ts";
import { holdsRecipes, scriptsOfRecipes } from "./recipes.ts";
import { settingLines } from "./setting-lines.ts";

/** A command line that a configuration holds, to be run by the program that reads it. */
export interface ConfiguredCommand {
  /** The name of a program, without a directory, then its arguments. */
  readonly words: readonly string[];
  /** The line as a shell reads it, where it has more than words: pipes, variables, several commands. */
  readonly script?: string;
  /** The directory that lines near it say it is run in. */
  readonly directory?: string;
}

const comment = /^\s*(?:#|;|\/\/)/u;
const section = /^\s*\[[^\]]+\]\s*$/u;
const directory = /^\s*(?:directory|chdir|cwd|workdir|working_?directory)\s*[=:\s]\s*["']?(\/[^\s"';]+)/iu;
/** `key = value`, `key: value`, `key value`, and one for a type of media: `show-text/plain: value`. */
const setting = /^\s*(?:-\s+)?["']?([\w.[\]/-]+)["']?\s*(?:[=:]\s*|\s)(.*)$/u;
const commandKey = /(?:command|cmd|exec\w*|filter|program|script|run|hook)$/iu;
const list = /\[\s*((["'])[^"']*\2(?:\s*,\s*\2[^"']*\2)*)\s*\]/gu;
/** A text in quotes. */
export const quoted: RegExp = /"((?:[^"\\]|\\.){0,1000})"|'([^']*)'/gu;
/** What a shell would put the output of in its place. */
const substituted = /`([^`]+)`|\$\(([^()]+)\)/gu;
/** A line that opens a script among settings, and the one that ends it: `postrotate`, `endscript`. */
const scriptHead = /^\s*[\w-]*(?:script|rotate|action|hook|exec|command|cmd|run)s?\s*$/iu;
const scriptEnd = /^\s*end[\w-]*\s*$/iu;
/** What a shell does itself, before the first program of a line: an image may have no program `echo`. */
const ownWord =
  /^(?:case|cd|command|echo|eval|exec|export|false|for|if|kill|printf|pwd|set|test|trap|true|umask|unset|until|wait|while)$/u;
/** When a command is run: five fields, or a name of them. A table of the system has the user behind them. */
const schedule = /^\s*(?:@[a-z]+|[\d*][\d*,/-]*(?:\s+[\w*][\w*,/-]*){4})\s+(?=\S)/u;
/**
 * What no table has for a user: a file that is read, a group, a test, a variable, a path with more commands behind it.
 */
const beginsScript = /^(?:\.\s|[([{!]|[A-Za-z_]\w{0,60}=|\/[^;&|]{1,2000}[;&|])/u;
/** What a shell runs behind another command. */
const behind = /(?:&&|(?<=\s)\|\|?(?=\s))[ \t]{0,40}([A-Za-z_][^&|]{0,2000})/gu;
/** An attribute of XML whose name says that it is a command: `<exec executable="sort">`. */
const commandAttribute =
  /\s[\w-]{0,20}(?:command|cmd|exec|executable|program|script)\s?=\s?["']([A-Za-z_][\w.+-]{0,60})["']/giu;
/** An element of XML whose name says so: `<program>oggdec -R @T@</program>`. */
const commandElement =
  /<[\w:-]{0,20}(?:command|cmd|exec|executable|program|script)>\s*([A-Za-z_][^<>\n]{0,500}?)\s*<\//giu;

/**
 * Lines of a configuration that may be commands: values of settings, what follows a comma in them, texts in quotes,
 * what stands in backquotes or behind another command, scripts between a line that opens and one that ends them, and
 * what a table runs at its times. Files with rules have their recipes read, and scripts of execline their commands. Of
 * others, a line counts whose setting is called like one, or whose arguments look like those of a program: an option, a
 * path, a quote, a variable. Whether there is a program of the name is for the caller to tell.
 */
export function commandsInConfiguration(text: string): readonly ConfiguredCommand[] {
  const execline = commandsOfExecline(text);
  if (execline !== undefined) return execline.map((words) => ({ words }));
  const recipes = holdsRecipes(text) ? scriptsOfRecipes(text) : [];
  const found: ConfiguredCommand[] = recipes.map((script) => ({ words: ["sh"], script }));
  for (const block of blocksOf(text)) {
    const place = block.map((line) => directory.exec(line)?.[1]).find((one) => one !== undefined);
    for (const command of [...scriptsIn(block), ...block.flatMap(commandsIn)])
      found.push(place === undefined ? command : { ...command, directory: place });
  }
  return found;
}

/** Scripts of several lines among settings, each to be read by a shell. */
function scriptsIn(block: readonly string[]): readonly ConfiguredCommand[] {
  const scripts: string[] = [];
  let head: number | undefined;
  for (const [at, line] of block.entries()) {
    if (head === undefined) {
      if (scriptHead.test(line)) head = at;
    } else if (scriptEnd.test(line)) {
      scripts.push(block.slice(head + 1, at).join("\n"));
      head = undefined;
    }
  }
  return scripts.filter((script) => script.trim() !== "").map((script) => ({ words: ["sh"], script }));
}

/** The lines of each section, without comments. */
function blocksOf(text: string): readonly (readonly string[])[] {
  const blocks: string[][] = [[]];
  for (const line of settingLines(text.replace(/\\\n/gu, " "))) {
    if (section.test(line)) blocks.push([]);
    else if (!comment.test(line)) blocks.at(-1)?.push(line);
  }
  return blocks;
}

function commandsIn(line: string): readonly ConfiguredCommand[] {
  const [, key = "", value = ""] = setting.exec(line) ?? [];
  const isCommandKey = commandKey.test(key);
  // Tables have thousands of lines, and most hold one word beside another.
  const hasQuotes = line.includes('"') || line.includes("'");
  const lists = hasQuotes
    ? [...line.matchAll(list)].map(([, inner = ""]) => [...inner.matchAll(quoted)].map(textOf))
    : [];
  const texts = hasQuotes ? [...line.matchAll(quoted)].map(textOf) : [];
  const after = /^[\w.*[\]-]+,\s*(.*)$/u.exec(value)?.[1];
  const values = [value, ...(after === undefined ? [] : [after])].map((one) => one.trim());
  const inner = line.includes("`") || line.includes("$(") ? [...line.matchAll(substituted)].map(textOf) : [];
  const [timed] = schedule.exec(line) ?? [];
  const planned = timed === undefined ? "" : line.slice(timed.length).trim();
  // Where the user stands, no program of that name does.
  const behindUser = beginsScript.test(planned) ? "" : planned.replace(/^\S+\s+/u, "");
  const scheduled = [planned, behindUser].filter((one) => one !== "");
  const attributes = hasQuotes ? [...line.matchAll(commandAttribute)].map(([, one = ""]) => one) : [];
  const elements = line.includes("</") ? [...line.matchAll(commandElement)].map(([, one = ""]) => one) : [];
  const found: readonly ConfiguredCommand[] = [
    ...elements.flatMap((one) => toCommand(one, true) ?? []),
    ...attributes.flatMap((one) => toCommand(one, true) ?? []),
    ...scheduled.flatMap((one) => toCommand(one, true) ?? scriptOf(one) ?? []),
    ...inner.flatMap((one) => toCommand(one.trim(), true) ?? []),
    ...lists.flatMap((words) => (isName(words[0] ?? "") && words.length > 1 ? [{ words }] : [])),
    ...[...new Set([...values, ...texts])].flatMap((one) => toCommand(one, isCommandKey) ?? []),
  ];
  // A script has all of its line already.
  const isWhole = !(line.includes("|") || line.includes("&&")) || found.some(({ script }) => script !== undefined);
  const rest = isWhole ? [] : [...line.matchAll(behind)];
  return [...found, ...rest.flatMap(([, one = ""]) => toCommand(one.trim(), true) ?? [])];
}

/** What stands between the quotes. */
export function textOf([, double, single]: RegExpExecArray): string {
  return double ?? single ?? "";
}

function isName(word: string): boolean {
  return /^[A-Za-z_][\w.+-]*$/u.test(word);
}

/** A line of a table that a shell runs, and that begins with more than the name of a program: `. ./env; date -u`. */
function scriptOf(text: string): ConfiguredCommand | undefined {
  return beginsScript.test(text) ? { words: ["sh"], script: text } : undefined;
}

/**
 * Words and script of a command line; undefined for what cannot be one. Without `isCommandKey`, its arguments have to
 * look like those of a program.
 */
export function toCommand(text: string, isCommandKey: boolean): ConfiguredCommand | undefined {
  // What is filled in may stand before the name as well, as a mark for who runs it: `%lpager %F`.
  const [, name = "", rest = ""] = /^(?:%[a-z](?=[a-z].*\s["']?%))?([^\s"';|&]+)(.*)$/u.exec(text) ?? [];
  const looksRun = /(?:^|\s)(?:-{1,2}[A-Za-z]|\/\w|["'$|>]|%[A-Za-z](?:\s|$))/u.test(rest);
  if (!isName(name) || !(looksRun || isCommandKey)) return undefined;
  const words = [
    name,
    ...rest
      .trim()
      .split(/\s+/u)
      .filter((word) => word !== ""),
  ];
  if (!/[|&;<>$`"'(]/u.test(rest)) return { words };
  return { words: ownWord.test(name) ? ["sh"] : words, script: text };
}
