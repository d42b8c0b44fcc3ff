import type { SkeletonMaker, SkeletonSettings } from "../../../languages/skeleton.ts";
import { baseName, toAbsPath } from "../../../rootfs/rootfs.ts";
import { skeletonLanguages } from "../../../runtimes/skeletons.gen.ts";

/** The skeletons of the interpreter's language; undefined where none are told of it. */
export function skeletonMaker(settings: SkeletonSettings): Promise<SkeletonMaker> | undefined {
  const name = baseName(toAbsPath(settings.interpreter));
  return skeletonLanguages
    .find(({ programs }) => programs.test(name))
    ?.load()
    .then((language) => language.open(settings));
}
