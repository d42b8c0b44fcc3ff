import { longestText, mostCombined, mostValues } from "../rootfs/hostile-limits.ts";

/** Stands in a text for a part that is known at run time only. NUL is in no path. */
export const hole = "\u0000";

/** Stands at the beginning of a path for the file that the name of a module leads to. It is in no path either. */
export const moduleMark = "\u0001";

/** The texts that an expression may have, with holes where they are not known. */
export type Texts = readonly string[];

export const unknownTexts: Texts = [hole];

/** All of the texts, each once; where there are too many, how all of them begin and end. */
export function union(texts: Texts): Texts {
  const unique = [...new Set(texts)];
  return unique.length > mostValues ? [sharedText(unique)] : unique;
}

/**
 * Every choice of one text of each list, joined. Where that makes too many, lists are reduced to what their texts
 * share, the longest first.
 */
export function combine(lists: readonly Texts[], join: (parts: readonly string[]) => string): Texts {
  const choices = [...lists];
  const most = Math.max(mostCombined, ...lists.map((list) => list.length));
  while (choices.reduce((product, list) => product * list.length, 1) > most) {
    const longest = choices.reduce((best, list, at) => (list.length > (choices[best]?.length ?? 0) ? at : best), 0);
    choices[longest] = [sharedText(choices[longest] ?? [])];
  }
  let rows: readonly (readonly string[])[] = [[]];
  for (const list of choices) rows = rows.flatMap((row) => list.map((text) => [...row, text]));
  const joined = rows.map((parts) => (lengthOf(parts) > longestText ? hole : join(parts).replaceAll(holes, hole)));
  return [...new Set(joined)];
}

/** Two parts that are not known are one. */
const holes = /\0{2,}/gu;

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** How all of the texts begin and end, with a hole between. */
function sharedText(texts: Texts): string {
  const [first = ""] = texts;
  const shared = (isEqual: (text: string, length: number) => boolean): number => {
    let length = 0;
    while (length < first.length && texts.every((text) => text.length > length && isEqual(text, length))) length++;
    return length;
  };
  const start = shared((text, at) => text[at] === first[at]);
  const shortest = Math.min(...texts.map((text) => text.length));
  const end = Math.min(
    shared((text, at) => text.at(-1 - at) === first.at(-1 - at)),
    shortest - start,
  );
  return `${first.slice(0, start)}${hole}${end === 0 ? "" : first.slice(-end)}`;
}
