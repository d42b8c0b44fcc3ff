import type { Position, Span } from "../diagnostics/diagnostic.ts";

/** Turns offsets of one text into places of its file. */
export interface TextPositions {
  at(offset: number): Position;
  span(start: number, end: number): Span;
}

/** Line starts are found once; each look-up is a binary search. */
export function textPositions(file: string, text: string): TextPositions {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const at = (offset: number): Position => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return { at, span: (start, end) => ({ file, start: at(start), end: at(Math.max(end, start)) }) };
}
