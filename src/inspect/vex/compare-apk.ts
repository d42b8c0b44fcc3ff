/** Suffixes in their order (apk-tools' src/version.c); those before the fourth come before the version itself. */
const suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];

/** Orders two versions of apk packages, `1.2.3b_rc1-r4` (apk-package(5)): negative where the left one is older. */
export function compareApkVersions(left: string, right: string): number {
  const [one, other] = [parse(left), parse(right)];
  return (
    compareNumbers(one.numbers, other.numbers) ||
    compareTexts(one.letter, other.letter) ||
    compareSuffixes(one.suffixes, other.suffixes) ||
    one.revision - other.revision
  );
}

interface ApkVersion {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly (readonly [rank: number, number: number])[];
  /** -1: none is told, which is before the first. */
  readonly revision: number;
}

function parse(text: string): ApkVersion {
  const [, numbers = "", letter = "", rest = ""] = /^(\d+(?:\.\d+)*)([a-z]?)(.*)$/su.exec(text) ?? [];
  return {
    numbers: numbers.split("."),
    letter,
    suffixes: [...rest.matchAll(/_([a-z]+)(\d*)/gu)].map(([, name = "", number = ""]) => [
      suffixes.indexOf(name),
      Number(number),
    ]),
    revision: Number(/-r(\d+)$/u.exec(rest)?.[1] ?? -1),
  };
}

/** After the first number, those that begin with 0 are compared as fractions. */
function compareNumbers(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const isFraction = index > 0 && (one.startsWith("0") || other.startsWith("0"));
    const order = isFraction ? compareTexts(one, other) : Number(one) - Number(other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareSuffixes(left: ApkVersion["suffixes"], right: ApkVersion["suffixes"]): number {
  const none = [suffixes.indexOf(""), 0] as const;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [[rank, number], [otherRank, otherNumber]] = [left[index] ?? none, right[index] ?? none];
    if (rank !== otherRank) return rank - otherRank;
    if (number !== otherNumber) return number - otherNumber;
  }
  return 0;
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
