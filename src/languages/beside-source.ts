import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";

/** Something that a source finds from its own place. */
export interface BesideSource {
  readonly path: AbsPath;
  /** True for a directory that holds something. One that is empty is wanted itself, to be written into. */
  readonly isDirectory: boolean;
  /** As the source writes it. */
  readonly written: string;
}

const maximumLength = 200;

/**
 * The files that strings lead to from the directory of a source, in statements about its own place: templates, tables,
 * resources. `lists` are the plain strings of a statement each, in order: `dirname(__FILE__), "..", "share"`.
 * Directories that many packages share, and those that hold the source, are no answer.
 */
export async function findBeside(
  source: AbsPath,
  {
    files,
    lists,
    bases = [],
  }: {
    readonly files: ProcessFiles;
    readonly lists: readonly (readonly string[])[];
    /** Other directories that the source names as places, such as that of its package. */
    readonly bases?: readonly AbsPath[];
  },
): Promise<readonly BesideSource[]> {
  const found = new Map<AbsPath, BesideSource>();
  for (const written of candidatesOf(lists)) {
    for (const base of new Set([parentOf(source), ...bases])) {
      const path = toAbsPath(written.replace(/^\/+/u, ""), base);
      if (found.has(path) || isWithin(source, path) || isSystemDirectory(path)) continue;
      const stat = await files.stat(path);
      if (stat?.kind !== "file" && stat?.kind !== "directory") continue;
      const isDirectory = stat.kind === "directory" && [...(await files.names(path))].length > 0;
      found.set(path, { path, isDirectory, written });
    }
  }
  return [...found.values()];
}

/**
 * Each string alone, and the strings of a statement joined from each of them on; what follows `..` is told with it
 * alone.
 */
function candidatesOf(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const candidates = new Set<string>();
  for (const list of lists) {
    const parts = list.filter((part) => /^[\w.@+/ -]+$/u.test(part) && part.length <= maximumLength);
    for (let from = 0; from < parts.length; from++) {
      if (/^[./]*\.\.\/?$/u.test(parts[from - 1] ?? "")) continue;
      for (let to = from + 1; to <= Math.min(parts.length, from + 6); to++) {
        const joined = parts.slice(from, to).join("/");
        if (/\w/u.test(joined) && joined.length <= maximumLength) candidates.add(joined);
      }
    }
  }
  return candidates;
}
