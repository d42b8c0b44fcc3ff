import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, type RootFs } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";

/** True for a link to a directory somewhere else, where distributions keep a package's data. */
export async function isLinkedDirectory(
  path: AbsPath,
  { root, files }: { readonly root: RootFs; readonly files: ProcessFiles },
): Promise<boolean> {
  if ((await root.lstat(path))?.kind !== "symlink" || !(await files.isDirectory(path))) return false;
  if (baseName(path) === "include" || baseName(path) === "src") return false;
  const real = await files.realPath(path);
  // Not what the link lies in, nor a directory that everybody shares.
  return real !== undefined && !isWithin(path, real) && !isSystemDirectory(real);
}
