import type { InstalledPackage } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs } from "../../rootfs/rootfs.ts";

/** What a package has in /usr/share/licenses, where distributions with apk and rpm keep such texts even where documents are left out. */
export async function sharedLicenses({ files }: InstalledPackage, root: RootFs): Promise<readonly AbsPath[]> {
  const licenses = new Set<AbsPath>();
  for (const file of files) {
    if (!file.startsWith("/usr/share/licenses/")) continue;
    const place = await resolveLinks(root, file);
    if (place !== undefined && place !== "loop" && place.stat.kind === "file") licenses.add(place.real);
  }
  return [...licenses].sort(compareBytes);
}
