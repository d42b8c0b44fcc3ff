import type { AbsPath, RootFs } from "./rootfs.ts";

/** True where a root has one of the paths by which something is known, or where that has no path of its own. */
export async function hasMarker(root: RootFs, markers: readonly AbsPath[]): Promise<boolean> {
  if (markers.length === 0) return true;
  for (const marker of markers) if ((await root.lstat(marker)) !== undefined) return true;
  return false;
}
