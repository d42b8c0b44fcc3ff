import type { LayerContents, WrittenEntry } from "../../image/layer-archive.ts";
import { type AbsPath, compareBytes, type RootFs, rootPath } from "../../rootfs/rootfs.ts";
import { isShippable } from "../../rootfs/unshippable.ts";
import { walk } from "../../rootfs/walk.ts";

const treeId = "tree";

/**
 * A whole tree as what can be written, and the paths of what only a superuser can make: devices, FIFOs and sockets,
 * which are left out.
 */
export async function treeContents(
  root: RootFs,
): Promise<{ readonly contents: LayerContents; readonly leftOut: readonly AbsPath[] }> {
  const entries: WrittenEntry[] = [];
  const leftOut: AbsPath[] = [];
  const inodes = new Map<AbsPath, string>();
  for await (const { path, stat } of walk(root, rootPath)) {
    if (path === rootPath) continue;
    const { kind, mode, uid, gid, mtimeSeconds, sizeBytes, target, inode } = stat;
    if (!isShippable(kind)) {
      leftOut.push(path);
      continue;
    }
    if (inode !== undefined && kind === "file") inodes.set(path, inode);
    entries.push({
      path,
      kind,
      mode,
      uid,
      gid,
      mtimeSeconds,
      sizeBytes: kind === "file" ? sizeBytes : 0,
      tree: { id: treeId, path },
      ...(target === undefined ? {} : { target }),
    });
  }
  return {
    contents: { entries: withHardLinks(entries, inodes), roots: new Map([[treeId, root]]), epochSeconds: 0 },
    leftOut,
  };
}

/** Says of every name of a file but the first that it is another one of it. */
function withHardLinks(
  entries: readonly WrittenEntry[],
  inodes: ReadonlyMap<AbsPath, string>,
): readonly WrittenEntry[] {
  const firstNames = new Map<string, AbsPath>();
  return entries
    .toSorted((left, right) => compareBytes(left.path, right.path))
    .map((entry) => {
      const inode = inodes.get(entry.path);
      const first = inode === undefined ? undefined : firstNames.get(inode);
      if (first !== undefined) return { ...entry, hardLinkTo: first };
      if (inode !== undefined) firstNames.set(inode, entry.path);
      return entry;
    });
}
