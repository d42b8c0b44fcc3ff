import { rootFsOver } from "../../rootfs/physical.ts";
import {
  type AbsPath,
  baseName,
  compareBytes,
  type FileStat,
  parentOf,
  type RootFs,
  rootPath,
} from "../../rootfs/rootfs.ts";
import type { GraphNode } from "../model/graph.ts";

const directory: FileStat = { kind: "directory", mode: 0o755, uid: 0, gid: 0, sizeBytes: 0, mtimeSeconds: 0 };

/**
 * The files that the spec puts somewhere itself, by the names that they have in the image: programs with `as`, and
 * `files`. No builder has them there.
 */
export function specTree(nodes: Iterable<GraphNode>): { readonly root: RootFs; readonly paths: readonly AbsPath[] } {
  const byPath = new Map<AbsPath, GraphNode>();
  const names = new Map<AbsPath, Set<string>>([[rootPath, new Set()]]);
  for (const node of nodes) {
    if (node.fromSpec !== true || node.tree === undefined || node.stat.kind !== "file") continue;
    byPath.set(node.path, node);
    for (let path = node.path; path !== rootPath; path = parentOf(path)) {
      const siblings = names.get(parentOf(path)) ?? new Set();
      names.set(parentOf(path), siblings.add(baseName(path)));
    }
  }
  const root = rootFsOver({
    lstat: async (path) => byPath.get(path)?.stat ?? (names.has(path) ? directory : undefined),
    list: async (path) => [...(names.get(path) ?? [])],
    async read(path, range) {
      const node = byPath.get(path);
      return node?.tree?.root.readFile(node.treePath, range);
    },
  });
  return { root, paths: [...byPath.keys()].sort(compareBytes) };
}
