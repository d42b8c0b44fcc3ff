/** Throws when a fact that the program itself guarantees does not hold. Never used for facts about input. */
export function invariant(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${why}; please report it`);
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new Error(`internal error: unexpected ${JSON.stringify(value)}; please report it`);
}

/** The output of a program that failed unexpectedly: one line, and the position without the text of its bundle. */
export function renderCrash(failure: unknown): string {
  const text = failure instanceof Error ? failure.message : String(failure);
  const reason = text.replace(/^internal error: /u, "").replace(/; please report it$/u, "");
  const frames = failure instanceof Error ? (failure.stack ?? "").split("\n") : [];
  const locations = frames.filter((line) => /^ {4}at .*:\d+:\d+\)?$/u.test(line)).slice(0, 2);
  return [`internal error: ${reason}; please report it`, ...locations].join("\n");
}
