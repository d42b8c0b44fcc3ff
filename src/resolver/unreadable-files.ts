import type { ClosureEntry, Finding } from "../closure/model/closure.ts";
import { firstNamesAndCount } from "../diagnostics/first-names.ts";
import { parentOf } from "../rootfs/rootfs.ts";

const shownPaths = 10;

/**
 * SERVERLESS_UNREADABLE when the process may run as any user and some files are not for all: it could not read them, or
 * not get below a directory. Links have no mode of their own, and a directory without files has nothing to be read.
 */
export function findUnreadableFiles(entries: readonly ClosureEntry[]): readonly Finding[] {
  const parents = new Set<string>(entries.map(({ path }) => parentOf(path)));
  const paths = entries.flatMap(({ path, kind, mode }) => {
    if (kind === "directory" && !parents.has(path)) return [];
    const needed = kind === "directory" ? 0o005 : 0o004;
    return kind === "symlink" || (mode & needed) === needed ? [] : [path];
  });
  if (paths.length === 0) return [];
  return [
    {
      severity: "error",
      code: "SERVERLESS_UNREADABLE",
      message: `cannot run as the platform's own user: only their owner may read ${firstNamesAndCount(paths, shownPaths)}`,
      hint: "give them modes that let all users read them, with chmod in a build step or mode in files",
      pointer: "/serverless",
    },
  ];
}
