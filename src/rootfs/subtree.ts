import { rootFsOver } from "./physical.ts";
import { type AbsPath, joinPaths, type RootFs } from "./rootfs.ts";

/**
 * A directory of a root file system, by a name that passes no links, as a root of its own: its links cannot leave it.
 */
export function subtreeRootFs(root: RootFs, directory: AbsPath): RootFs {
  return rootFsOver({
    lstat: (path) => root.lstat(joinPaths(directory, path)),
    list: async (path) => (await root.readDirectory(joinPaths(directory, path))) ?? [],
    read: (path, range) => root.readFile(joinPaths(directory, path), range),
  });
}
