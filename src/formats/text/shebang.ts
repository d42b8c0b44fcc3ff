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
  return argument === undefined ? undefined : parseEnv([argument]);
}

/**
 * True for the beginning of a script whose first line names a program other than a shell. A shell has no modules, so
 * it reads no such script.
 */
export function isForNoShell(head: Uint8Array | undefined): boolean {
  const { interpreter = "", argument } = parseShebang(head ?? new Uint8Array()) ?? {};
  const program = interpreter.endsWith("/env") ? parseEnvArgument(argument)?.[0] : interpreter;
  return program !== undefined && program !== "" && !/(?:^|\/)(?:ba|da|k|mk|z)?sh$/u.test(program);
}
