import type { HereDoc, HereString, Redirect, Word } from "unbash";

/** A file that a command reads (`<`), or writes (`>`, `>>`, `&>`). */
export interface ShellRedirect {
  readonly word: Word;
  readonly line: number;
  readonly isOutput: boolean;
}

export type FileRedirect = Redirect & { readonly target: Word };

export function isOfFile(part: Redirect | HereString | HereDoc | Word): part is FileRedirect {
  return part.type === "Redirect" && /^(?:<|>>?|>\||&>>?)$/u.test(part.operator) && part.target !== undefined;
}

export function isInput(part: Redirect | HereString | HereDoc | Word): part is FileRedirect {
  return isOfFile(part) && part.operator === "<";
}
