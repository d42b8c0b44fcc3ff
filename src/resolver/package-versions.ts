import type { InstalledPackage, PackageDatabase } from "../closure/model/closure.ts";
import type { LockedPackages } from "../plan/lock.ts";
import { type AbsPath, compareBytes, type RootFs, rootPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";

/**
 * Versions and digests of the packages in a root, by name: the distribution's, and what installers of languages have
 * put beside them. The architecture is told where a package has several, and the version where several may lie there.
 */
export async function readPackages(root: RootFs, databases: readonly PackageDatabase[]): Promise<LockedPackages> {
  const versions = new Map<string, string>();
  const digests = new Map<string, string>();
  const owned = new Set<AbsPath>();
  const add = async (id: string, found: InstalledPackage): Promise<void> => {
    versions.set(id, found.version);
    const digest = await found.digest?.();
    if (digest !== undefined) digests.set(id, digest);
  };
  for (const database of databases.filter(({ kind }) => kind === "system")) {
    for await (const found of database.read(root, [])) {
      const plain = `${database.name}:${found.name}`;
      await add(versions.has(plain) ? `${plain}:${found.architecture}` : plain, found);
      for (const file of found.files) owned.add(file);
    }
  }
  const paths = await filesOf(root, owned);
  for (const database of databases.filter(({ kind }) => kind === "language")) {
    for await (const found of database.read(root, paths)) {
      // What the distribution packaged is its package.
      if (found.files.some((file) => owned.has(file))) continue;
      const name = `${database.name}:${found.name}`;
      await add(database.severalVersions === true ? `${name}@${found.version}` : name, found);
    }
  }
  return { versions: Object.fromEntries(versions), digests: Object.fromEntries(digests) };
}

/** Regular files that no package of the distribution has, sorted. */
async function filesOf(root: RootFs, owned: ReadonlySet<AbsPath>): Promise<readonly AbsPath[]> {
  const paths: AbsPath[] = [];
  for await (const { path, stat } of walk(root, rootPath)) {
    if (stat.kind === "file" && !owned.has(path)) paths.push(path);
  }
  return paths.sort(compareBytes);
}
