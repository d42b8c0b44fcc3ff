import type { RootFs } from "../../rootfs/rootfs.ts";
import type { PackageDatabase } from "../model/closure.ts";

/** True where a root has the database, or the database has no place of its own. */
export async function hasMarker(root: RootFs, { markers }: PackageDatabase): Promise<boolean> {
  if (markers.length === 0) return true;
  for (const marker of markers) if ((await root.lstat(marker)) !== undefined) return true;
  return false;
}
