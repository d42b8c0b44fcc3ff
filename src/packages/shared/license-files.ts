import type { InstalledPackage } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs } from "../../rootfs/rootfs.ts";

/**
 * The files of a package in /usr/share/licenses, where distributions with apk and rpm keep such texts even where
 * documents are left out.
 */
export async function sharedLicenses({ files }: InstalledPackage, root: RootFs): Promise<readonly AbsPath[]> {
  const licenses = new Set<AbsPath>();
  for (const file of files) {
    if (!file.startsWith("/usr/share/licenses/")) continue;
    const resolved = await resolveLinks(root, file);
    if (resolved !== undefined && resolved !== "loop" && resolved.stat.kind === "file") licenses.add(resolved.real);
  }
  return [...licenses].sort(compareBytes);
}
