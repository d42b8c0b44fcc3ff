import type { ClosureEntry, Finding } from "../closure/model/closure.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import { firstNamesAndCount } from "../diagnostics/first-names.ts";
import { isAuthorsOwn } from "../rootfs/author-directory.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";

const shownPaths = 3;
const anyoneWrites = 0o002;

/** Where systems and base images install programs, and where none writes. */
const installations = /^\/(?:bin|boot|etc|lib\w*|opt|sbin|usr)(?:\/|$)/u;
/** State of programs; what a cache lacks, its program does without. */
const state = /^\/(?:run|var\/(?:lib|log|mail|spool))\//u;

/**
 * USER_UNNAMED where what is adopted names no user, so that it was made to run as root, and the image has directories
 * in which it may have written: the application's, and empty ones for state. Of each tree the topmost counts.
 */
export function findUnwritableDirectories(
  entries: readonly ClosureEntry[],
  { user, workdir }: Pick<ClosureRequest["process"], "user" | "workdir">,
): readonly Finding[] {
  const parents = new Set(entries.map(({ path }) => parentOf(path)));
  const mayBeWritten = ({ path, owner }: ClosureEntry): boolean =>
    state.test(path) ? !parents.has(path) : owner === undefined && isOfApplication(path, workdir);
  const found = new Set<AbsPath>(
    entries.flatMap((entry) => {
      const { path, kind, uid, mode } = entry;
      const isOfRoot = kind === "directory" && uid === 0 && (mode & anyoneWrites) === 0;
      return isOfRoot && !isSystemDirectory(path) && mayBeWritten(entry) ? [path] : [];
    }),
  );
  const tops = [...found].filter((path) => !found.has(parentOf(path)));
  if (tops.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "USER_UNNAMED",
      message: `cannot write to ${firstNamesAndCount(tops, shownPaths)} as ${user}: only root may, and what is adopted names no user`,
      hint: "write user: root where it does write there, else user: nonroot",
      pointer: "/from",
    },
  ];
}

function isOfApplication(path: AbsPath, workdir: AbsPath): boolean {
  if (workdir !== "/" && isWithin(path, workdir)) return true;
  return !installations.test(path) && isAuthorsOwn(toAbsPath("file", path), workdir);
}
