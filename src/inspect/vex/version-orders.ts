import { compare as comparePythonVersions, valid as validPythonVersion } from "@renovatebot/pep440";
import { Version as GemVersion } from "@renovatebot/ruby-semver/dist/ruby/version.js";
import { compareApkVersions } from "./compare-apk.ts";
import { compareDebVersions } from "./compare-deb.ts";
import { compareMavenVersions } from "./compare-maven.ts";
import { compareRpmVersions } from "./compare-rpm.ts";
import { compareNugetVersions, compareSemanticVersions } from "./compare-semver.ts";
import type { VersionOrders } from "./statements.ts";

/** The orders of versions that Pith knows, by the package database. */
export const versionOrders: VersionOrders = {
  apk: compareApkVersions,
  cargo: compareSemanticVersions,
  dpkg: compareDebVersions,
  gem: compareGems,
  golang: compareSemanticVersions,
  maven: compareMavenVersions,
  npm: compareSemanticVersions,
  nuget: compareNugetVersions,
  pypi: comparePython,
  rpm: compareRpmVersions,
};

/** PEP 440; NaN where one of them is no version by it. */
function comparePython(left: string, right: string): number {
  const areVersions = validPythonVersion(left) !== null && validPythonVersion(right) !== null;
  return areVersions ? comparePythonVersions(left, right) : Number.NaN;
}

/** `Gem::Version` of RubyGems; NaN where one of them is no version by it. */
function compareGems(left: string, right: string): number {
  const areVersions = GemVersion.isCorrect(left) && GemVersion.isCorrect(right);
  return areVersions ? new GemVersion(left).compare(new GemVersion(right)) : Number.NaN;
}
