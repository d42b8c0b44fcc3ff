import { compareBytes } from "../../rootfs/rootfs.ts";
import { type Exploitation, exploitationOf } from "./exploitation.ts";
import type { ListContent } from "./read-list.ts";
import { type SeverityLevel, worse } from "./severity.ts";
import { isOfDistribution, mergeById, type Presence, type VersionOrders } from "./statements.ts";
import { type AffectedPackage, isAffected } from "./vulnerability.ts";

/** A package that a tree has. */
export interface PresentPackage {
  /** As reports name it: `dpkg:libc6`. */
  readonly id: string;
  /** `dpkg`, `pypi`, `npm`. */
  readonly database: string;
  readonly name: string;
  readonly version: string;
  /** Of a distribution, what it was built from; the package itself elsewhere. */
  readonly source: { readonly name: string; readonly version: string };
}

/** A vulnerability of a list that packages of a tree have. */
export interface Affecting extends Exploitation {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Ids of packages, sorted. */
  readonly packages: readonly string[];
  /** False where the list leaves open whether these versions have it. */
  readonly isCertain: boolean;
  /** The worst that the list says of these packages. */
  readonly severity: SeverityLevel;
}

export interface Tree {
  readonly packages: readonly PresentPackage[];
  readonly distribution: Presence["distribution"];
  has(path: string): boolean;
}

/**
 * Finds which vulnerabilities of a list packages of a tree have, by their versions. Where the list names the vulnerable
 * binary packages or files, and the tree has none of them, it does not count. Sorted by id.
 */
export function findAffecting(
  { vulnerabilities, exploitation }: ListContent,
  tree: Tree,
  orders: VersionOrders,
): readonly Affecting[] {
  const bySource = new Map<string, PresentPackage[]>();
  for (const one of tree.packages) {
    const key = `${one.database}:${one.source.name}`;
    bySource.set(key, [...(bySource.get(key) ?? []), one]);
  }
  return mergeById(vulnerabilities).flatMap(({ id, aliases, packages }) => {
    const found = new Set<string>();
    let isCertain = false;
    let severity: SeverityLevel = "unknown";
    for (const affected of packages) {
      if (!isOfDistribution(affected, tree)) continue;
      const own = bySource.get(`${affected.database}:${affected.name}`) ?? [];
      if (isElsewhere(affected, own, tree)) continue;
      for (const one of own) {
        const answer = isAffected(one.source.version, affected.affected, orders[one.database]);
        if (answer === "no") continue;
        found.add(one.id);
        isCertain ||= answer === "yes";
        severity = worse(severity, affected.severity ?? "unknown");
      }
    }
    if (found.size === 0) return [];
    const known = exploitationOf([id, ...aliases], exploitation);
    return [{ id, aliases, packages: [...found].sort(compareBytes), isCertain, severity, ...known }];
  });
}

/** True where the list says which packages or files are vulnerable, and none of them is here. */
function isElsewhere({ binaries, files }: AffectedPackage, own: readonly PresentPackage[], tree: Tree): boolean {
  if (binaries !== undefined) return !own.some(({ name }) => binaries.includes(name));
  return files !== undefined && !files.some((file) => tree.has(file));
}
