import type { ClosureEntry } from "../closure/model/closure.ts";
import type { Closure } from "../closure/walk/resolve.ts";
import type { PartDependency } from "../inspect/manifest/manifest.ts";
import { originOf } from "../inspect/manifest/reasons.ts";
import { compareBytes, parentOf, toAbsPath } from "../rootfs/rootfs.ts";

/**
 * Which part needs which, from all reasons of all files. Of several witnesses the smallest by bytes is told, so that
 * the order in which the reasons were found does not show. Sorted by both parts.
 */
export function partDependencies({
  nodes,
  entries,
  packages,
}: Pick<Closure, "nodes" | "entries" | "packages">): readonly PartDependency[] {
  const directories = new Set<string>(entries.flatMap(({ kind, path }) => (kind === "directory" ? [path] : [])));
  // A link to a directory is a way to what is needed, not the need.
  const isWay = ({ path, target }: ClosureEntry): boolean =>
    directories.has(path) || (target !== undefined && directories.has(toAbsPath(target, parentOf(path))));
  const origins = new Map(
    entries.filter((entry) => !isWay(entry)).map((entry) => [String(entry.path), originOf(entry)]),
  );
  const found = new Map<string, PartDependency>();
  const add = (one: PartDependency): void => {
    if (one.from === one.to) return;
    const key = `${one.from}\0${one.to}`;
    const known = found.get(key);
    if (known === undefined || compareWitnesses(one, known) < 0) found.set(key, one);
  };
  for (const [through, to] of origins) {
    for (const { from: by, why } of nodes.get(through)?.edges ?? []) {
      const from = origins.get(by);
      if (from !== undefined) add({ from, to, by, why, through });
    }
  }
  for (const { id, within } of packages) {
    const from = within === undefined ? undefined : origins.get(within);
    if (from !== undefined && within !== undefined)
      add({ from, to: id, by: within, why: "has it inside", through: within });
  }
  return [...found.values()].sort(
    (left, right) => compareBytes(left.from, right.from) || compareBytes(left.to, right.to),
  );
}

function compareWitnesses(left: PartDependency, right: PartDependency): number {
  return (
    compareBytes(left.by, right.by) || compareBytes(left.through, right.through) || compareBytes(left.why, right.why)
  );
}
