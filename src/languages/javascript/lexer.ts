import { parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { shelling, starting } from "./child-process-names.ts";
import type { Started } from "./commands.ts";
import { hole } from "./evaluate.ts";
import type { Reference } from "./reference.ts";
import { resolvedPath } from "./resolved-path.ts";
import type { ModuleMode } from "./resolver.ts";

/**
 * References of a source that the parser does not take (TypeScript, JSX): found by its tokens alone. Knows comments,
 * strings, templates and regular expressions well enough not to look into them.
 */
export function lexReferences(text: string, path = "/"): readonly Reference[] {
  const found: Reference[] = [];
  // The last tokens, the newest at the end: enough to see `import x from`, `require (`, `import (`.
  const recent: string[] = [];
  let line = 1;
  let isTypeOnly = false;
  // The first name of a call, until the next token tells whether that is all of its name.
  let begun: { readonly specifier: string; readonly mode: ModuleMode } | undefined;
  const commands = new LexedCommands(text);
  const finders = findersIn(text);
  let given: Started | undefined;
  for (const token of tokensOf(text)) {
    // Behind the name of a parameter stands its type.
    if (given !== undefined && !/^[:?]$/u.test(token.text)) found.push({ ...given, line });
    given = undefined;
    if (begun !== undefined) {
      const specifier = /^[),]$/u.test(token.text) ? begun.specifier : begun.specifier + hole;
      found.push({ kind: "module", specifier, mode: begun.mode, line, certainty: "possible" });
      begun = undefined;
    }
    line += token.lines;
    const [before = "", last = ""] = recent.slice(-2);
    // `promisify(exec)("tr a b")`
    const starter = before === ")" && recent.includes("promisify") ? (recent.at(-3) ?? "") : before;
    const called = last === "(" ? callMode(before, recent, finders) : undefined;
    if (token.kind === "string" || token.kind === "template") {
      const isGiven = last === "(" || (last === "$" && token.kind === "template");
      const started =
        isGiven || /^[[,]$/u.test(last) ? commands.read(token.text, { last, before: starter }) : undefined;
      if (called !== undefined) {
        begun = { specifier: token.text, mode: called };
        // `dirname(require.resolve("ui/package.json"))`
        if (before === "resolve" && (isAbove(recent) || token.text.endsWith("/package.json")))
          found.push({ kind: "path", path: parentOf(toAbsPath(resolvedPath(token.text, "require"))) });
      } else if (started !== undefined) found.push({ ...started, line });
      else if (token.kind === "string" && (last === "from" || last === "import")) {
        if (!(isTypeOnly && last === "from")) {
          found.push({ kind: "module", specifier: token.text, mode: "import", line, certainty: "possible" });
        }
      } else if (last === "(" && before === "Worker") found.push(...workerNeeds(token.text, line));
      else if (last === "(" && before === "URL" && /^\.\.?\//u.test(token.text) && !token.text.includes(hole)) {
        found.push({ kind: "path", path: toAbsPath(token.text, parentOf(toAbsPath(path))) });
      } else if (token.kind === "string") found.push({ kind: "literal", text: token.text });
    } else if (called !== undefined && token.text !== ")" && !/^(?:\.|function)$/u.test(recent.at(-3) ?? "")) {
      found.push({ kind: "module", specifier: hole, mode: called, line, certainty: "possible" });
    }
    if (token.kind === "word" && last === "(" && called === undefined) {
      given = commands.readName(token.text, { before: starter, first: recent.at(-3) ?? "" });
    }
    if (token.text === "import" || token.text === "export") isTypeOnly = false;
    if (token.text === "type" && (recent.at(-1) === "import" || recent.at(-1) === "export")) isTypeOnly = true;
    recent.push(token.kind === "string" || token.kind === "template" ? '"' : token.text);
    if (recent.length > 12) recent.shift();
  }
  return found;
}

/** `const run = promisify(execFile)`, whatever type stands before the sign. */
const promised =
  /\b(?:const|let|var)\s+(?<name>[\w$]+)[^;\n]{0,200}?=\s{0,20}(?:[\w$]{1,40}\.)?promisify\((?:[\w$]{1,40}\.)?(?<of>[\w$]{1,40})\)/gu;

/** Words before the name of a function that is made, not called. */
const declaring: ReadonlySet<string> = new Set([
  "function",
  "async",
  "static",
  "private",
  "public",
  "protected",
  "get",
  "}",
]);

/** What the calls of a source start, by their names alone. */
class LexedCommands {
  readonly #mentionsChildren: boolean;
  readonly #starters = new Set(starting);
  readonly #shells = new Set(shelling);
  /** The text before, which tells what one is for: `"-c"`. */
  #previous = "";
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
    this.#mentionsChildren = /\bchild_process\b/u.test(source);
    for (const { groups: { name = "", of = "" } = {} } of this.#mentionsChildren ? source.matchAll(promised) : []) {
      if (shelling.has(of)) this.#shells.add(name);
      else if (starting.has(of)) this.#starters.add(name);
    }
  }

  read(text: string, { last, before }: { readonly last: string; readonly before: string }): Started | undefined {
    const previous = this.#previous;
    this.#previous = text;
    if (text === "" || last === "[") return undefined;
    if (last === ",") return previous === "-c" && this.#mentionsChildren ? { kind: "command", text } : undefined;
    if (last === "$") return { kind: "command", text: text.trim(), isGuess: true };
    if (this.#starters.has(before)) return { kind: "program", name: text, args: [] };
    if (!this.#shells.has(before)) return undefined;
    if (this.#mentionsChildren) return { kind: "command", text };
    return text.startsWith(hole) ? undefined : { kind: "command", text, isGuess: true };
  }

  /** What the name is given that a call starts; a hole where only the run tells. */
  readName(name: string, { before, first }: { readonly before: string; readonly first: string }): Started | undefined {
    if (!this.#mentionsChildren || declaring.has(first)) return undefined;
    // `process.execPath`
    if (name === "process" && !/\(\s*process\.env\b/u.test(this.#source)) return undefined;
    const isShell = this.#shells.has(before);
    if (!isShell && !this.#starters.has(before)) return undefined;
    const assigned = new RegExp(
      String.raw`\b(?:const|let|var)\s+${name.replaceAll("$", String.raw`\$`)}(?![\w$])[^=;\n]{0,80}=\s*["']([^"'\n]{1,400})["']`,
      "u",
    );
    const [, text = hole] = assigned.exec(this.#source) ?? [];
    return isShell ? { kind: "command", text } : { kind: "program", name: text, args: [] };
  }
}

/** The file of a worker, or what its code refers to. */
function workerNeeds(text: string, line: number): readonly Reference[] {
  if (!/\s/u.test(text)) return [{ kind: "script", path: text }];
  return lexReferences(text).flatMap((one) => (one.kind === "module" ? [{ ...one, line }] : []));
}

/** True where the last tokens are `dirname(require.resolve(`. */
function isAbove(recent: readonly string[]): boolean {
  return recent.slice(-6).join(" ") === "dirname ( require . resolve (";
}

/** Names that are called like `require`. */
function findersIn(text: string): ReadonlySet<string> {
  const made = [...text.matchAll(finder)].map(([, name = ""]) => name);
  return new Set(["require", "__non_webpack_require__", "meta", ...made]);
}

const finder = /\b(?:const|let|var)\s{1,20}([\w$]{1,100})[^=;\n]{0,80}=[^;\n=]{0,80}\bcreateRequire\(/gu;

/** What a call of that name loads. `resolve` is that of a module's own `require`; paths and promises have others. */
function callMode(
  name: string,
  recent: readonly string[],
  finders: ReadonlySet<string>,
): "require" | "import" | undefined {
  if (name === "import") return "import";
  if (name === "require") return "require";
  if (name !== "resolve" || recent.at(-3) !== ".") return undefined;
  const object = recent.at(-4) ?? "";
  // `createRequire(import.meta.url).resolve("x")`
  return finders.has(object) || (object === ")" && recent.includes("createRequire")) ? "require" : undefined;
}

interface Token {
  /** A template has `hole` for each of its expressions. */
  readonly kind: "word" | "string" | "template" | "mark";
  readonly text: string;
  /** Line breaks in and before the token. */
  readonly lines: number;
}

const tokenPattern = /(?<blank>\s+|\/\/[^\n]*|\/\*[^]*?\*\/)|(?<word>[\w$]+)|(?<mark>[^])/suy;

function* tokensOf(text: string): Iterable<Token> {
  const pattern = new RegExp(tokenPattern);
  let lines = 0;
  let previous = "";
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) return;
    const end = endOfLiteral(text, start, previous);
    if (end !== undefined) pattern.lastIndex = end;
    const whole = text.slice(start, pattern.lastIndex);
    lines += countLines(whole);
    if (match.groups?.["blank"] !== undefined && end === undefined) continue;
    // Text outside strings and words is never looked at, so that a mark may stand for all of it.
    previous = end === undefined ? whole : "`";
    if (end !== undefined && /^["']/u.test(whole)) yield { kind: "string", text: whole.slice(1, -1), lines };
    else if (end !== undefined && whole.startsWith("`")) yield { kind: "template", text: templateText(whole), lines };
    else yield { kind: match.groups?.["word"] === undefined ? "mark" : "word", text: previous, lines };
    lines = 0;
  }
}

/** The end of the string, template or regular expression that starts here; undefined when none does. */
function endOfLiteral(text: string, start: number, previous: string): number | undefined {
  const first = text[start];
  if (first === '"' || first === "'") return endOfString(text, start, first);
  if (first === "`") return endOfTemplate(text, start);
  const next = text[start + 1];
  const isComment = next === "/" || next === "*";
  return first === "/" && !isComment && startsExpression(previous) ? endOfRegExp(text, start) : undefined;
}

function endOfString(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === quote) return at + 1;
    if (character === "\n") return at;
    if (character === "\\") at++;
  }
  return text.length;
}

/** True when a slash after this token starts a regular expression and divides nothing. */
function startsExpression(previous: string): boolean {
  return (
    previous === "" ||
    /^(?:[(,=:[!&|?{};+\-*%~^<>]|return|typeof|case|in|of|delete|void|throw|new|do|else)$/u.test(previous)
  );
}

function endOfTemplate(text: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "$" && text[at + 1] === "{") depth++;
    else if (character === "}" && depth > 0) depth--;
    else if (character === "`" && depth === 0) return at + 1;
  }
  return text.length;
}

/** A template without its quotes, a hole in place of each expression. */
function templateText(whole: string): string {
  let text = "";
  let depth = 0;
  for (let at = 1; at < whole.length - 1; at++) {
    const character = whole[at] ?? "";
    if (character === "\\") at++;
    else if (character === "$" && whole[at + 1] === "{") {
      if (depth === 0) text += hole;
      depth++;
      at++;
    } else if (character === "}" && depth > 0) depth--;
    else if (depth === 0) text += character;
  }
  return text;
}

function endOfRegExp(text: string, start: number): number {
  let isInClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\n") return start + 1;
    if (character === "\\") at++;
    else if (character === "[") isInClass = true;
    else if (character === "]") isInClass = false;
    else if (character === "/" && !isInClass) return at + 1;
  }
  return start + 1;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
