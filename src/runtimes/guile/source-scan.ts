import { lineFinder } from "../../languages/lines.ts";

/** A module that a source uses, as the parts of its name. */
export interface UsedModule {
  readonly parts: readonly string[];
  readonly line: number;
}

/** A place where a source loads what only the run tells. */
export interface ComputedName {
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
}

export interface GuileScan {
  readonly computed: readonly ComputedName[];
  readonly modules: readonly UsedModule[];
  /** Modules of which only the last part is computed, as a path up to it: `web/server` of `(web server ,name)`. */
  readonly begun: readonly string[];
  /**
   * Files of `load`, `include` and `primitive-load`, beside the source; those of `load-from-path` are on the load path.
   */
  readonly files: readonly string[];
  readonly onPath: readonly string[];
  /** Libraries of `load-extension`, `dynamic-link` and `load-foreign-library`. */
  readonly libraries: readonly string[];
  /** True where one of those is given what only the run tells; the texts that look like names of libraries. */
  readonly opensComputed: boolean;
  readonly libraryTexts: readonly string[];
  /** Directories that it puts before `%load-path` and `%load-compiled-path`. */
  readonly sources: readonly string[];
  readonly compiled: readonly string[];
}

const opening = String.raw`(?:load-extension|dynamic-link|load-foreign-library|foreign-library-(?:pointer|function))`;

const character = String.raw`[^\s()"';#\x60,]`;
const symbol = `${character}+`;
const name = new RegExp(String.raw`\(\s*(${symbol}(?:\s+${symbol})*)(?:\s+\([\d\s]*\))?\s*\)`, "gu");

const begunModule = new RegExp(
  String.raw`\(resolve-(?:interface|module)\s{1,40}\x60\(((?:${character}{1,100}\s{1,40}){1,8}),`,
  "gu",
);

/** Reads a source. Never throws; what is no Scheme names nothing. */
export function scanGuile(text: string): GuileScan {
  const code = withoutComments(text);
  const bare = code.replace(/#\\"|"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)/gu, (found) => found.replace(/[^\n]/gu, " "));
  const modules: UsedModule[] = [];
  const lineOf = lineFinder(bare);
  const add = (list: string, at: number): void => {
    const line = lineOf(at);
    for (const [, words = ""] of list.matchAll(name)) modules.push({ parts: words.split(/\s+/u), line });
  };
  for (const match of bare.matchAll(/\((?:use-modules|import)\b/gu))
    add(listAt(bare, match.index).slice(1), match.index);
  for (const match of bare.matchAll(
    /(?:#:use-module|:use-module|#:autoload|\(@@?|resolve-(?:interface|module)\s*['`]|\(use-syntax)\s*/gu,
  )) {
    const start = match.index + match[0].length;
    // `#:use-module ((a b) #:select (c))`: the name is the first list inside.
    const list = listAt(bare, start);
    const inner = /^\(\s*\(/u.test(list) ? listAt(list, list.indexOf("(", 1)) : list;
    add(inner, match.index);
  }
  const calls =
    /\((?:load|primitive-load|load-from-path|primitive-load-path|load-extension|load-foreign-library|resolve-interface|resolve-module)\s+[a-z(][^\n]{0,80}/gu;
  const computed = [...bare.matchAll(calls)].map(({ index, 0: whole }) => ({
    line: lineOf(index),
    what: code
      .slice(index, index + whole.length)
      .slice(0, 60)
      .trim(),
  }));
  return {
    computed,
    modules,
    begun: textsAfter(bare, begunModule).map((parts) => parts.trim().split(/\s+/u).join("/")),
    files: textsAfter(code, /\((?:load|include|primitive-load|include-ci)\s+"([^"\n]{1,300})"/gu),
    onPath: textsAfter(code, /\((?:load-from-path|primitive-load-path|include-from-path)\s+"([^"\n]{1,300})"/gu),
    libraries: textsAfter(code, new RegExp(String.raw`\(${opening}\s+(?:\([^()"]*)?"([^"\n]{1,200})"`, "gu")),
    opensComputed: new RegExp(String.raw`\(${opening}\s+[^\s")]`, "u").test(bare),
    libraryTexts: textsAfter(code, /"((?:\/[\w.+/-]{1,200}\/)?lib[\w+-][\w.+-]{0,60})"/gu),
    sources: textsAfter(
      code,
      /\((?:add-to-load-path\s+"(\/[^"\n]{1,300})"|cons\s+"(\/[^"\n]{1,300})"\s+%load-path\s*\))/gu,
    ),
    compiled: textsAfter(code, /\(cons\s+"(\/[^"\n]{1,300})"\s+%load-compiled-path\s*\)/gu),
  };
}

function textsAfter(code: string, pattern: RegExp): readonly string[] {
  return [...new Set([...code.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? ""))];
}

/** The list that begins at a place, up to its end, or its first 8,000 characters; empty where none begins. */
function listAt(code: string, start: number): string {
  if (code[start] !== "(") return "";
  let depth = 0;
  for (let index = start; index < Math.min(code.length, start + 8000); index++) {
    if (code[index] === "(") depth++;
    else if (code[index] === ")" && --depth === 0) return code.slice(start, index + 1);
  }
  return code.slice(start, start + 8000);
}

/** Blanks comments, block comments among them; strings stay. */
export function withoutComments(text: string): string {
  const token = /"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)|#\\[()";]|;[^\n]*|#\|[\s\S]*?(?:\|#|$)|^#![\s\S]*?(?:!#|$)/gu;
  return text.replace(token, (found) => (/^["]|^#\\/u.test(found) ? found : found.replace(/[^\n]/gu, " ")));
}
