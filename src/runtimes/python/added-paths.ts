import { longestPath } from "../../rootfs/hostile-limits.ts";

/** Stands for the source's own file at the start of a path. */
const ownFile = "__file__";
const maximumLength = 1000;
const maximumPaths = 256;
const maximumDepth = 16;
const maximumAdditions = 256;

const additions =
  /\bsys\.path\.(?:insert|append|extend)\(|\b(?:site\.)?addsitedir\(|\bsys\.path(?:\[[^\]\n]{0,20}\])?[ \t]*\+?=(?!=)/gu;
const assignment = /^[ \t]*(?<name>[A-Za-z_]\w*)[ \t]*(?::[^=\n]{1,60})?=[ \t]*(?!=)(?<value>[^\n]{1,300})/gmu;

/**
 * Directories that a source adds to `sys.path`, as far as its text tells: relative to the source's file (`../vendor`
 * lies beside it), to the working directory (`./vendor`), or absolute. Sorted, each once.
 */
export function addedPathsIn(source: string): readonly string[] {
  const found = new Set<string>();
  let variables: Variables | undefined;
  let count = 0;
  for (const match of source.matchAll(additions)) {
    if (++count > maximumAdditions) break;
    variables ??= variablesIn(source);
    const start = match.index + match[0].length;
    const argument = argumentAt(source, start, match[0].endsWith("("));
    for (const path of pathsIn(argument, variables)) {
      const plain = toRelative(path);
      if (plain !== undefined && found.size < maximumPaths) found.add(plain);
    }
  }
  return [...found].sort();
}

/** An expression that has the path for its value, in terms of `__file__`. */
export function printAddedPath(path: string): string {
  if (!path.startsWith("..")) return JSON.stringify(path);
  const components = path.split("/");
  const up = components.lastIndexOf("..") + 1;
  const directory = `${"dirname(".repeat(up)}${ownFile}${")".repeat(up)}`;
  const below = components.slice(up).join("/");
  return below === "" ? directory : `join(${directory}, ${JSON.stringify(below)})`;
}

interface Variables {
  /** The values that names are given first, as text. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is known of names, by the depth that they were asked for at: each is asked for in many ways. */
  readonly paths: Map<string, string | undefined>;
}

function variablesIn(source: string): Variables {
  const variables = new Map<string, string>();
  for (const { groups } of source.matchAll(assignment)) {
    const { name = "", value = "" } = groups ?? {};
    if (!variables.has(name)) variables.set(name, value);
  }
  return { texts: variables, paths: new Map() };
}

/** The text up to the bracket that closes the call, or up to the end of the line. */
function argumentAt(source: string, start: number, isCall: boolean): string {
  let depth = 0;
  for (let at = start; at < Math.min(source.length, start + maximumLength); at++) {
    const character = source.charAt(at);
    if (/[([{]/u.test(character)) depth++;
    else if (/[)\]}]/u.test(character)) depth--;
    if (isCall ? depth < 0 : depth === 0 && character === "\n") return source.slice(start, at);
  }
  return source.slice(start, start + maximumLength);
}

function pathsIn(text: string, variables: Variables): readonly string[] {
  const paths: string[] = [];
  const word = /["']|[A-Za-z_][\w.]*/gu;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    const value = evaluate({ text, at: match.index, variables, depth: 0 });
    const isPart = /["']/u.test(match[0]) && isWithin(text.slice(0, match.index));
    if (value !== undefined && !isPart) paths.push(value.path);
    if (value !== undefined) word.lastIndex = value.end;
    else if (/["']/u.test(match[0])) break;
  }
  return paths;
}

/**
 * True after the start of something that nobody understood, of which a text is a part at most: a call, or `environ[`.
 */
function isWithin(before: string): boolean {
  const depth = (before.match(/\(/gu)?.length ?? 0) - (before.match(/\)/gu)?.length ?? 0);
  return depth > 0 || /[\w)\]]\[\s*$/u.test(before);
}

interface PathExpression {
  readonly text: string;
  readonly at: number;
  readonly variables: Variables;
  readonly depth: number;
}

interface Value {
  readonly path: string;
  readonly end: number;
}

/** The path that an expression has for its value: names, calls of `os.path` and `pathlib`, texts, `/` and `+`. */
function evaluate(location: PathExpression): Value | undefined {
  if (location.depth > maximumDepth) return undefined;
  let value = primary(location);
  for (; value !== undefined; ) {
    const next = followedBy(location, value);
    if (next === "nothing") return value;
    value = next;
  }
  return undefined;
}

function primary(location: PathExpression): Value | undefined {
  const { text, at, variables, depth } = location;
  const literal = /^(["'])((?:(?!\1)[^\\\n])*)\1/u.exec(text.slice(at, at + maximumLength));
  if (literal !== null) return { path: literal[2] ?? "", end: at + literal[0].length };
  const name = /^[A-Za-z_][\w.]*/u.exec(text.slice(at, at + maximumLength))?.[0];
  if (name === undefined) return undefined;
  // The word after a dot may be a property of a path: `Path(x).parent` and `here.parent`.
  const [first = ""] = name.split(".", 1);
  if (first === ownFile) return { path: ownFile, end: at + first.length };
  const end = at + name.length;
  if (text.charAt(end) === "(" && !variables.texts.has(first)) return called(location, name, end + 1);
  const path = pathOf(first, variables, depth + 4);
  return path === undefined ? undefined : { path, end: at + first.length };
}

function pathOf(name: string, variables: Variables, depth: number): string | undefined {
  const text = variables.texts.get(name);
  const key = `${String(depth)} ${name}`;
  if (text === undefined || variables.paths.has(key)) return variables.paths.get(key);
  const path = evaluate({ text, at: 0, variables, depth })?.path;
  variables.paths.set(key, path);
  return path;
}

function called(location: PathExpression, name: string, start: number): Value | undefined {
  const given = argumentsAt(location, start);
  const path = given && resultOf(name.slice(name.lastIndexOf(".") + 1), given.paths);
  return path === undefined || given === undefined ? undefined : { path, end: given.end };
}

function resultOf(callee: string, paths: readonly string[]): string | undefined {
  const [first] = paths;
  if (/^(?:getcwd|cwd)$/u.test(callee)) return ".";
  if (first === undefined) return undefined;
  if (callee === "dirname") return `${first}/..`;
  if (/^(?:abspath|realpath|normpath|str|fspath|Path|PurePath)$/u.test(callee)) return joined(paths);
  return callee === "join" ? joined(paths) : undefined;
}

/** Undefined for what no path is as long as. */
function joined(paths: readonly string[], sign = "/"): string | undefined {
  const last = sign === "/" ? paths.findLastIndex((path) => path.startsWith("/")) : 0;
  const parts = paths.slice(Math.max(last, 0));
  return parts.reduce((sum, part) => sum + part.length + 1, 0) > longestPath ? undefined : parts.join(sign);
}

/** The values up to the closing bracket; undefined where one is not known. */
function argumentsAt(
  location: PathExpression,
  start: number,
): { readonly paths: readonly string[]; readonly end: number } | undefined {
  const { text } = location;
  const paths: string[] = [];
  let at = afterBlank(text, start);
  while (text.charAt(at) !== ")") {
    const value = evaluate({ ...location, at, depth: location.depth + 1 });
    if (value === undefined) return undefined;
    paths.push(value.path);
    at = afterBlank(text, value.end);
    if (text.charAt(at) === ",") at = afterBlank(text, at + 1);
    else if (text.charAt(at) !== ")") return undefined;
  }
  return { paths, end: at + 1 };
}

function followedBy(location: PathExpression, value: Value): Value | "nothing" | undefined {
  const { text } = location;
  const rest = text.slice(value.end, value.end + 40);
  const property = /^\.(?:parent\b|parents\[(?<up>\d)\]|(?:resolve|absolute|as_posix|expanduser)\([^()]{0,20}\))/u.exec(
    rest,
  );
  if (property !== null) {
    const { up } = property.groups ?? {};
    const steps = up === undefined ? Number(property[0] === ".parent") : Number(up) + 1;
    return { path: value.path + "/..".repeat(steps), end: value.end + property[0].length };
  }
  const call = /^\.joinpath\(/u.exec(rest);
  if (call !== null) {
    const given = argumentsAt(location, value.end + call[0].length);
    const path = given && joined([value.path, ...given.paths]);
    return path === undefined || given === undefined ? undefined : { path, end: given.end };
  }
  const operator = /^\s*(?<sign>[/+])(?![/=+])\s*/u.exec(rest);
  if (operator === null)
    return rest.startsWith(".") || rest.startsWith("(") || rest.startsWith("[") ? undefined : "nothing";
  const next = primary({ ...location, at: value.end + operator[0].length, depth: location.depth + 1 });
  if (next === undefined) return undefined;
  const path = joined([value.path, next.path], operator.groups?.["sign"] === "/" ? "/" : "");
  return path === undefined ? undefined : { path, end: next.end };
}

function afterBlank(text: string, start: number): number {
  let at = start;
  while (/\s/u.test(text.charAt(at))) at++;
  return at;
}

/** `__file__/../x/y` as `../x/y`; undefined for the file itself, and for what cannot be a directory's path. */
function toRelative(path: string): string | undefined {
  const isOwn = path === ownFile || path.startsWith(`${ownFile}/`);
  const components: string[] = [];
  for (const component of path.split("/").slice(isOwn ? 1 : 0)) {
    if (component === "" || component === ".") continue;
    if (component === ".." && components.length > 0 && components.at(-1) !== "..") components.pop();
    else components.push(component);
  }
  const text = components.join("/");
  if (path.includes("\0") || (isOwn && !text.startsWith(".."))) return undefined;
  if (isOwn) return text;
  if (path.startsWith("/")) return `/${text.replaceAll(/(?:^|\/)\.\.(?=\/|$)/gu, "")}`;
  return text.startsWith("..") ? undefined : `./${text}`;
}
