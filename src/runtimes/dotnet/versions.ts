import { compare, parse } from "semver";

/** A version as frameworks have it (semver.org): three numbers, and maybe what it comes before. */
export interface FrameworkVersion {
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** Parts of a pre-release; empty for a release. */
  readonly before: readonly string[];
}

/** How far a version may be from the one that is asked for. */
export type RollForward = "disable" | "latestpatch" | "minor" | "major" | "latestminor" | "latestmajor";

const settings: ReadonlySet<string> = new Set([
  "disable",
  "latestpatch",
  "minor",
  "major",
  "latestminor",
  "latestmajor",
]);

/** A setting in any case; undefined for what is none. */
export function rollForwardOf(value: unknown): RollForward | undefined {
  const text = typeof value === "string" ? value.toLowerCase() : "";
  return isRollForward(text) ? text : undefined;
}

function isRollForward(text: string): text is RollForward {
  return settings.has(text);
}

/** A version of a framework; undefined for what is none. */
export function parseVersion(text: string): FrameworkVersion | undefined {
  const found = /^\d/u.test(text) ? parse(text) : null;
  if (found === null) return undefined;
  return { text, numbers: [found.major, found.minor, found.patch], before: found.prerelease.map(String) };
}

/** By Semantic Versioning, without what follows a plus. */
export function compareVersions(left: FrameworkVersion, right: FrameworkVersion): number {
  return compare(left.text, right.text);
}

/**
 * The version that the host takes for a reference: releases first, unless a pre-release is asked for; undefined when
 * none suits.
 */
export function chooseVersion(
  available: readonly FrameworkVersion[],
  { wanted, rollForward }: { readonly wanted: FrameworkVersion; readonly rollForward: RollForward },
): FrameworkVersion | undefined {
  const sorted = available.toSorted(compareVersions).filter((one) => isAllowed(one, wanted, rollForward));
  if (wanted.before.length > 0) return pick(sorted, wanted, rollForward);
  const releases = sorted.filter((one) => one.before.length === 0);
  return pick(releases, wanted, rollForward) ?? pick(sorted, wanted, rollForward);
}

function isAllowed(one: FrameworkVersion, wanted: FrameworkVersion, rollForward: RollForward): boolean {
  const distance = compareVersions(one, wanted);
  if (rollForward === "disable") return distance === 0;
  const [major, minor] = one.numbers;
  const [wantedMajor, wantedMinor] = wanted.numbers;
  if (distance < 0) return false;
  if (rollForward === "major" || rollForward === "latestmajor") return true;
  return major === wantedMajor && (rollForward !== "latestpatch" || minor === wantedMinor);
}

/** The nearest, with the latest patch of it where it is a release; or the latest. */
function pick(
  sorted: readonly FrameworkVersion[],
  wanted: FrameworkVersion,
  rollForward: RollForward,
): FrameworkVersion | undefined {
  const last = sorted.at(-1);
  const [nearest] = sorted;
  if (nearest === undefined || rollForward.startsWith("latestm")) return last;
  if (nearest.before.length > 0 && wanted.before.length === 0) return nearest;
  if (nearest.before.length > 0) return nearest;
  const isSameMinor = (one: FrameworkVersion): boolean =>
    one.numbers[0] === nearest.numbers[0] && one.numbers[1] === nearest.numbers[1] && one.before.length === 0;
  return sorted.findLast(isSameMinor) ?? nearest;
}
