import { type AbsPath, baseName, parentOf, type RootFs, toAbsPath } from "./rootfs.ts";
import { isSystemDirectory } from "./system-directories.ts";

/**
 * What a program means by a path that leads nowhere, where it adds the ending itself: `/srv/own.config` by `/srv/own`.
 * Nothing in directories of the system.
 */
export async function withEndings(root: RootFs, path: AbsPath): Promise<readonly AbsPath[]> {
  const directory = parentOf(path);
  if (isSystemDirectory(directory)) return [];
  const stem = `${baseName(path)}.`;
  const names = ((await root.readDirectory(directory)) ?? []).filter((name) => name.startsWith(stem));
  return names.filter((name) => /^\w+$/u.test(name.slice(stem.length))).map((name) => toAbsPath(name, directory));
}
