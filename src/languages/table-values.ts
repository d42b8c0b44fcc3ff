import type { CallSyntax } from "./call-syntax.ts";
import { rememberedOfName } from "./remembered.ts";
import { type Words, withHoles } from "./written-words.ts";

/** An element of a table: `TOOLS[kind]`, `$tools{$kind}`, `$this->tools[$kind]`, `TOOLS.get(kind)`, `TOOLS.fetch(kind)`. */
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
  return name === undefined ? [] : tablesOf(code, name, syntax);
}

const tablesOf: (code: string, name: string, syntax: CallSyntax) => readonly Words[] = rememberedOfName(readTables);

function readTables(code: string, name: string, syntax: CallSyntax): readonly Words[] {
  const begun = new RegExp(
    String.raw`(?<![\w"'])${name}\s{0,40}(?::[^=\n]{0,80})?=(?![=~>])\s{0,40}(?:(?:array|dict)\s?)?(?=[[({])`,
    "gu",
  );
  return [...code.matchAll(begun)].flatMap(({ index, 0: head }) => valuesFrom(code, index + head.length, syntax));
}

/** The texts that are values between a bracket and the one that closes it; what an inner list has is one command. */
function valuesFrom(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const found: Words[] = [];
  const lists: string[][] = [];
  let at = start;
  while (at < code.length) {
    token.lastIndex = at;
    const match = token.exec(code);
    if (match === null) {
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
  return found;
}
