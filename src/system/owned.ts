import type { FeatureContext } from "../closure/model/feature.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** True for a path that a package of the distribution lists. */
export async function isOwned({ ownerOf }: Pick<FeatureContext, "ownerOf">, path: AbsPath): Promise<boolean> {
  return (await ownerOf(path)) !== undefined;
}
