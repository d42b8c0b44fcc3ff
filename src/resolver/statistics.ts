import type { ClosureEntry } from "../closure/model/closure.ts";
import type { SettledUnknown, UnknownOutcome } from "../closure/model/unknown.ts";
import type { PackageRecord } from "../closure/ownership/package-metadata.ts";
import { originOf } from "../inspect/manifest/reasons.ts";
import type { ClosureAnswer, UnknownCounts } from "../plan/closure-exchange.ts";
import { authorDirectory, mayBeAuthorsCode } from "../rootfs/author-directory.ts";
import { sourceOfCompiled } from "../rootfs/compiled-files.ts";
import type { Unobserved } from "../rootfs/recording.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { compiledFiles } from "../runtimes/compiled.gen.ts";

type Figures = ClosureAnswer["figures"];

/** The figures of the image. Several names of one file count as files, their bytes once. */
export function countEntries(
  entries: readonly ClosureEntry[],
  packages: readonly PackageRecord[],
): Omit<Figures, "builderPackages" | "builderFiles" | "builderBytes"> {
  const files = entries.filter((entry) => entry.kind === "file");
  const bytecode = files.filter((entry) => sourceOfCompiled(compiledFiles, entry.path) !== undefined);
  const executables = files.filter((entry) => (entry.mode & 0o111) !== 0 && !/\.so(?:\.|$)/.test(entry.path));
  return {
    files: files.length,
    bytes: sumOf(files),
    bytecodeFiles: bytecode.length,
    bytecodeBytes: sumOf(bytecode),
    executables: executables.length,
    unpackagedFiles: files.filter((entry) => originOf(entry).startsWith("builder:")).length,
    packages: packages.filter((found) => found.isSystem).length,
  };
}

function sumOf(files: readonly ClosureEntry[]): number {
  return files.reduce((sum, file) => sum + (file.hardLinkTo === undefined ? file.sizeBytes : 0), 0);
}

const foremostUnknowns = 3;
const byWeight: readonly UnknownOutcome[] = ["warned", "unbounded", "shipped", "present"];

/**
 * Counts unknowns. Those that stay out matter most, then those that nothing bounds; of these those of the author's own
 * sources, then those that ship most files.
 */
export function countUnknowns(unknowns: readonly SettledUnknown[]): UnknownCounts {
  const count = (...outcomes: readonly UnknownOutcome[]): number =>
    unknowns.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const foremost = unknowns
    .filter(({ outcome }) => outcome !== "present")
    .toSorted(
      (left, right) =>
        byWeight.indexOf(left.outcome) - byWeight.indexOf(right.outcome) ||
        Number(isAuthors(right.from)) - Number(isAuthors(left.from)) ||
        right.files - left.files,
    )
    .slice(0, foremostUnknowns)
    .map(({ from, line, what }) => `${from}${line === undefined ? "" : `:${String(line)}`} ${what}`);
  return { kept: count("shipped", "present"), warned: count("warned"), unbounded: count("unbounded"), foremost };
}

/** What `safe` ships beyond what recorded runs opened. */
export function countUnobserved({ files, bytes }: Unobserved): NonNullable<Figures["unobserved"]> {
  return { files, bytes };
}

function isAuthors(from: string): boolean {
  const path = toAbsPath(from);
  return authorDirectory(path) !== undefined && mayBeAuthorsCode(path);
}
