const doubleQuote = 0x22;
const singleQuote = 0x27;
const backslash = 0x5c;
const newline = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** A string literal met in a source. */
export interface StringLiteral {
  /** Where the source goes on after the closing quote. */
  readonly end: number;
  /** The text as written (escapes are not decoded), up to the first replacement field of a formatted string. */
  readonly text: string;
  /** False when the value is only known to begin with `text`. */
  readonly complete: boolean;
}

/** True for the character codes of `"` and `'`. */
export function isQuote(code: number): boolean {
  return code === doubleQuote || code === singleQuote;
}

/** True when an identifier that stands right before a quote is a prefix of the literal (Python reference, 2.4.1). */
export function isStringPrefix(identifier: string): boolean {
  return identifier.length <= 2 && /^(?:[rbuft]|rb|br|rf|fr|rt|tr)$/iu.test(identifier);
}

/**
 * Reads the literal whose opening quote is at `start`. Never fails: a literal with no end stops at the end of the line
 * or, for triple quotes, at the end of the source. Quotes inside replacement fields nest, as from Python 3.12 on.
 */
export function readStringLiteral(source: string, start: number, prefix: string): StringLiteral {
  const quote = source.charCodeAt(start);
  const isTriple = source.charCodeAt(start + 1) === quote && source.charCodeAt(start + 2) === quote;
  const isFormatted = /[ft]/iu.test(prefix);
  const open = start + (isTriple ? 3 : 1);
  if (isTriple && !isFormatted) return readLongText(source, open, source.slice(start, open));
  let fieldAt: number | undefined;
  let position = open;
  while (position < source.length) {
    const code = source.charCodeAt(position);
    if (code === backslash) {
      position = isFormatted ? afterEscape(source, position) : position + 2;
    } else if (code === quote) {
      if (!isTriple) return literal(source, open, position, position + 1, fieldAt);
      if (source.charCodeAt(position + 1) === quote && source.charCodeAt(position + 2) === quote) {
        return literal(source, open, position, position + 3, fieldAt);
      }
      position += 1;
    } else if (code === newline && !isTriple) {
      return literal(source, open, position, position, fieldAt);
    } else if (isFormatted && code === openBrace) {
      if (source.charCodeAt(position + 1) === openBrace) position += 2;
      else {
        fieldAt ??= position;
        position = afterReplacementField(source, position + 1);
      }
    } else {
      position += 1;
    }
  }
  return literal(source, open, source.length, source.length, fieldAt);
}

/** Most of a source are texts for people: their end is searched for. */
function readLongText(source: string, open: number, quotes: string): StringLiteral {
  let close = source.indexOf(quotes, open);
  while (close >= 0 && isEscaped(source, open, close)) close = source.indexOf(quotes, close + 1);
  return close < 0
    ? literal(source, open, source.length, source.length, undefined)
    : literal(source, open, close, close + quotes.length, undefined);
}

/** True for what stands behind an odd number of backslashes. */
function isEscaped(source: string, open: number, position: number): boolean {
  let start = position;
  while (start > open && source.charCodeAt(start - 1) === backslash) start -= 1;
  return (position - start) % 2 === 1;
}

function literal(source: string, open: number, close: number, end: number, fieldAt: number | undefined): StringLiteral {
  return { end, text: source.slice(open, fieldAt ?? close), complete: fieldAt === undefined };
}

/** In a formatted string `\{` opens a field, and the braces of `\N{...}` do not. */
function afterEscape(source: string, position: number): number {
  const code = source.charCodeAt(position + 1);
  if (code === openBrace) return position + 1;
  if (code === 0x4e && source.charCodeAt(position + 2) === openBrace) {
    const close = source.indexOf("}", position);
    return close < 0 ? source.length : close + 1;
  }
  return position + 2;
}

/** `position` is right after the opening brace; answers where the source goes on after the closing one. */
function afterReplacementField(source: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < source.length) {
    const code = source.charCodeAt(position);
    if (isQuote(code)) {
      position = readStringLiteral(source, position, prefixBefore(source, position, start)).end;
      continue;
    }
    const character = source.charAt(position);
    position += 1;
    if (character === "#") {
      const end = source.indexOf("\n", position);
      position = end < 0 ? source.length : end;
    } else if (character === "(" || character === "[" || character === "{") {
      depth += 1;
    } else if (depth > 0 && (character === ")" || character === "]" || character === "}")) {
      depth -= 1;
    } else if (code === closeBrace) {
      return position;
    } else if (depth === 0 && character === ":") {
      return afterFormatSpec(source, position);
    }
  }
  return source.length;
}

/** The format after `:` is text again, in which fields may stand. */
function afterFormatSpec(source: string, start: number): number {
  let position = start;
  while (position < source.length) {
    const code = source.charCodeAt(position);
    position += 1;
    if (code === closeBrace) return position;
    if (code === openBrace) position = afterReplacementField(source, position);
  }
  return source.length;
}

function prefixBefore(source: string, position: number, start: number): string {
  const word = /[A-Za-z]+$/u.exec(source.slice(Math.max(start, position - 3), position))?.[0] ?? "";
  return isStringPrefix(word) ? word : "";
}

const filling = /^[ \t]*(?:%[ \t]*\(?|\.format\()[ \t\n]*([A-Za-z]\w*(?:[ \t]*,[ \t]*[A-Za-z]\w*){0,8})/u;

/**
 * A literal whose first fields are filled with what is known, by what stands behind it: `"%s.%s" % (PACKAGE, name)` and
 * `"{}.{}".format(PACKAGE, name)`.
 */
export function filledFrom(written: string, behind: string, valueOf: (name: string) => string | undefined): string {
  if (!/^(?:%s|\{\})/u.test(written)) return written;
  let text = written;
  for (const name of filling.exec(behind)?.[1]?.split(",") ?? []) {
    const value = valueOf(name.trim());
    if (value === undefined) break;
    text = text.replace(/%s|\{\}/u, () => value);
  }
  return text === written ? written : text.replace(/["']+$/u, "");
}

/** True for the letters before a text of bytes. */
export function isBytes(prefix: string): boolean {
  return prefix !== "" && /b/iu.test(prefix);
}

/** False for most literals: those that begin nothing. */
export function mayBeCut({ complete, text }: StringLiteral): boolean {
  return !complete || text.includes("%") || text.includes("{") || text.endsWith(".");
}
