import { type ProcessFiles, processFiles } from "./process-files.ts";
import type { AbsPath, RootFs } from "./rootfs.ts";

const known = new WeakMap<RootFs, ProcessFiles>();

/** What processes ask of a root, remembered for as long as it is: for run-times that many processes have. */
export function sharedFiles(root: RootFs): ProcessFiles {
  const files = known.get(root) ?? processFiles(root);
  known.set(root, files);
  return files;
}

/**
 * Names in a directory, as `ProcessFiles.names` has them, remembered for as long as the root is. For who asks one
 * directory for many names that it lacks: words that could be programs.
 */
export async function namesIn(root: RootFs, directory: AbsPath): Promise<ReadonlySet<string>> {
  return sharedFiles(root).names(directory);
}
