import type { FeatureContext } from "../closure/model/feature.ts";
import { isSettingsFile } from "../rootfs/file-use.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** True for a path that a package of the distribution lists. */
export async function isOwned({ ownerOf }: Pick<FeatureContext, "ownerOf">, path: AbsPath): Promise<boolean> {
  return (await ownerOf(path)) !== undefined;
}

/** True for a path that is as a package brought it: settings in which the author wrote are the author's own. */
export async function isAsPackaged(
  { ownerOf, root }: Pick<FeatureContext, "ownerOf" | "root">,
  path: AbsPath,
): Promise<boolean> {
  const owner = await ownerOf(path);
  if (owner?.isUnchanged === undefined || !isSettingsFile(path)) return owner !== undefined;
  const bytes = await root.readFile(path);
  return bytes === undefined || (await owner.isUnchanged(path, bytes)) !== false;
}
