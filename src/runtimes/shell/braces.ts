import { isPattern } from "./builtins.ts";
import { unknownValues, type Values } from "./printed-values.ts";

/** A list of more words is one that nobody can tell. */
const mostWords = 64;

/** What a brace expansion can stand for; a pattern in it stands as it is written. */
export function bracedValues(text: string): Values {
  const texts = bracedWords(text);
  return texts === undefined ? unknownValues : { texts, isComplete: !texts.some(isPattern) };
}

/**
 * The words of a brace expansion: `usr` and nothing for `{usr,}`, `1`, `2` and `3` for `{1..3}`. Undefined for one that
 * holds another expansion, a quote or too many words.
 */
function bracedWords(text: string): readonly string[] | undefined {
  const inner = text.slice(1, -1);
  if (/["'$`\\{}]/u.test(inner)) return undefined;
  const words = inner.includes(",") ? inner.split(",") : rangeOf(inner);
  return words === undefined || words.length > mostWords ? undefined : words;
}

function rangeOf(inner: string): readonly string[] | undefined {
  const [, first = "", last = "", step = "1"] =
    /^(-?\d{1,9}|[a-zA-Z])\.\.(-?\d{1,9}|[a-zA-Z])(?:\.\.-?(\d{1,9}))?$/u.exec(inner) ?? [];
  const isOfNumbers = /\d/u.test(first);
  if (first === "" || isOfNumbers !== /\d/u.test(last)) return undefined;
  const [start, end] = [first, last].map((one) => (isOfNumbers ? Number(one) : one.charCodeAt(0)));
  if (start === undefined || end === undefined) return undefined;
  const by = Math.max(1, Number(step)) * (start <= end ? 1 : -1);
  const count = Math.floor(Math.abs(end - start) / Math.abs(by)) + 1;
  if (count > mostWords) return undefined;
  const width = [first, last].some((one) => /^-?0\d/u.test(one)) ? Math.max(first.length, last.length) : 0;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * by;
    return isOfNumbers ? padded(at, width) : String.fromCharCode(at);
  });
}

/** `{01..10}` has `01`, and `{-01..1}` has `-01` and `000`. */
function padded(value: number, width: number): string {
  const sign = value < 0 ? "-" : "";
  return sign + String(Math.abs(value)).padStart(width - sign.length, "0");
}
