import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";

/**
 * The sources that a program loads before it runs its first statement: `first`, and what the modules that `leadsTo` has
 * for each source are found in.
 */
export function loadedAtStart(
  first: readonly AbsPath[],
  leadsTo: ReadonlyMap<AbsPath, readonly string[]>,
): ReadonlySet<AbsPath> {
  const seen = new Set<AbsPath>(first);
  const sources = sourcesNamed(new Set([...leadsTo.values()].flat().map(fileOf)), leadsTo.keys());
  for (const one of seen) {
    for (const name of leadsTo.get(one) ?? []) for (const other of sources.get(fileOf(name)) ?? []) seen.add(other);
  }
  return seen;
}

function fileOf(name: string): string {
  return `${name.replaceAll("::", "/")}.pm`;
}

/** Sources by those of `names` in which their paths end: `/usr/share/perl5/A/B.pm` by `B.pm`, `A/B.pm` and so on. */
function sourcesNamed(names: ReadonlySet<string>, paths: Iterable<AbsPath>): ReadonlyMap<string, readonly AbsPath[]> {
  const lastParts = new Set(Array.from(names, (name) => name.slice(name.lastIndexOf("/") + 1)));
  const found = new Map<string, AbsPath[]>();
  for (const path of paths) {
    if (!lastParts.has(baseName(path))) continue;
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
      const end = path.slice(at + 1);
      if (!names.has(end)) continue;
      const others = found.get(end);
      if (others === undefined) found.set(end, [path]);
      else others.push(path);
    }
  }
  return found;
}
