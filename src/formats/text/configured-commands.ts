import { withoutEncoded } from "./encoded.ts";

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
/** `key = value`, `key: value`, `key value`. */
const setting = /^\s*(?:-\s+)?["']?([\w.[\]-]+)["']?\s*(?:[=:]\s*|\s)(.*)$/u;
const commandKey = /(?:command|cmd|exec\w*|program|script|run|hook)$/iu;
const list = /\[\s*((["'])[^"']*\2(?:\s*,\s*\2[^"']*\2)*)\s*\]/gu;
const quoted = /"((?:[^"\\]|\\.)*)"|'([^']*)'/gu;
/** What a shell would put the output of in its place. */
const substituted = /`([^`]+)`|\$\(([^()]+)\)/gu;
const lineLimit = 4096;

/**
 * Lines of a configuration that may be commands: values of settings, what follows a comma in them, texts in quotes, and what
 * stands in backquotes.
 * A line counts whose setting is called like one, or whose arguments look like those of a program: an option, a path, a
 * quote, a variable. Whether there is a program of the name is for the caller to tell.
 */
export function commandsInConfiguration(text: string): readonly ConfiguredCommand[] {
  const found: ConfiguredCommand[] = [];
  for (const block of blocksOf(text)) {
    const place = block.map((line) => directory.exec(line)?.[1]).find((one) => one !== undefined);
    for (const line of block) {
      for (const command of commandsIn(line))
        found.push(place === undefined ? command : { ...command, directory: place });
    }
  }
  return found;
}

/** The lines of each section, without comments. */
function blocksOf(text: string): readonly (readonly string[])[] {
  const blocks: string[][] = [[]];
  for (const line of withoutEncoded(text).replace(/\\\n/gu, " ").split("\n")) {
    if (section.test(line)) blocks.push([]);
    else if (line.length <= lineLimit && !comment.test(line)) blocks.at(-1)?.push(line);
  }
  return blocks;
}

function commandsIn(line: string): readonly ConfiguredCommand[] {
  const [, key = "", value = ""] = setting.exec(line) ?? [];
  const isCommandKey = commandKey.test(key);
  const lists = [...line.matchAll(list)].map(([, inner = ""]) => [...inner.matchAll(quoted)].map(textOf));
  const texts = [...line.matchAll(quoted)].map(textOf);
  const after = /^[\w.*[\]-]+,\s*(.*)$/u.exec(value)?.[1];
  const values = [value, ...(after === undefined ? [] : [after])].map((one) => one.trim());
  const inner = [...line.matchAll(substituted)].map(textOf);
  return [
    ...inner.flatMap((one) => toCommand(one.trim(), true) ?? []),
    ...lists.flatMap((words) => (isName(words[0] ?? "") && words.length > 1 ? [{ words }] : [])),
    ...[...new Set([...values, ...texts])].flatMap((one) => toCommand(one, isCommandKey) ?? []),
  ];
}

function textOf([, double, single]: RegExpExecArray): string {
  return double ?? single ?? "";
}

function isName(word: string): boolean {
  return /^[A-Za-z_][\w.+-]*$/u.test(word);
}

function toCommand(text: string, isCommandKey: boolean): ConfiguredCommand | undefined {
  const [, name = "", rest = ""] = /^([^\s"';|&]+)(.*)$/u.exec(text) ?? [];
  const looksRun = /(?:^|\s)(?:-{1,2}[A-Za-z]|\/\w|["'$|>])/u.test(rest);
  if (!isName(name) || !(looksRun || isCommandKey)) return undefined;
  const words = [
    name,
    ...rest
      .trim()
      .split(/\s+/u)
      .filter((word) => word !== ""),
  ];
  return /[|&;<>$`"'(]/u.test(rest) ? { words, script: text } : { words };
}
