import type { ClosureEntry } from "../closure/model/closure.ts";
import { applyPatch } from "../rootfs/byte-patch.ts";
import { rootFsOver } from "../rootfs/physical.ts";
import {
  type AbsPath,
  type ByteRange,
  baseName,
  type FileStat,
  parentOf,
  type RootFs,
  rootPath,
} from "../rootfs/rootfs.ts";

/** The bytes of a made file. */
export function contentOf(content: NonNullable<ClosureEntry["content"]>): Uint8Array {
  return "text" in content ? Buffer.from(content.text) : Buffer.from(content.base64, "base64");
}

/**
 * The image's tree as the entries say it will be: attributes are theirs, bytes are read from the trees. Whoever writes
 * the layers has to show that what he wrote is the same.
 */
export function plannedTree(
  entries: readonly ClosureEntry[],
  { trees, epochSeconds }: { readonly trees: ReadonlyMap<string, RootFs>; readonly epochSeconds: number },
): RootFs {
  const byPath = new Map<AbsPath, ClosureEntry>(entries.map((entry) => [entry.path, entry]));
  const linked = new Set(entries.flatMap(({ hardLinkTo }) => hardLinkTo ?? []));
  const names = new Map<AbsPath, string[]>();
  for (const { path } of entries) {
    const siblings = names.get(parentOf(path));
    if (siblings === undefined) names.set(parentOf(path), [baseName(path)]);
    else siblings.push(baseName(path));
  }

  function stat(path: AbsPath): FileStat | undefined {
    const entry = byPath.get(path);
    if (entry === undefined) return path === rootPath ? rootStat(epochSeconds) : undefined;
    const { kind, mode, uid, gid, sizeBytes, target } = entry;
    const first = entry.hardLinkTo ?? (linked.has(path) ? path : undefined);
    return {
      kind,
      mode,
      uid,
      gid,
      sizeBytes: kind === "symlink" ? Buffer.byteLength(target ?? "") : sizeBytes,
      mtimeSeconds: epochSeconds,
      ...(target === undefined ? {} : { target }),
      ...(first === undefined ? {} : { inode: first }),
    };
  }

  async function read(path: AbsPath, range: ByteRange | undefined): Promise<Uint8Array | undefined> {
    const entry = byPath.get(path);
    if (entry?.content !== undefined) return slice(contentOf(entry.content), range);
    if (entry?.tree === undefined) return undefined;
    const bytes = await trees.get(entry.tree.id)?.readFile(entry.tree.path, range);
    return bytes === undefined ? undefined : applyPatch(bytes, entry.patch, range?.offset ?? 0);
  }

  return {
    ...rootFsOver({
      lstat: async (path) => stat(path),
      list: async (path) => names.get(path) ?? [],
      read,
    }),
    async contentKey(path) {
      // Of a name that passes through links nothing is known: that costs time, and nothing else.
      const entry = byPath.get(path);
      if (entry?.tree === undefined || entry.content !== undefined || entry.patch !== undefined) return undefined;
      return `${entry.tree.id}\0${entry.tree.path}`;
    },
  };
}

function rootStat(epochSeconds: number): FileStat {
  return { kind: "directory", mode: 0o755, uid: 0, gid: 0, sizeBytes: 0, mtimeSeconds: epochSeconds };
}

function slice(bytes: Uint8Array, range: ByteRange | undefined): Uint8Array {
  return range === undefined ? bytes : bytes.slice(range.offset, range.offset + range.length);
}
