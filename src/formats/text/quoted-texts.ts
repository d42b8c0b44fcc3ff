/** A text in quotes, where a backslash takes the next character as it is. */
export interface QuotedText {
  /** Where its first quote stands. */
  readonly index: number;
  /** Behind its last quote. */
  readonly end: number;
  /** What stands between, as it is written. */
  readonly text: string;
}

/**
 * The texts of a source in double and single quotes, over any number of lines. A quote that nothing closes stands for
 * itself; then none of its kind closes any more, so that a source is gone through three times at most.
 */
export function* quotedTexts(code: string): Iterable<QuotedText> {
  const open = new Set(['"', "'"]);
  for (let index = 0; index < code.length; index++) {
    const quote = code.charAt(index);
    if (!open.has(quote)) continue;
    const end = closingQuote(code, index);
    if (end === undefined) {
      open.delete(quote);
      continue;
    }
    yield { index, end: end + 1, text: code.slice(index + 1, end) };
    index = end;
  }
}

function closingQuote(code: string, start: number): number | undefined {
  const quote = code.charAt(start);
  for (let at = start + 1; at < code.length; at++) {
    if (code.charAt(at) === quote) return at;
    if (code.charAt(at) === "\\") at++;
  }
  return undefined;
}
