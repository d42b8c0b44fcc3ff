/** Releases of a toolchain that its images have, the newest first. */
export type Releases = readonly string[];

/**
 * The newest release that a range allows: `>=18`, `^20.1`, `20.x`, `3.12.*`, `~> 3.2`, `>=3.10,<3.13`, `18 || 20`. A
 * release of one number stands for all its versions. Undefined where the range allows none that is known.
 */
export function newestAllowed(range: string, releases: Releases): string | undefined {
  const alternatives = range.split("||").map((part) => part.trim());
  return releases.find((release) => alternatives.some((part) => allows(part, release)));
}

function allows(range: string, release: string): boolean {
  const conditions = [
    ...range.matchAll(/(?:(?<operator>[<>]=?|={1,3}|~>|[~^!]=?)\s*)?v?(?<version>\d+(?:\.(?:\d+|\*|x))*)/gu),
  ];
  return (
    conditions.length > 0 &&
    conditions.every(({ groups }) => meets(release, groups?.["operator"] ?? "", groups?.["version"] ?? ""))
  );
}

/** Compared as far as the release is written: a release of 20 meets `>=20.9`. */
function meets(release: string, operator: string, version: string): boolean {
  const numbers = release.split(".").map(Number);
  const wanted = version
    .split(".")
    .filter((part) => /^\d+$/u.test(part))
    .map(Number);
  const order = compare(numbers, wanted);
  const samePrefix = (length: number): boolean =>
    numbers.slice(0, length).every((number, index) => wanted[index] === undefined || number === wanted[index]);
  switch (operator) {
    case ">=":
      return order >= 0;
    case ">":
      // A release holds later versions than the one that is excluded.
      return order > 0 || (order === 0 && wanted.length > numbers.length);
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
    case "^":
      return samePrefix(1) && order >= 0;
    case "~":
    case "~=":
    case "~>":
      return samePrefix(Math.max(1, wanted.length - (operator === "~" ? 0 : 1))) && order >= 0;
    case "!=":
    case "!":
      return !(order === 0 && wanted.length <= numbers.length);
    default:
      return samePrefix(numbers.length);
  }
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
