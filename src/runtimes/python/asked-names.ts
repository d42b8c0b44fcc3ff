import { withoutDocumentation } from "./documentation.ts";

/** Words that a bracket may follow without being a call. */
const keywords = new Set("and assert elif else for if in is lambda not or return while yield".split(" "));

/** How far back a bracket is looked for. */
const mostBefore = 4000;

/** A key of a mapping, or the name of an attribute: `rows["x"]`, `rows.get("x")`, `getattr(rows, "x")`. */
const lookups = /(?:[\w)\]]\[|\.(?:get|pop|setdefault)\s*\(|\b(?:get|has|set)attr\s*\(\s*[\w.]+\s*,)\s*$/u;

/**
 * True where a source asks by a text: it is assigned, returned, a default or an argument of a call. A text that is only
 * compared with, is the key of a mapping or stands in a list or a table, tells names apart, and asks for none of them.
 * What the source says of its functions in words asks for nothing. Of another package than the one that has the names,
 * a list asks too: it lists what it uses.
 */
export function asksFor(written: string, text: string, { isOwn }: { readonly isOwn: boolean }): boolean {
  return placesOf(written, text).some(
    ({ before, after }) => !isCompared(before, after) && !(isOwn && isListed(innermost(before))),
  );
}

/** The same for the name of a module. As a part of a path it names a directory, and among others it may be compared. */
export function asksForModule(written: string, name: string): boolean {
  return placesOf(written, name).some(({ before, after }) => {
    const { bracket, head } = innermost(before) ?? { bracket: "", head: "" };
    const isPart = bracket === "(" && /\b(?:path\.join|joinpath|\w*Path)\s*$/u.test(head);
    return !isPart && !isCompared(before, after) && !/\bin\s*$/u.test(head);
  });
}

interface Place {
  readonly before: string;
  readonly after: string;
}

/** Where a source has a text, in code. */
function placesOf(written: string, text: string): readonly Place[] {
  const source = withoutDocumentation(written);
  const found: Place[] = [];
  for (const quote of ['"', "'"]) {
    const literal = `${quote}${text}${quote}`;
    for (let at = source.indexOf(literal); at !== -1; at = source.indexOf(literal, at + 1)) {
      const before = source.slice(Math.max(0, at - mostBefore), at);
      const after = source.slice(at + literal.length, at + literal.length + 20);
      if (!/(?:^|\n)[^\S\n]*#[^\n]*$/u.test(before)) found.push({ before, after });
    }
  }
  return found;
}

function isCompared(before: string, after: string): boolean {
  if (lookups.test(before.slice(-60))) return true;
  return /(?:[=!]=|\bin)\s*$/u.test(before.slice(-20)) || /^\s*(?:[=!]=|:|(?:not\s+)?in\b)/u.test(after);
}

interface Bracket {
  readonly bracket: string;
  /** What stands before it. */
  readonly head: string;
}

/** The innermost bracket that is open at a place. */
function innermost(before: string): Bracket | undefined {
  let depth = 0;
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const bracket = before[at] ?? "";
    if (")]}".includes(bracket)) depth += 1;
    else if ("([{".includes(bracket)) {
      if (depth === 0) return { bracket, head: before.slice(Math.max(0, at - 60), at) };
      depth -= 1;
    }
  }
  return undefined;
}

/** True for a bracket that is not that of a call. */
function isListed(found: Bracket | undefined): boolean {
  return found !== undefined && !(found.bracket === "(" && isCallee(found.head));
}

function isCallee(before: string): boolean {
  const word = /(?<word>[\w)\]]+)\s*$/u.exec(before)?.groups?.["word"];
  return word !== undefined && !keywords.has(word);
}
