import { parseEnv } from "./env-command.ts";

/** The interpreter in the first line of a script (execve(2), "Interpreter scripts"). */
export interface Shebang {
  /** As written; may be relative. */
  readonly interpreter: string;
  /** Everything after the interpreter, as one argument. */
  readonly argument: string | undefined;
  /** True when the line ends in CR LF, which makes CR a part of the last word. */
  readonly hasCarriageReturn: boolean;
}

/** Bytes that the kernel looks at. */
export const shebangBytes = 256;

/** Scripts may run scripts, so many times in all. */
export const maxShebangDepth = 4;

/** Reads `#!` at the start of a file; undefined where there is none or it names nothing. */
export function parseShebang(head: Uint8Array): Shebang | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const text = new TextDecoder("latin1").decode(head.subarray(2, shebangBytes));
  const end = text.search(/[\n\0]/);
  const line = end === -1 ? text : text.slice(0, end);
  const words = line.replace(/^[ \t]+/, "");
  const gap = words.search(/[ \t]/);
  const interpreter = gap === -1 ? words : words.slice(0, gap);
  const argument = gap === -1 ? "" : words.slice(gap).replace(/^[ \t]+/, "");
  const hasCarriageReturn = line.endsWith("\r");
  const bare = interpreter.replace(/\r$/, "");
  if (bare === "") return undefined;
  const rest = (hasCarriageReturn ? argument.slice(0, -1) : argument).trimEnd();
  return { interpreter: bare, argument: rest === "" ? undefined : rest, hasCarriageReturn };
}

/** The program that `env ARGUMENT` starts, and the arguments that it gives; undefined where it starts none. */
export function parseEnvArgument(argument: string | undefined): readonly string[] | undefined {
  if (argument === undefined) return undefined;
  const split = /^(?:-S|--split-string=?|-[iv]*S)\s*(.*)$/.exec(argument);
  return parseEnv(split === null ? [argument] : splitWords(split[1] ?? ""));
}

/** Splits as `env -S` does: blanks separate, quotes group, a backslash keeps the next character. */
function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === "\\" && quote !== "'") {
      word = `${word ?? ""}${text.charAt(++index)}`;
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word = `${word ?? ""}${char}`;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ""}${char}`;
  }
  return word === undefined ? words : [...words, word];
}
