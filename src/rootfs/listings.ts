import { type ProcessFiles, processFiles } from "./process-files.ts";
import type { AbsPath, RootFs } from "./rootfs.ts";

const known = new WeakMap<RootFs, ProcessFiles>();

/**
 * Names in a directory, as `ProcessFiles.names` has them, remembered for as long as the root is. For who asks one
 * directory for many names that it lacks: words that could be programs.
 */
export async function namesIn(root: RootFs, directory: AbsPath): Promise<ReadonlySet<string>> {
  const files = known.get(root) ?? processFiles(root);
  known.set(root, files);
  return files.names(directory);
}
