import { type RootFs, rootPath } from "./rootfs.ts";
import { walk } from "./walk.ts";

/** Regular files of a tree, several names of one as several, and their bytes, each file's once. */
export async function countTree(root: RootFs): Promise<{ readonly files: number; readonly bytes: number }> {
  const inodes = new Set<string>();
  let files = 0;
  let bytes = 0;
  for await (const { stat } of walk(root, rootPath)) {
    if (stat.kind !== "file") continue;
    files++;
    if (stat.inode === undefined || !inodes.has(stat.inode)) bytes += stat.sizeBytes;
    if (stat.inode !== undefined) inodes.add(stat.inode);
  }
  return { files, bytes };
}
