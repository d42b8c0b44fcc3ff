/** Collects the values that a limit leaves out, so that they are not lost without a word. */
export interface Cut {
  readonly cut?: Set<string> | undefined;
}

/** Values of a word that are followed. */
export const maxValues = 64;
/** Texts that are put together of several before the first of them are taken. */
const maxJoined = 512;
/** Longest value that is followed, in UTF-16 units: a class path of hundreds of jars is shorter. */
export const maxLength: number = 2 ** 13;
/** Length of all values of a word together: of several class paths a few are followed. */
const maxTogether = 2 ** 16;
/** Values beyond those that are followed which are noted. With more, an unknown says so. */
export const maxCut = 1024;
/** Longest list of words that is followed: of a command, or in an array. */
const maxListed = 4096;
/** Length of all words of a list together. */
const maxListLength = 2 ** 17;
/** Arrays in arrays that are read for one script. */
export const maxArraysWithin = 2048;
/** Ways to run one command whose words are combined freely. */
const maxProduct = 16;

/** Each list with each tail, while they are few; else each list and each tail once at least. */
export function joinedLists(
  lists: readonly (readonly string[])[],
  tails: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return combined(lists, tails, maxProduct).map(([list = [], tail = []]) => [...list, ...tail]);
}

/** The same of texts; of those that are too long, none: `a="$a$a"` in a hundred lines has no end. */
export function joinedTexts(texts: readonly string[], tails: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let together = 0;
  for (const [text = "", tail = ""] of combined(texts, tails, maxJoined)) {
    const length = text.length + tail.length;
    if (length > maxLength || together + length > maxTogether) continue;
    together += length;
    joined.push(text + tail);
  }
  return joined;
}

function combined<T>(
  lefts: readonly T[],
  rights: readonly T[],
  limit: number,
): readonly (readonly [left: T | undefined, right: T | undefined])[] {
  if (lefts.length * rights.length <= limit)
    return lefts.flatMap((left) => rights.map((right) => [left, right] as const));
  const length = Math.max(lefts.length, rights.length);
  return Array.from({ length }, (_, at) => [lefts[at % lefts.length], rights[at % rights.length]] as const);
}

/** A name that a program of the PATH may have. */
const commandName = /^[a-z][\w.+-]{1,40}$/u;

/** As many values as are followed; of the others, those that may be files or programs are noted. */
export function firstTexts(texts: readonly string[], { cut }: Cut): readonly string[] {
  let together = 0;
  const end = texts.findIndex((text, at) => at >= maxValues || (together += text.length) > maxTogether);
  if (end === -1) return texts;
  noteCut(texts.slice(end), cut);
  return texts.slice(0, end);
}

function noteCut(texts: readonly string[], cut: Cut["cut"]): void {
  for (const text of texts) {
    if (cut === undefined || cut.size >= maxCut) return;
    if (text.includes("/") || commandName.test(text)) cut.add(text);
  }
}

/** As many lists of words as are followed; the words of the others are noted. */
export function firstLists(
  lists: readonly (readonly string[])[],
  { cut }: Cut,
  limit: number = maxValues,
): readonly (readonly string[])[] {
  for (const list of lists.slice(limit)) noteCut(list, cut);
  return lists.slice(0, limit).filter((list) => fits(list, { cut }));
}

/** False for a list that is longer than those that are followed; its words are noted. */
function fits(list: readonly string[], { cut }: Cut): boolean {
  let together = 0;
  if (list.length <= maxListed && list.every((word) => (together += word.length) <= maxListLength)) return true;
  noteCut(list, cut);
  return false;
}
