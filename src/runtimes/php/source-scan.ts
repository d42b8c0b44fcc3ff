import { lineFinder } from "../shared/lines.ts";

/** A file that a source includes by a name that can be told. */
export interface PhpInclude {
  readonly path: string;
  /** True for `__DIR__ . "/x"`: the path is relative to the source's directory, and to nothing else. */
  readonly isBeside: boolean;
  /** True for a `require` at the beginning of a line. */
  readonly isCertain: boolean;
  readonly line: number;
}

export interface PhpScan {
  readonly includes: readonly PhpInclude[];
  /** Directories that it adds to the include path. */
  readonly includePaths: readonly string[];
  /** Lines of `require` with what only the run tells. */
  readonly computed: readonly number[];
}

const statement = /(?<![\w$>:\\])(require|include)(?:_once)?\b[ \t]*\(?[ \t]*([^;\n]{1,400})/gu;

/** Reads a source. Never throws; what is no PHP names nothing. */
export function scanPhp(text: string): PhpScan {
  const code = withoutComments(text);
  const includes: PhpInclude[] = [];
  const computed: number[] = [];
  const lineOf = lineFinder(code);
  for (const match of code.matchAll(statement)) {
    const [, verb = "", argument = ""] = match;
    const line = lineOf(match.index);
    const parsed = pathOf(argument);
    if (parsed !== undefined) {
      const isCertain =
        verb === "require" && /(?:^|\n|<\?php )$/u.test(code.slice(Math.max(0, match.index - 6), match.index));
      includes.push({ ...parsed, isCertain, line });
    } else if (
      /^[$(\w]/u.test(argument) &&
      verb === "require" &&
      /^\$(?:argv|_GET|_POST|_REQUEST|_ENV)\b|^getenv\(/u.test(argument)
    ) {
      computed.push(line);
    }
  }
  const includePaths = [...code.matchAll(/\bset_include_path\s*\(([^;]{0,400})/gu)].flatMap(([, rest = ""]) =>
    [...rest.matchAll(/(["'])([^"'\n]{1,200})\1/gu)].flatMap((match) => (match[2] ?? "").split(":")),
  );
  return { includes, includePaths: includePaths.filter((part) => part !== ""), computed };
}

/**
 * A literal, or literals joined to `__DIR__` or `dirname(__FILE__)`, also with levels. Undefined for everything else.
 */
function pathOf(argument: string): { readonly path: string; readonly isBeside: boolean } | undefined {
  const text = argument.trim();
  const plain = /^(["'])([^"'$\n]+)\1\s*\)?\s*$/u.exec(text)?.[2];
  if (plain !== undefined) return { path: plain, isBeside: false };
  const [whole, base = ""] =
    /^((?:\\?dirname\s*\(\s*)?(?:__DIR__|\\?dirname\s*\(\s*__FILE__\s*\))(?:\s*(?:,\s*\d+\s*)?\))?)\s*\.\s*/u.exec(
      text,
    ) ?? [];
  if (whole === undefined) return undefined;
  const rest = /^(["'])([^"'$\n]+)\1\s*\)?\s*$/u.exec(text.slice(whole.length))?.[2];
  if (rest === undefined) return undefined;
  return { path: `${"/..".repeat(levelsOf(base))}/${rest.replace(/^\/+/u, "")}`, isBeside: true };
}

/** How many directories above that of the source `dirname(__DIR__, 2)` and the like stand for. */
function levelsOf(base: string): number {
  const outer = /^\\?dirname\s*\(\s*(?:__DIR__|\\?dirname)/u.test(base);
  if (!outer) return 0;
  return Number(/,\s*(\d+)\s*\)$/u.exec(base)?.[1] ?? 1);
}

/** Blanks comments, which keep their lines; strings stay as they are. */
function withoutComments(text: string): string {
  const token = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\/\*[\s\S]*?(?:\*\/|$)|(?:\/\/|#(?!\[))[^\n]*/gu;
  return text.replace(token, (found) => (/^["']/u.test(found) ? found : found.replace(/[^\n]/gu, " ")));
}
