/**
 * The candidate that a person most likely meant: nearest by edit distance (insert, delete, replace, swap), at most a
 * third of the word's length away, the first in order among equals. undefined when none is near.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of candidates) {
    if (Math.abs(name.length - word.length) > limit) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name ?? containing(word, candidates);
}

/** The only candidate that a word is a part of: `lambda` for `aws-lambda`. */
function containing(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < 4) return undefined;
  const found = [...candidates].filter((name) => name.toLowerCase().split("-").includes(word.toLowerCase()));
  return found.length === 1 ? found[0] : undefined;
}

/** `did you mean X?`, or undefined. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const name = suggest(word, candidates);
  return name === undefined ? undefined : `did you mean ${name}?`;
}

/** A list in words: `a, b or c`. */
export function wordList(words: readonly string[], joiner = "or"): string {
  if (words.length <= 1) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${joiner} ${words.at(-1)}`;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
