import type { ClosureEntry } from "./closure.ts";
import type { ClosureAnswer } from "./request.ts";

type Figures = ClosureAnswer["figures"];

/** What the image holds. Several names of one file count as files, their bytes once. */
export function countEntries(
  entries: readonly ClosureEntry[],
): Omit<Figures, "builderPackages" | "builderFiles" | "builderBytes"> {
  const files = entries.filter((entry) => entry.kind === "file");
  const bytecode = files.filter((entry) => entry.path.endsWith(".pyc"));
  const executables = files.filter((entry) => (entry.mode & 0o111) !== 0 && !/\.so(?:\.|$)/.test(entry.path));
  const owners = new Set(entries.flatMap((entry) => entry.owner ?? []));
  return {
    files: files.length,
    bytes: sumOf(files),
    bytecodeFiles: bytecode.length,
    bytecodeBytes: sumOf(bytecode),
    executables: executables.length,
    packages: owners.size,
  };
}

function sumOf(files: readonly ClosureEntry[]): number {
  return files.reduce((sum, file) => sum + (file.hardLinkTo === undefined ? file.sizeBytes : 0), 0);
}
