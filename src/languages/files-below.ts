import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, isWithin, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";

/**
 * The files below a directory, and links to files, by the name of the directory that was asked for. Other directories
 * of the search path that lie below it are left out: they hold what belongs to others.
 */
export async function* filesBelow(
  directory: AbsPath,
  {
    root,
    files,
    searchPath,
  }: { readonly root: RootFs; readonly files: ProcessFiles; readonly searchPath: readonly AbsPath[] },
): AsyncIterable<AbsPath> {
  const start = (await files.realPath(directory)) ?? directory;
  const logicalOf = (path: AbsPath): AbsPath =>
    start === directory ? path : toAbsPath(path.slice(start.length + 1), directory);
  const others = searchPath.filter((one) => one !== directory && isWithin(one, directory));
  for await (const { path, stat } of walk(root, start, (path) => !others.includes(logicalOf(path)))) {
    const logical = logicalOf(path);
    if (stat.kind === "file" || (stat.kind !== "directory" && (await files.isFile(logical)))) yield logical;
  }
}
