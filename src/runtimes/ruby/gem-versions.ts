/** Compares versions as RubyGems does: numbers by value, letters before numbers (Gem::Version). */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [segments(left), segments(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    if (x === y) continue;
    if (typeof x === "number" && typeof y === "number") return x - y;
    if (typeof x === "string" && typeof y === "string") return x < y ? -1 : 1;
    return typeof x === "string" ? -1 : 1;
  }
  return 0;
}

/**
 * True when a version meets all of the requirements, such as `~> 1.4` (Gem::Requirement). What is no requirement holds.
 */
export function meets(version: string, requirements: readonly string[]): boolean {
  return requirements.every((requirement) => {
    const [, operator = "=", wanted = ""] = /^\s*(?:(=|!=|>=?|<=?|~>)\s*)?([\w.-]+)\s*$/u.exec(requirement) ?? [];
    if (wanted === "") return true;
    const order = compareVersions(version, wanted);
    switch (operator) {
      case "!=":
        return order !== 0;
      case ">":
        return order > 0;
      case ">=":
        return order >= 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case "~>":
        return order >= 0 && startsAlike(version, wanted);
      default:
        return order === 0;
    }
  });
}

/** `~> 1.4.2` lets the last number go up, and nothing before it. */
function startsAlike(version: string, wanted: string): boolean {
  const numbers = segments(wanted).filter((part) => typeof part === "number");
  const fixed = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  const own = segments(version);
  return fixed.every((part, index) => (own[index] ?? 0) === part);
}

function segments(version: string): readonly (number | string)[] {
  const parts = version.match(/\d+|[a-z]+/giu) ?? [];
  return parts.map((part) => (/^\d/u.test(part) ? Number(part) : part));
}
