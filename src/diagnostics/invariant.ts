/** Throws when a fact that the program itself guarantees does not hold. Never used for facts about input. */
export function invariant(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${why}; please report it`);
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new Error(`internal error: unexpected ${JSON.stringify(value)}; please report it`);
}
