import type { Fix, Position } from "../diagnostics/diagnostic.ts";

/** A text with its fixes applied, last first; of two that overlap, the first. */
export function applyFixes(text: string, fixes: readonly Fix[]): { readonly text: string; readonly count: number } {
  const starts = lineStarts(text);
  const offset = ({ line, column }: Position): number => (starts[line - 1] ?? text.length) + column - 1;
  const edits = fixes
    .map((fix) => ({ from: offset(fix.span.start), to: offset(fix.span.end), text: fix.text }))
    .toSorted((left, right) => left.from - right.from || left.to - right.to);
  const kept: typeof edits = [];
  for (const edit of edits) {
    const last = kept.at(-1);
    if (last === undefined || edit.from >= last.to) kept.push(edit);
  }
  const fixed = kept.toReversed().reduce((result, { from, to, text: written }) => {
    // A value that is a list on lines of its own ends at the beginning of the next key.
    const broken = /\s*$/u.exec(result.slice(from, to))?.[0] ?? "";
    return result.slice(0, from) + written + broken + result.slice(to);
  }, text);
  return { text: fixed, count: kept.length };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
