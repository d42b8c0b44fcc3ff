/** The files that a source finds from its own place. */
export interface Places {
  /** The plain strings of each statement that speaks of the source's place. */
  readonly lists: readonly (readonly string[])[];
  /** Directories that it holds as places, relative to its own: `ROOT = File.expand_path("../..", __FILE__)`. */
  readonly bases: readonly string[];
}

const anchor = /\b(?:__dir__|__FILE__)\b/u;
/** A constant, variable or method that holds a place. */
const holder = /^[ \t]*(?:def[ \t]+(?:self\.)?(\w+)|([A-Z@]\w*|@\w+|\w+)[ \t]*(?:\|\|)?=(?!=))/u;

/** A directory in a path that a source joins with parts that only the run tells: `File.join(dir, "lc", lang, file)`. */
export interface JoinedDirectory {
  readonly path: string;
  /** True where what stands before it is not known either; else it is below a directory of the load path. */
  readonly isInner: boolean;
  readonly line: number;
  readonly what: string;
}

/**
 * True where the argument of a call is a name that only the run tells. `require: false` is a key, `def load(path)` a
 * definition, and a source that defines a method `load` calls that one.
 */
export function isComputed(
  code: string,
  { verb, at, argument }: { readonly verb: string; readonly at: number; readonly argument: string },
): boolean {
  if (!/^(?:[A-Za-z_@$]|::[A-Z])/u.test(argument)) return false;
  if (/^(?:Gem\.(?:activate_)?bin_path|if|unless|and|or|do|then|end|rescue|in)\b/u.test(argument)) return false;
  if (/\b(?:def|alias|alias_method|undef)[ \t]+(?:self\.)?$/u.test(code.slice(Math.max(0, at - 40), at))) return false;
  if (/^\w+\s*(?:=[^=~>]|:\s)/u.test(argument)) return false;
  // Words in a row are a text: `require the classes for all objects`.
  if (/^[a-z]+(?:[ \t]+(?!if\b|unless\b|rescue\b|and\b|or\b)[a-z]+){2,}/u.test(argument)) return false;
  if (isInComment(code, at) || isInSentence(code, at)) return false;
  // With its own name before it, no method of the source is meant.
  if (/^(?:::)?Kernel\./u.test(code.slice(at, at + 10))) return true;
  return !new RegExp(`\\bdef[ \\t]+(?:self\\.)?${verb}\\b`, "u").test(code);
}

