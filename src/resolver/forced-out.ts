import type { ClosureRequest } from "../closure/model/request.ts";
import { matchGlob, mayMatchBelow, parseGlob } from "../rootfs/glob.ts";
import { type AbsPath, childOf, parentOf, type RootFs, rootPath } from "../rootfs/rootfs.ts";

/**
 * The paths that exclusions with `force` take out of a root, with the directories on the way, as a root of its own;
 * undefined where there are none. Whatever asks for it in the image is known to ask in vain.
 */
export function forcedOut(root: RootFs, { closure }: ClosureRequest): RootFs | undefined {
  const globs = closure.exclude.filter((one) => one.force).map((one) => parseGlob(one.path));
  if (globs.length === 0) return undefined;

  function isOut(path: AbsPath): boolean {
    return globs.some((glob) => matchGlob(glob, path)) || (path !== rootPath && isOut(parentOf(path)));
  }

  async function lstat(path: AbsPath): ReturnType<RootFs["lstat"]> {
    const stat = isOut(path) || globs.some((glob) => mayMatchBelow(glob, path)) ? await root.lstat(path) : undefined;
    return stat?.kind === "directory" || isOut(path) ? stat : undefined;
  }

  return {
    lstat,
    async readDirectory(path) {
      if ((await lstat(path))?.kind !== "directory") return undefined;
      const names: string[] = [];
      for (const name of (await root.readDirectory(path)) ?? []) {
        if ((await lstat(childOf(path, name))) !== undefined) names.push(name);
      }
      return names;
    },
    readFile: async (path, range) => (isOut(path) ? root.readFile(path, range) : undefined),
  };
}
