import type { CallSyntax } from "./call-syntax.ts";
import { rememberedFor } from "./remembered.ts";
import { type Words, withHoles } from "./written-words.ts";

/**
 * An element of a table: `TOOLS[kind]`, `$tools{$kind}`, `$this->tools[$kind]`, `TOOLS.get(kind)`, `TOOLS.fetch(kind)`.
 */
const element =
  /^[\s([*]*(?:\\?[$@%]{1,2}|(?:self|static)::|\$this->|(?:self|cls)\.|@{1,2})?([A-Za-z_]\w*)\s*(?:\[|\{|->\s*[[{]|\.(?:get|fetch|dig)\()/u;
const token =
  /"([^"\\]*(?:\\[^][^"\\]*){0,10000})"|'([^'\\]*(?:\\[^][^'\\]*){0,10000})'|(?:\bqw|%[wW])\s*[[({</|]([\w\s./+:=-]+)[\])}>/|]|([[({])|([\])}])/guy;
const isKeyBefore = /^\s{0,40}(?:=>|:(?!:))/u;

/**
 * The commands that an element of a table may be, where a call is given one: `run(TOOLS[kind])` with
 * `TOOLS = {"sorted": ["sort", "-r"], "other": "tac"}` in the same source.
 */
export function elementsAt(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const [, name] = element.exec(code.slice(start, start + 200)) ?? [];
  return (name === undefined ? undefined : tablesOf(code, syntax).get(name)) ?? [];
}

/** A name that is given a table, as far as the bracket: `TOOLS: dict[str, str] = {`, `$tools = array(`. */
const given =
  /(?<![\w"'])([A-Za-z_]\w*)(?=(\s{0,40}(?::[^=\n]{0,80})?=(?![=~>])\s{0,40}(?:(?:array|dict)\s?)?)[[({])/gu;

/** So many brackets that nothing closes are read to the end of the source. */
const mostOpen = 20;

/** The commands in the tables of a source, by the names of these. */
const tablesOf = rememberedFor((code: string, syntax: CallSyntax): ReadonlyMap<string, readonly Words[]> => {
  const tables = new Map<string, readonly Words[]>();
  let done = 0;
  let open = 0;
  for (const { index, 0: name, 2: head = "" } of code.matchAll(given)) {
    if (index < done) continue;
    const { found, end, isClosed } = valuesFrom(code, index + name.length + head.length, syntax);
    tables.set(name, [...(tables.get(name) ?? []), ...found]);
    // A bracket may be part of what is no table, such as a pattern.
    if (!isClosed) open++;
    done = isClosed || open > mostOpen ? end : index + 1;
  }
  return tables;
});

/**
 * The texts that are values between a bracket and the one that closes it, and its end; what an inner list has is one
 * command.
 */
function valuesFrom(
  code: string,
  start: number,
  syntax: CallSyntax,
): { readonly found: readonly Words[]; readonly end: number; readonly isClosed: boolean } {
  const found: Words[] = [];
  const lists: string[][] = [];
  let at = start;
  while (at < code.length) {
    token.lastIndex = at;
    const match = token.exec(code);
    if (match === null) {
      // A text that nothing ends is the last one.
      if (/["']/u.test(code.charAt(at))) break;
      at++;
      continue;
    }
    const [whole, double, single, words, opened] = match;
    at += whole.length;
    const text = double ?? single;
    const inner = lists.length > 1 ? lists.at(-1) : undefined;
    if (text !== undefined) {
      if (text === "" || isKeyBefore.test(code.slice(at, at + 50))) continue;
      const known = double === undefined ? text : withHoles(text, syntax);
      if (inner === undefined) found.push({ words: [known], isList: false });
      else inner.push(known);
    } else if (words !== undefined) {
      const listed = words.split(/\s+/u).filter((word) => word !== "");
      if (inner === undefined) for (const word of listed) found.push({ words: [word], isList: true });
      else inner.push(...listed);
    } else if (opened !== undefined) lists.push([]);
    else {
      const closed = lists.pop() ?? [];
      if (closed.length > 0) found.push({ words: closed, isList: closed.length > 1 });
      if (lists.length === 0) break;
    }
  }
  return { found, end: at, isClosed: at > start && lists.length === 0 };
}