/** True behind a `#` that stands alone on the line, outside of texts. */
function isInComment(code: string, at: number): boolean {
  const line = code.slice(code.lastIndexOf("\n", at - 1) + 1, at);
  const mark = / #[ \t]/u.exec(line);
  return mark !== null && (line.slice(0, mark.index).match(/["']/gu)?.length ?? 0) % 2 === 0;
}

/** True behind a word of a text that the line begins: `"cannot load Own #{name}"`. */
function isInSentence(code: string, at: number): boolean {
  const line = code.slice(code.lastIndexOf("\n", at - 1) + 1, at);
  const isText = (line.match(/(?<!\\)"/gu)?.length ?? 0) % 2 === 1;
  return isText && /"[^"{};]*[A-Za-z][ \t]+$/u.test(line);
}

/** The call, up to the end of its line. */
export function shownCall(code: string, at: number): string {
  const text = /^[^\n;]{0,60}/u.exec(code.slice(at, at + 60))?.[0] ?? "";
  return text.replace(/\s\}.*$/u, "").trim();
}

/**
 * Directories in paths of `File.join`, whose other parts only the run tells; of texts, and of constants that hold them.
 */
export function joinedDirectoriesIn(code: string, lineOf: (at: number) => number): readonly JoinedDirectory[] {
  const found: JoinedDirectory[] = [];
  for (const match of code.matchAll(/\bFile\.join(?:[ \t]*\(\s*|[ \t]+)/gu)) {
    const start = match.index + match[0].length;
    const parts = partsOf(code.slice(start, start + 300)).map((part) => textOf(part, code));
    let from = 0;
    parts.forEach((part, at) => {
      if (part !== undefined) return;
      const path = parts
        .slice(from, at)
        .join("/")
        .replaceAll(/\/{2,}/gu, "/")
        .replaceAll(/^\/|\/$/gu, "");
      const isInner = from > 0;
      from = at + 1;
      // One name at the beginning is that of a whole library.
      if (!/^[\w-]+(?:\/[\w-]+)*$/u.test(path) || (!isInner && !path.includes("/"))) return;
      found.push({ path, isInner, line: lineOf(match.index), what: shownCall(code, match.index) });
    });
  }
  return found;
}

/** The arguments at the beginning of a text, up to the end of their call. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const [token] of text.matchAll(/"[^"\n]*"|'[^'\n]*'|[\s\S]/gu)) {
    if (depth === 0 && /[)\]};]/u.test(token)) break;
    if (depth === 0 && token === ",") {
      parts.push(part.trim());
      part = "";
      continue;
    }
    if (/[([{]/u.test(token)) depth++;
    if (/[)\]}]/u.test(token)) depth--;
    part += token;
  }
  return [...parts, part.trim()].filter((one) => one !== "");
}

/** The text of an argument: its own, or that of a constant of the same source. */
function textOf(part: string, code: string): string | undefined {
  const plain = /^(?:"([^"#\n]*)"|'([^'\n]*)')$/u.exec(part);
  if (plain !== null) return plain[1] ?? plain[2];
  if (!/^[A-Z][A-Z\d_]*$/u.test(part)) return undefined;
  const held = new RegExp(`^[ \\t]*${part}[ \\t]*=[ \\t]*["']([^"'#\\n]{1,100})["']`, "mu").exec(code);
  return held?.[1];
}

/** Reads lines that speak of the place of the source, or of what another line put it into. */
export function placesIn(code: string): Places {
  if (!anchor.test(code)) return { lists: [], bases: [] };
  const lines = code.split("\n");
  const holders = new Set<string>();
  const bases = new Set<string>();
  let waiting: string | undefined;
  for (const line of lines) {
    const named = holder.exec(line);
    const name = named?.[1] ?? named?.[2];
    // The place that a method returns stands in a line of its own.
    const isPlaced = anchor.test(line) || wordsOf(line, name).some((word) => holders.has(word));
    if (isPlaced && (name ?? waiting) !== undefined) {
      holders.add((name ?? waiting ?? "").replace("@", ""));
      const base = baseIn(line);
      if (base !== undefined) bases.add(base);
    }
    waiting = named?.[1] ?? (/^\s*end\b/u.test(line) ? undefined : waiting);
  }
  const lists = lines.flatMap((line) => {
    if (!anchor.test(line) && !wordsOf(line, undefined).some((word) => holders.has(word))) return [];
    const list = stringsOf(line);
    return list.length === 0 ? [] : [list];
  });
  return { lists: [...lists, ...fileNamesIn(code)], bases: [...bases] };
}

/**
 * Names of files other than sources: in a source that knows its own place, `@name = "page.html"` may stand beside it.
 */
function fileNamesIn(code: string): readonly (readonly string[])[] {
  const found = code.matchAll(/(["'])([A-Za-z_][\w-]*(?:\.[\w-]+)*\.(?!rb\b|so\b)[a-z]\w{0,9})\1/gu);
  return [...new Set([...found].map((match) => match[2] ?? ""))].map((name) => [name]);
}

/** Names of a line behind the one that it assigns: a place may be handed on, as in `dir = File.dirname(file)`. */
function wordsOf(line: string, assigned: string | undefined): readonly string[] {
  const text = assigned === undefined ? line : line.slice(line.indexOf(assigned) + assigned.length);
  return text.match(/\b[A-Za-z_]\w*/gu) ?? [];
}

/**
 * `File.expand_path("..", __FILE__)` is the directory of the file: the name of the file takes one step. What the run
 * tells may follow: `File.expand_path("../#{file}", __dir__)`.
 */
function baseIn(line: string): string | undefined {
  const strings = [...line.matchAll(/["'}]([./]{1,40})(?:["']|#\{)/gu)].map((match) =>
    (match[1] ?? "").replace(/^\//u, ""),
  );
  const steps = strings.join("/");
  if (!steps.includes("..")) return ".";
  const isFromFile = /,\s*__FILE__/u.test(line) && /expand_path/u.test(line);
  return isFromFile ? steps.replace(/\.\.\/?/u, "./") : steps;
}

/** Plain strings of a line, cut before what only the run tells and before patterns. */
function stringsOf(line: string): readonly string[] {
  const isFromFile = /expand_path\([^)]*,\s*__FILE__/u.test(line);
  return [...line.matchAll(/"([^"\n]{1,300})"|'([^'\n]{1,300})'/gu)]
    .map(([, double, single]) => {
      const text = (double ?? single ?? "").replace(/^#\{(?:__dir__|File\.dirname\(__FILE__\)|\w+)\}\/?/u, "");
      const plain = /^[^*?{#[]*/u.exec(text)?.[0] ?? "";
      const whole = plain.length < text.length ? plain.replace(/[^/]*$/u, "") : plain;
      return isFromFile ? whole.replace(/^\.\.\//u, "") : whole;
    })
    .filter((part) => part !== "");
}
