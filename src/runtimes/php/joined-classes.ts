import { lineFinder } from "../../languages/lines.ts";

/** A name of a class that only the run tells. */
export interface JoinedClass {
  /** What it begins with: `App\Handler\`; undefined where nothing is known. */
  readonly namespace: string | undefined;
  readonly line: number;
  /** The text of the source, as messages show it. */
  readonly what: string;
}

/** The names of classes that a source puts together. */
export interface JoinedClasses {
  /** Endings, in lower case, that it puts behind names of classes: `static::class . 'Validator'`. */
  readonly suffixes: readonly string[];
  /**
   * Endings that it puts in the place of others: `preg_replace('/Bundle$/', '', $name)`, with `'Extension'` behind it.
   */
  readonly replaced: readonly { readonly ending: string; readonly suffix: string }[];
  readonly names: readonly JoinedClass[];
}

const none: JoinedClasses = { suffixes: [], replaced: [], names: [] };
/** `X::class . 'Suffix'`, `get_class($x) . 'Suffix'`, `ucfirst($x) . 'Suffix'`, `$class . 'Suffix'`. */
const behindClass =
  /(?:::class|\b(?:get_class|get_called_class|get_parent_class|get_debug_type|ucfirst|ucwords|lcfirst)\s*\([^;\n]{0,120}?\)|\$\w*(?:class|name|type)\w*)\s*\.\s*(["'])([A-Z]\w{1,60})\1/giu;
/** `$base = preg_replace('/Bundle$/', '', ...)` and `$base = str_replace('Bundle', '', ...)`. */
const withoutEnding =
  /\$(\w{1,60})\s*=\s*(?:preg_replace\s*\(\s*["']\/([A-Z]\w{1,40})\$\/["']|str_replace\s*\(\s*["']([A-Z]\w{1,40})["'])\s*,\s*(?:''|"")/gu;
/** `"{$name}Suffix"` and `sprintf('%sSuffix', ...)`. */
const inText = /["'](?:\{\$\w+\}|\$\{\w+\}|%s)([A-Z]\w{2,60})["']/gu;
/** `'App\Handler\' . $name`, `"App\\Handler\\$name"`, `__NAMESPACE__ . '\Sub\' . $name`. */
const behindNamespace =
  /(?:(__NAMESPACE__)\s*\.\s*)?(["'])(\\{0,2}(?:\w+\\{1,2}){0,12})(?:\2\s*\.\s*(?=[$\w(])(?!["'])|(?:\{\$|\$\{?|%s)(?:(?!\2)[^\n]){0,80}\2)/gu;
/**
 * A beginning of names that is handed on, for another source to put the rest behind it: `__NAMESPACE__ . '\data\Of_'`.
 */
const handedOn = /__NAMESPACE__\s*\.\s*(["'])((?:\\{1,2}\w+){1,12}(?:\\{1,2}|_))\1(?!\s*\.)/gu;
const made =
  /\bnew\s+(?:\$|\(\s*\$)|->newInstance(?:Args|WithoutConstructor)?\s*\(|\$\w*[cC]lass(?:Name)?::\w+\s*\(|\bcall_user_func(?:_array)?\s*\(\s*\[\s*\$\w*[cC]lass/gu;

/** Reads a source; its comments may stay in it. */
export function joinedClassesIn(text: string): JoinedClasses {
  const isLoading = /\bnew\s|newInstance|::class\b|\$\w+::|\bclass_exists\b|\bis_a\b|\bis_subclass_of\b/u.test(text);
  if (!isLoading) return none;
  const lineOf = lineFinder(text);
  const suffixes = [
    ...[...text.matchAll(behindClass)].map((match) => match[2] ?? ""),
    ...[...text.matchAll(inText)].map((match) => match[1] ?? ""),
  ];
  const own = /^[ \t]*(?:<\?php\s+)?namespace\s+([\w\\]+)\s*[;{]/mu.exec(text)?.[1];
  const names: JoinedClass[] = [];
  for (const { index, 0: whole, 1: isOwn, 3: written = "" } of text.matchAll(behindNamespace)) {
    const plain = written.replaceAll("\\\\", "\\").replace(/^\\/u, "");
    const namespace = isOwn === undefined ? plain : `${own === undefined ? "" : `${own}\\`}${plain}`;
    if (!namespace.endsWith("\\") || !/[A-Z]/u.test(namespace)) continue;
    names.push({ namespace, line: lineOf(index), what: shown(whole) });
  }
  for (const { index, 0: whole, 2: written = "" } of text.matchAll(handedOn)) {
    const namespace = `${own ?? ""}${written.replaceAll("\\\\", "\\")}`.replace(/^\\/u, "");
    names.push({ namespace, line: lineOf(index), what: shown(whole) });
  }
  for (const { index } of text.matchAll(made)) {
    names.push({ namespace: undefined, line: lineOf(index), what: shown(text.slice(index, index + 60)) });
  }
  const replaced = [...text.matchAll(withoutEnding)].flatMap(([, name = "", pattern, plain]) => {
    const behind = text.matchAll(new RegExp(`\\$${name}\\s*\\.\\s*["']([A-Z]\\w{1,60})["']`, "gu"));
    const ending = (pattern ?? plain ?? "").toLowerCase();
    return [...behind].map(([, suffix = ""]) => ({ ending, suffix: suffix.toLowerCase() }));
  });
  return { replaced, suffixes: [...new Set(suffixes.map((suffix) => suffix.toLowerCase()))], names };
}

function shown(text: string): string {
  return (/^[^;\n]*/u.exec(text)?.[0] ?? text).trim();
}
