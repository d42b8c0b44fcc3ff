import { impliedDirectory } from "./overlay.ts";
import { rootFsOver } from "./physical.ts";
import { type AbsPath, baseName, compareBytes, type FileStat, parentOf, type RootFs, rootPath } from "./rootfs.ts";

/** A file of a tree by the name that it has to have. */
export interface LooseFile {
  readonly path: AbsPath;
  readonly stat: FileStat;
  readonly tree: { readonly root: RootFs } | undefined;
  /** Its path in the tree. */
  readonly treePath: AbsPath;
}

/** Regular files of several trees as one, with the directories that their names imply; and their names, sorted. */
export function looseFiles(files: Iterable<LooseFile>): { readonly root: RootFs; readonly paths: readonly AbsPath[] } {
  const byPath = new Map<AbsPath, LooseFile>();
  const names = new Map<AbsPath, Set<string>>([[rootPath, new Set()]]);
  for (const file of files) {
    if (file.tree === undefined || file.stat.kind !== "file") continue;
    byPath.set(file.path, file);
    for (let { path } = file; path !== rootPath; path = parentOf(path)) {
      const siblings = names.get(parentOf(path)) ?? new Set();
      names.set(parentOf(path), siblings.add(baseName(path)));
    }
  }
  const root = rootFsOver({
    lstat: async (path) => byPath.get(path)?.stat ?? (names.has(path) ? impliedDirectory : undefined),
    list: async (path) => [...(names.get(path) ?? [])],
    async read(path, range) {
      const file = byPath.get(path);
      return file?.tree?.root.readFile(file.treePath, range);
    },
  });
  return { root, paths: [...byPath.keys()].sort(compareBytes) };
}
