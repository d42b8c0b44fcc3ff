import type { AbsPath } from "../../rootfs/rootfs.ts";

/**
 * The sources that a program loads before it runs its first statement: `first`, and what the modules that `leadsTo` has
 * for each source are found in.
 */
export function loadedAtStart(
  first: readonly AbsPath[],
  leadsTo: ReadonlyMap<AbsPath, readonly string[]>,
): ReadonlySet<AbsPath> {
  const seen = new Set<AbsPath>(first);
  const sources = sourcesByEnd(leadsTo.keys());
  for (const one of seen) {
    for (const name of leadsTo.get(one) ?? []) {
      for (const other of sources.get(`${name.replaceAll("::", "/")}.pm`) ?? []) seen.add(other);
    }
  }
  return seen;
}

/** Sources by each way in which their paths end: `/usr/share/perl5/A/B.pm` by `B.pm`, `A/B.pm` and so on. */
function sourcesByEnd(paths: Iterable<AbsPath>): ReadonlyMap<string, readonly AbsPath[]> {
  const found = new Map<string, AbsPath[]>();
  for (const path of paths) {
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
      const end = path.slice(at + 1);
      const others = found.get(end);
      if (others === undefined) found.set(end, [path]);
      else others.push(path);
    }
  }
  return found;
}
