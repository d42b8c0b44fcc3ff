/** Arguments with what `@file` words stand for put in their places. */
export interface ExpandedArguments {
  readonly args: readonly string[];
  /** The files, as written. */
  readonly files: readonly string[];
}

/** Options of which the next word is no option, and no file of arguments either. */
const valued =
  /^(?:-cp|-classpath|--class-path|-p|--module-path|--upgrade-module-path|--add-\w+|--limit-modules|--patch-module)$/u;

/**
 * Puts the words of argument files where `@file` stands (java(1)): only before the main class, the jar or the module,
 * not after `--disable-@files`; `@@` is a plain `@`. Files do not nest. `read` answers undefined for what is not there.
 */
export async function expandArgFiles(
  words: readonly string[],
  read: (path: string) => Promise<string | undefined>,
): Promise<ExpandedArguments> {
  const args: string[] = [];
  const files: string[] = [];
  let isOpen = true;
  for (const [index, word] of words.entries()) {
    const isValue = valued.test(words[index - 1] ?? "");
    if (isOpen && !isValue && word.startsWith("@@")) args.push(word.slice(1));
    else if (isOpen && !isValue && word.startsWith("@")) {
      files.push(word.slice(1));
      args.push(...splitArgFile((await read(word.slice(1))) ?? ""));
    } else {
      args.push(word);
      if (word === "--disable-@files" || (!isValue && !word.startsWith("-"))) isOpen = false;
    }
  }
  return { args, files };
}

/**
 * Words of an argument file: split at white space, `#` starts a comment, quotes keep white space, `\` escapes inside
 * them.
 */
export function splitArgFile(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "") {
      const next = text[++at] ?? "";
      // At the end of a line it joins the next one, less the white space that this starts with.
      if (next === "\n" || next === "\r") while (/\s/u.test(text[at + 1] ?? "")) at++;
      else word = (word ?? "") + (escapes[next] ?? next);
    } else if (quote !== "") {
      if (char === quote || char === "\n") quote = "";
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/u.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "#" && word === undefined) {
      while (at < text.length && text[at + 1] !== "\n") at++;
    } else word = (word ?? "") + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f" };
