import type { TreeEntry, TreeLimits } from "../../frontend/engine.ts";
import type { GatewayClient } from "./client.ts";
import type { Stat } from "./gateway.gen.ts";
import { isDirectory, isLink, isRegular, unixMode } from "./go-mode.ts";

interface Reading {
  readonly client: GatewayClient;
  readonly ref: string;
  readPieces(
    client: GatewayClient,
    file: { readonly ref: string; readonly path: string; readonly size: number },
  ): Promise<Uint8Array>;
}

interface Found {
  readonly path: string;
  readonly stat: Stat;
}

/** Enough to tell what the kernel would run. */
const headBytes = 64;

/** The tree that `Ref.readTree` reads. Directories of one level are listed at once, and then all files are read. */
export async function readTree(
  reading: Reading,
  root: string,
  limits: TreeLimits,
): Promise<readonly TreeEntry[] | undefined> {
  const found = await listTree(reading, root, limits);
  if (found === undefined) return undefined;
  return Promise.all(
    found.map(async ({ path, stat }): Promise<TreeEntry> => {
      const common = { path, mode: unixMode(stat.mode), modificationTime: stat.modTime, sizeBytes: 0 };
      if (isDirectory(stat.mode)) return { ...common, kind: "directory" };
      if (isLink(stat.mode)) return { ...common, kind: "symlink", target: stat.linkname };
      const sizeBytes = Number(stat.size);
      const isWhole = limits.readsWhole(path, sizeBytes);
      const size = isWhole ? sizeBytes : Math.min(sizeBytes, headBytes);
      const bytes = await reading.readPieces(reading.client, { ref: reading.ref, path: `${root}/${path}`, size });
      return { ...common, kind: "file", sizeBytes, ...(isWhole ? { content: bytes } : { head: bytes }) };
    }),
  );
}

async function listTree(reading: Reading, root: string, limits: TreeLimits): Promise<readonly Found[] | undefined> {
  const found: Found[] = [];
  let bytes = 0;
  for (let level = [""]; level.length > 0; ) {
    const lists = await Promise.all(level.map(async (directory) => listDirectory(reading, `${root}/${directory}`)));
    const next: string[] = [];
    for (const [index, list] of lists.entries()) {
      const directory = level[index] ?? "";
      if (list === undefined) return undefined;
      for (const stat of list) {
        const path = directory === "" ? stat.path : `${directory}/${stat.path}`;
        if (limits.leavesOut(path)) continue;
        if (isDirectory(stat.mode)) next.push(path);
        else if (isRegular(stat.mode))
          bytes += limits.readsWhole(path, Number(stat.size)) ? Number(stat.size) : headBytes;
        else if (!isLink(stat.mode)) return undefined;
        found.push({ path, stat });
      }
    }
    if (found.length > limits.paths || bytes > limits.bytes) return undefined;
    level = next;
  }
  return found;
}

/**
 * Undefined for a directory that is missing, and for one whose list is more than a message may be. Other failures show
 * when the tree is used.
 */
async function listDirectory({ client, ref }: Reading, path: string): Promise<readonly Stat[] | undefined> {
  try {
    return (await client.call("ReadDir", { Ref: ref, DirPath: path })).entries;
  } catch {
    return undefined;
  }
}
