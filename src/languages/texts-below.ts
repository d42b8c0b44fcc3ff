/** A line that ends a text which stands below its call: the word alone, and what Ruby lets follow it. */
const closing = /\n[ \t]{0,40}([A-Z_][A-Z_\d]{0,30})(?!\w)/gu;

/** The end of a text, and of the line that closes it. */
interface TextEnd {
  readonly text: number;
  readonly line: number;
}

/**
 * Finds where a text ends that stands below its call, as in `system(<<~SH)`: at the first line behind `from` with its
 * word. It reads the source once, however many texts there are.
 */
export function textEnds(code: string): (word: string, from: number) => TextEnd | undefined {
  const ends = new Map<string, TextEnd[]>();
  for (const { index, 0: whole, 1: word = "" } of code.matchAll(closing)) {
    const known = ends.get(word);
    const end = { text: index, line: index + whole.length };
    if (known === undefined) ends.set(word, [end]);
    else known.push(end);
  }
  return (word, from) => {
    const known = ends.get(word) ?? [];
    let [low, high] = [0, known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((known[middle]?.text ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return known[low];
  };
}
