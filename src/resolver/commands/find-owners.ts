import type { PackageDatabase } from "../../closure/model/closure.ts";
import { generatorOf } from "../../rootfs/generated-files.ts";
import { type AbsPath, compareBytes, type RootFs } from "../../rootfs/rootfs.ts";

/** Which installed package each of some paths belongs to, as `dpkg:libc6`; paths that nobody owns are left out. */
export async function findOwners(
  databases: readonly PackageDatabase[],
  root: RootFs,
  paths: ReadonlySet<AbsPath>,
): Promise<ReadonlyMap<AbsPath, string>> {
  const owners = new Map<AbsPath, string>();
  const contentOwners = new Map<AbsPath, string>();
  if (paths.size === 0) return owners;
  const near = [...paths].sort(compareBytes);
  // Files of the distribution are its own, whatever an installer of the language writes about them.
  const ordered = databases.toSorted((left, right) => compareBytes(right.kind, left.kind));
  for (const database of ordered) {
    const names = new Set<string>();
    for await (const { name, files, within } of database.read(root, near)) {
      names.add(name);
      const claims = within === undefined ? owners : contentOwners;
      for (const file of files) {
        if (paths.has(file) && !claims.has(file)) claims.set(file, `${database.name}:${name}`);
      }
    }
    for (const path of paths) {
      const name = generatorOf(path);
      if (name !== undefined && names.has(name) && !owners.has(path)) owners.set(path, `${database.name}:${name}`);
    }
  }
  for (const [path, owner] of contentOwners) if (!owners.has(path)) owners.set(path, owner);
  return owners;
}
