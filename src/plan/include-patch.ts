import type { Span } from "../diagnostics/diagnostic.ts";

/** Where the lists of a spec stand. */
export interface SpecPlaces {
  spanOf(pointer: string): Span;
  isWritten(pointer: string): boolean;
}

const contextLines = 3;

/**
 * A patch, as `patch -p1` takes it, that adds entries to `closure.include`. Undefined where the list is written on one
 * line or stands in another file: people add to those by hand.
 */
export function includePatch(
  spec: { readonly name: string; readonly text: string },
  places: SpecPlaces,
  entries: readonly string[],
): string | undefined {
  const lines = spec.text.replace(/\n$/u, "").split("\n");
  const found = insertion(spec.name, lines, places);
  if (found === undefined || entries.length === 0) return undefined;
  const { at, head, indent } = found;
  const added = [...head, ...entries.map((entry) => `${indent}${entry}`)];
  const first = Math.max(0, at - contextLines);
  const before = lines.slice(first, at);
  const after = lines.slice(at, at + contextLines);
  const count = before.length + after.length;
  return [
    `--- a/${spec.name}`,
    `+++ b/${spec.name}`,
    `@@ -${String(first + 1)},${String(count)} +${String(first + 1)},${String(count + added.length)} @@`,
    ...before.map((line) => ` ${line}`),
    ...added.map((line) => `+${line}`),
    ...after.map((line) => ` ${line}`),
    "",
  ].join("\n");
}

interface Insertion {
  /** The index of the line that the new ones stand before. */
  readonly at: number;
  /** Keys that are not there yet. */
  readonly head: readonly string[];
  readonly indent: string;
}

function insertion(name: string, lines: readonly string[], places: SpecPlaces): Insertion | undefined {
  if (!places.isWritten("/closure")) return { at: lines.length, head: ["closure:", "  include:"], indent: "    " };
  if (places.isWritten("/closure/include/0")) {
    const { file, start } = places.spanOf("/closure/include/0");
    const at = start.line - 1;
    const [, indent] = /^(\s*)- /u.exec(lines[at] ?? "") ?? [];
    return file !== name || indent === undefined ? undefined : { at, head: [], indent };
  }
  const at = lines.findIndex((line) => /^closure:\s*(?:#.*)?$/u.test(line));
  if (at === -1 || places.isWritten("/closure/include")) return undefined;
  const [, indent = "  "] = /^(\s+)\S/u.exec(lines[at + 1] ?? "") ?? [];
  return { at: at + 1, head: [`${indent}include:`], indent: `${indent}  ` };
}
