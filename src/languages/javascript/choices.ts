import { longestText, type WorkBudget } from "../../rootfs/hostile-limits.ts";

/** Stands in a value for a part that is known at run time only. NUL is in no path. */
export const hole = "\u0000";

const textLimit = 16;
/** The values of one table or list are few in all programs that people write. */
export const tableLimit = 1024;

interface Joining {
  /** How the parts of a value are joined; one behind the other where nothing is said. */
  readonly join?: (parts: readonly string[]) => string;
  /** What the texts of the source may still cost together. */
  readonly joining: WorkBudget;
  /** The length of the parts that the source writes out, which is no more than the source. */
  readonly written?: number;
}

/**
 * Every choice of one value a list. Where there are too many, lists are shortened to what their texts share, the
 * longest first. A text that would be longer than a value can be is not joined, and is not known.
 */
export function combine(
  lists: readonly (readonly string[])[],
  { join = behindEachOther, joining, written = 0 }: Joining,
): readonly string[] {
  let rows: readonly string[][] = [[]];
  for (const list of shortened(lists)) {
    const [text, ...others] = list;
    if (text !== undefined && others.length === 0) for (const row of rows) row.push(text);
    else rows = rows.flatMap((row) => list.map((one) => [...row, one]));
  }
  const texts = rows.map((row) => {
    const length = row.reduce((sum, part) => sum + part.length, 0) - written;
    const fits = row.length === 1 || (length <= longestText && joining.take(length + row.length));
    return fits ? join(row) : hole;
  });
  return [...new Set(texts)];
}

/** What is not known and goes on with what is not known is one part. */
function behindEachOther(parts: readonly string[]): string {
  return parts.join("").replaceAll(holes, hole);
}

const holes = new RegExp(`${hole}{2,}`, "gu");

/** The lists with as many choices together as are followed. */
function shortened(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const fromShortest: readonly number[] = [...lists.keys()]
    .reverse()
    .toSorted((left, right) => (lists[left]?.length ?? 0) - (lists[right]?.length ?? 0));
  let product = 1;
  const long = new Set(fromShortest.filter((index) => (product *= lists[index]?.length ?? 0) > textLimit));
  return lists.map((list, index) => (long.has(index) ? [sharedText(list)] : list));
}

/** Values, each once; of too many what they share. */
export function limited(texts: readonly string[], limit: number = textLimit): readonly string[] {
  const unique = [...new Set(texts)];
  return unique.length > limit ? [sharedText(unique)] : unique;
}

/** How all of the texts begin and end, with a hole between. */
function sharedText(texts: readonly string[]): string {
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
