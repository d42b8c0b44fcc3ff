/** `a, b, ...`: the first of some names, and whether there are more. */
export function firstNames(names: readonly string[], count: number): string {
  return names.slice(0, count).join(", ") + (names.length > count ? ", ..." : "");
}
