/** Qualifiers in their order; `""` stands for a release. Others come after them, by their bytes. */
const qualifiers = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const sameQualifiers: Readonly<Record<string, string>> = { cr: "rc", final: "", ga: "", release: "" };
const shortQualifiers: Readonly<Record<string, string>> = { a: "alpha", b: "beta", m: "milestone" };

/** A part of a version: a number, a qualifier, or what follows a hyphen or a change between digits and letters. */
type Part = bigint | string | readonly Part[];

/**
 * Orders two versions of Maven (POM reference, "Version Order Specification"): negative where the left one is older.
 * `1-alpha` < `1-rc` < `1-SNAPSHOT` < `1` = `1.0` = `1-ga` < `1-sp` < `1-x` < `1.1`.
 */
export function compareMavenVersions(left: string, right: string): number {
  return compareParts(parse(left), parse(right));
}

function parse(version: string): readonly Part[] {
  const root: Part[] = [];
  const open: Part[][] = [root];
  const nest = (): void => {
    const inner: Part[] = [];
    open.at(-1)?.push(inner);
    open.push(inner);
  };
  const tokens = version.toLowerCase().match(/\d+|[^\d.-]+|[.-]/gu) ?? [];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const isAfterSign = before === undefined || isSign(before);
    if (isSign(token)) {
      // Nothing between two signs is a zero.
      if (isAfterSign) open.at(-1)?.push(0n);
      if (token === "-") nest();
      continue;
    }
    // `1.0.RC2` is `1.0-RC2`.
    if (!isAfterSign || (before === "." && !/^\d/u.test(token))) nest();
    open.at(-1)?.push(partOf(token, tokens[index + 1]));
  }
  for (const list of open.reverse()) trim(list);
  return root;
}

function isSign(token: string): boolean {
  return token === "." || token === "-";
}

function partOf(token: string, next: string | undefined): Part {
  if (/^\d/u.test(token)) return BigInt(token);
  const isBeforeDigits = next !== undefined && /^\d/u.test(next);
  const full = isBeforeDigits ? (shortQualifiers[token] ?? token) : token;
  return sameQualifiers[full] ?? full;
}

/** Takes what means nothing off the end: zeros, releases, empty lists. */
function trim(list: Part[]): void {
  for (let index = list.length - 1; index >= 0; index--) {
    const part = list[index];
    if (part === 0n || part === "" || (isList(part) && part.length === 0)) list.splice(index, 1);
    else if (!isList(part)) return;
  }
}

function isList(part: Part | undefined): part is readonly Part[] {
  return typeof part === "object";
}

/** Where one version ends, the other goes on against nothing: 0, a release, an empty list. */
function compareParts(left: Part | undefined, right: Part | undefined): number {
  if (left === undefined) return right === undefined ? 0 : -againstNothing(right);
  if (right === undefined) return againstNothing(left);
  if (isList(left) && isList(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const order = compareParts(left[index], right[index]);
      if (order !== 0) return order;
    }
    return 0;
  }
  const kinds = kindOf(left) - kindOf(right);
  if (kinds !== 0) return kinds;
  if (typeof left === "string" && typeof right === "string") return compareQualifiers(left, right);
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Qualifiers come before lists, and those before numbers. */
function kindOf(part: Part): number {
  if (typeof part === "string") return 0;
  return isList(part) ? 1 : 2;
}

function againstNothing(part: Part): number {
  if (typeof part === "bigint") return part === 0n ? 0 : 1;
  if (typeof part === "string") return compareQualifiers(part, "");
  for (const inner of part) {
    const order = againstNothing(inner);
    if (order !== 0) return order;
  }
  return 0;
}

function compareQualifiers(left: string, right: string): number {
  const [one, other] = [rankOf(left), rankOf(right)];
  if (one !== other || one < qualifiers.length) return one - other;
  return left === right ? 0 : left < right ? -1 : 1;
}

function rankOf(qualifier: string): number {
  const rank = qualifiers.indexOf(qualifier);
  return rank === -1 ? qualifiers.length : rank;
}
