import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, type RootFs } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";

interface Asking {
  readonly root: RootFs;
  readonly files: ProcessFiles;
}

/** What a run-time takes a path of a distribution's package as; undefined for one that does not ship by that. */
export async function roleOfPackaged(path: AbsPath, asking: Asking): Promise<"file" | "module" | undefined> {
  if (await asking.files.isFile(path)) return "module";
  return (await isLinkedDirectory(path, asking)) || (await isStateDirectory(path, asking)) ? "file" : undefined;
}

/** True for a link to a directory somewhere else, where distributions keep a package's data. */
export async function isLinkedDirectory(path: AbsPath, { root, files }: Asking): Promise<boolean> {
  if ((await root.lstat(path))?.kind !== "symlink" || !(await files.isDirectory(path))) return false;
  if (baseName(path) === "include" || baseName(path) === "src") return false;
  const real = await files.realPath(path);
  // Not what the link lies in, nor a directory that everybody shares.
  return real !== undefined && !isWithin(path, real) && !isSystemDirectory(real);
}

/** True for a directory that a package has for what its run writes, such as `/var/cache/wiki`, with its owner. */
async function isStateDirectory(path: AbsPath, { root }: Pick<Asking, "root">): Promise<boolean> {
  return /^\/var\/[^/]+\/./u.test(path) && (await root.lstat(path))?.kind === "directory";
}
