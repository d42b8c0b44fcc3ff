import { lineFinder } from "../../languages/lines.ts";

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
    // `require("socket." .. name)` is computed.
    if (/^\s{0,20}\.\./u.test(code.slice(match.index + match[0].length, match.index + match[0].length + 24))) continue;
    if (literal === undefined || !/^[\w.-]+$/u.test(literal.text)) continue;
    found.push({ name: literal.text, isSure: match[1] !== undefined, line: literal.line });
  }
  return found;
}

/** A place where a source loads what only the run tells. */
export interface ComputedName {
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
  /** The beginning that is written down: `socket.` of `require("socket." .. name)`. */
  readonly prefix: string;
}

/** What a source says of files beside the names of modules. */
export interface LuaScan {
  readonly computed: readonly ComputedName[];
  /** Files of `dofile` and `loadfile`. */
  readonly files: readonly string[];
  /** Templates for `package.path` and `package.cpath`: `/usr/lib/tool/?.lua`. */
  readonly templates: readonly string[];
  /** Absolute paths in its strings. */
  readonly directories: readonly string[];
  /** Texts that may be names of modules. */
  readonly words: readonly string[];
}

/** Reads what is put together when the source runs. Methods and functions of others named `require` are none. */
export function scanLua(text: string): LuaScan {
  const { code, literals } = blank(text);
  const lineOf = lineFinder(code);
  const computed: ComputedName[] = [];
  const files: string[] = [];
  const call = /(?<![\w.:]|function\s{1,20})(require|dofile|loadfile)\s*\(\s*([^()]{1,200})/gu;
  for (const { index, 1: verb = "", 2: argument = "" } of code.matchAll(call)) {
    const literal = /^\uE000(\d+)\uE000\s*(\.\.)?/u.exec(argument);
    const written = literal === null ? undefined : literals[Number(literal[1])]?.text;
    if (written !== undefined && literal?.[2] === undefined) {
      if (verb !== "require") files.push(written);
      continue;
    }
    if (!/^(?:[A-Za-z_]|\uE000)/u.test(argument)) continue;
    const shown = argument.replace(
      /\uE000(\d+)\uE000/gu,
      (_whole, number: string) => `"${literals[Number(number)]?.text ?? ""}"`,
    );
    computed.push({
      line: lineOf(index),
      what: `${verb}(${shown.slice(0, 50).trim()})`,
      prefix: verb === "require" ? (written ?? "") : "",
    });
  }
  const strings = literals.map((literal) => literal.text);
  return {
    computed,
    files,
    templates: strings
      .flatMap((one) => one.split(";"))
      .filter((one) => /^[\w./+-]*\?[\w./+-]*\.(?:lua|so)$/u.test(one)),
    directories: strings.filter((one) => /^\/[\w./+-]+$/u.test(one)),
    words: strings.filter((one) => /^[A-Za-z_][\w-]{0,60}(?:\.[\w-]{1,60}){0,6}$/u.test(one)),
  };
}

/**
 * A source without its comments, each string between double quotes: what looks for commands reads one kind of texts.
 */
export function commandCodeOf(text: string): string {
  const { code, literals } = blank(text);
  return code.replaceAll(/\uE000(\d+)\uE000/gu, (_, number: string) => {
    const literal = literals[Number(number)]?.text ?? "";
    return JSON.stringify(literal.replaceAll(/\\(["'])/gu, "$1"));
  });
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
    /--\[(=*)\[(?:[\s\S]*?\]\1\]|[\s\S]*)|--[^\n]*|\[(=*)\[(?:([\s\S]*?)\]\2\]|[\s\S]*)|"((?:\\[\s\S]|[^"\\\n])*)(?:"|\\?$|(?=\n))|'((?:\\[\s\S]|[^'\\\n])*)(?:'|\\?$|(?=\n))/gu;
  let line = 1;
  let counted = 0;
  const code = text.replace(token, (whole: string, ...rest: readonly unknown[]) => {
    const parts = rest.slice(0, 5).map((part) => (typeof part === "string" ? part : undefined));
    const offset = Number(rest[5]);
    for (; counted < offset; counted++) if (text[counted] === "\n") line++;
    const literal = parts[2] ?? parts[3] ?? parts[4];
    // Lines keep their numbers.
    const lines = whole.replace(/[^\n]/gu, "");
    if (literal === undefined) return ` ${lines}`;
    literals.push({ text: literal, line });
    return `\uE000${literals.length - 1}\uE000${lines}`;
  });
  return { code, literals };
}
