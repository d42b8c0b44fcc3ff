import type { ProcessFiles } from "../rootfs/process-files.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** The directories that exist, each once, in order. */
export async function existingDirectories(paths: readonly AbsPath[], files: ProcessFiles): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const path of new Set(paths)) if (await files.isDirectory(path)) found.push(path);
  return found;
}
