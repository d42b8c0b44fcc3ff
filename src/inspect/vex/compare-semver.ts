import { parse, type SemVer } from "semver";

/**
 * Orders two versions by Semantic Versioning 2.0.0: negative where the left one is older, NaN where one of them is no
 * such version. Numbers that are missing are zeros, as in Go's `v1.20`; build metadata means nothing.
 */
export function compareSemanticVersions(left: string, right: string): number {
  const [one, other] = [read(left), read(right)];
  return one === undefined || other === undefined ? Number.NaN : one.compare(other);
}

/**
 * Orders two versions of NuGet: as Semantic Versioning, with up to four numbers, and labels in letters of any case. NaN
 * where one of them is no version.
 */
export function compareNugetVersions(left: string, right: string): number {
  const [one, other] = [left, right].map((version) => {
    const [, first = "", fourth = "0", rest = ""] =
      /^v?(\d+(?:\.\d+){0,2})(?:\.(\d+))?((?:[-+].*)?)$/su.exec(version.toLowerCase()) ?? [];
    return { version: read(`${first}${rest}`), fourth: Number(fourth) };
  });
  if (one?.version === undefined || other?.version === undefined) return Number.NaN;
  return one.version.compareMain(other.version) || one.fourth - other.fourth || one.version.comparePre(other.version);
}

function read(version: string): SemVer | undefined {
  const [, numbers = "", rest = ""] = /^v?(\d+(?:\.\d+){0,2})((?:[-+].*)?)$/su.exec(version.trim()) ?? [];
  const three = [...numbers.split("."), "0", "0"].slice(0, 3).map((number) => number.replace(/^0+(?=\d)/u, ""));
  return parse(`${three.join(".")}${rest}`) ?? undefined;
}
