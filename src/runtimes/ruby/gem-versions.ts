import { Requirement } from "@renovatebot/ruby-semver/dist/ruby/requirement.js";
import { Version } from "@renovatebot/ruby-semver/dist/ruby/version.js";

/** Compares versions as RubyGems does (Gem::Version). What is no version is older than each. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [versionOf(left), versionOf(right)];
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.compare(b);
}

/**
 * True when a version meets all of the requirements, such as `~> 1.4` (Gem::Requirement). What is no requirement holds,
 * and so does each of what is no version.
 */
export function meets(version: string, requirements: readonly string[]): boolean {
  const known = versionOf(version);
  const readable = requirements.filter((requirement) => Requirement.PATTERN.test(requirement));
  return known === undefined || readable.every((requirement) => new Requirement(requirement).isSatisfiedBy(known));
}

function versionOf(text: string): Version | undefined {
  return Version.isCorrect(text) ? new Version(text) : undefined;
}
