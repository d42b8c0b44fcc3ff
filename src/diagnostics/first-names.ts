/** `a, b, ...`: the first of some names, and whether there are more. */
export function firstNames(names: readonly string[], count: number): string {
  return names.slice(0, count).join(", ") + (names.length > count ? ", ..." : "");
}

/** `a, b and 3 more`: the first of some names, and how many are left. */
export function firstNamesAndCount(names: readonly string[], count: number): string {
  const left = names.length - count;
  return names.slice(0, count).join(", ") + (left > 0 ? ` and ${String(left)} more` : "");
}
