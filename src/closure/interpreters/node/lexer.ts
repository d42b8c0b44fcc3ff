import type { Reference } from "./references.ts";

/**
 * References of a source that the parser does not take (TypeScript, JSX): found by its tokens alone. Knows comments,
 * strings, templates and regular expressions well enough not to look into them.
 */
export function lexReferences(text: string): readonly Reference[] {
  const found: Reference[] = [];
  // The last tokens, the newest at the end: enough to see `import x from`, `require (`, `import (`.
  const recent: string[] = [];
  let line = 1;
  let isTypeOnly = false;
  for (const token of tokensOf(text)) {
    if (token.kind === "string") {
      const [before = "", last = ""] = recent.slice(-2);
      const mode =
        last === "("
          ? callMode(before, recent.at(-3) ?? "")
          : last === "from" || last === "import"
            ? "import"
            : undefined;
      if (mode !== undefined && !(isTypeOnly && last === "from")) {
        found.push({ kind: "module", specifier: token.text, mode, line, certainty: "possible" });
      } else {
        found.push({ kind: "literal", text: token.text });
      }
    }
    if (token.text === "import" || token.text === "export") isTypeOnly = false;
    if (token.text === "type" && (recent.at(-1) === "import" || recent.at(-1) === "export")) isTypeOnly = true;
    line += token.lines;
    recent.push(token.kind === "string" ? '"' : token.text);
    if (recent.length > 4) recent.shift();
  }
  return found;
}

function callMode(name: string, before: string): "require" | "import" | undefined {
  if (name === "import") return "import";
  return name === "require" || (name === "resolve" && before === ".") ? "require" : undefined;
}

interface Token {
  readonly kind: "word" | "string" | "mark";
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
    const isString = end !== undefined && /^["']/u.test(whole);
    // What is no string and no word is never looked at, so that a template may stand for all of them.
    const kind = isString ? "string" : match.groups?.["word"] === undefined ? "mark" : "word";
    previous = end === undefined ? whole : "`";
    yield { kind, text: isString ? whole.slice(1, -1) : previous, lines };
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
