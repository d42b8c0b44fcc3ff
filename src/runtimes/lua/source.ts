/** A module that a source asks for by a literal name. */
export interface RequiredModule {
  readonly name: string;
  /** False in calls through `pcall` and the like, which go on without it. */
  readonly isSure: boolean;
  readonly line: number;
}

/**
 * The names in `require "NAME"`, `require("NAME")` and `pcall(require, "NAME")`; comments and other strings do not
 * count.
 */
export function readRequires(text: string): readonly RequiredModule[] {
  const found: RequiredModule[] = [];
  const { code, literals } = blank(text);
  const call =
    /(?<![\w.:])(require)\s*(\(?)\s*\uE000(\d+)\uE000|(?<![\w.:])x?pcall\s*\(\s*require\s*,\s*\uE000(\d+)\uE000/gu;
  for (const match of code.matchAll(call)) {
    const literal = literals[Number(match[3] ?? match[4])];
    if (literal === undefined || !/^[\w.-]+$/u.test(literal.text)) continue;
    found.push({ name: literal.text, isSure: match[1] !== undefined, line: literal.line });
  }
  return found;
}

/**
 * A source without its comments, each string replaced by its number between two U+E000, which sources read as Latin-1
 * do not hold.
 */
function blank(text: string): {
  readonly code: string;
  readonly literals: readonly { readonly text: string; readonly line: number }[];
} {
  const literals: { readonly text: string; readonly line: number }[] = [];
  const token =
    /--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*|\[(=*)\[([\s\S]*?)\]\2\]|"((?:\\[\s\S]|[^"\\\n])*)"|'((?:\\[\s\S]|[^'\\\n])*)'/gu;
  let line = 1;
  let counted = 0;
  const code = text.replace(token, (_whole: string, ...rest: readonly unknown[]) => {
    const parts = rest.slice(0, 5).map((part) => (typeof part === "string" ? part : undefined));
    const offset = Number(rest[5]);
    for (; counted < offset; counted++) if (text[counted] === "\n") line++;
    const literal = parts[2] ?? parts[3] ?? parts[4];
    if (literal === undefined) return " ";
    literals.push({ text: literal, line });
    return `\uE000${literals.length - 1}\uE000`;
  });
  return { code, literals };
}
