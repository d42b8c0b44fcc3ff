import type { PackageDatabase } from "../closure/model/closure.ts";
import type { PackageVersions } from "../plan/lock.ts";
import type { RootFs } from "../rootfs/rootfs.ts";

/** Versions of the distribution's packages in a root, by name; the architecture is told where one has several. */
export async function readPackageVersions(
  root: RootFs,
  databases: readonly PackageDatabase[],
): Promise<PackageVersions> {
  const versions = new Map<string, string>();
  for (const database of databases.filter(({ kind }) => kind === "system")) {
    for await (const { name, version, architecture } of database.read(root, [])) {
      const plain = `${database.name}:${name}`;
      versions.set(versions.has(plain) ? `${plain}:${architecture}` : plain, version);
    }
  }
  return Object.fromEntries(versions);
}
