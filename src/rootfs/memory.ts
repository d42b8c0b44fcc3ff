import { type PhysicalTree, rootFsOver } from "./physical.ts";
import { type AbsPath, baseName, type FileKind, type FileStat, parentOf, type RootFs, toAbsPath } from "./rootfs.ts";

/** A path of a memory root. Without `content`, `target` and `kind` it is a directory. */
export interface MemoryEntry {
  readonly kind?: FileKind;
  /** Text is stored as UTF-8. */
  readonly content?: Uint8Array | string;
  /** A file of another tree, which is read when it is asked for, in place of `content`. */
  readonly source?: { readonly root: RootFs; readonly path: AbsPath; readonly sizeBytes: number };
  readonly target?: string;
  /** Default: 0755 for directories, 0777 for links, 0644 for the rest. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtimeSeconds?: number;
  readonly inode?: string;
}

/**
 * A root file system held in memory. Parents that are not named are directories of mode 0755; a later entry replaces an
 * earlier.
 */
export function memoryRootFs(entries: Iterable<readonly [path: string, entry: MemoryEntry]>): RootFs {
  const nodes = new Map<AbsPath, Node>();
  const children = new Map<AbsPath, Set<string>>();
  for (const [text, entry] of entries) {
    const path = toAbsPath(text);
    nodes.set(path, nodeOf(entry));
    if (!children.has(path)) children.set(path, new Set());
    for (let at = path; at !== "/"; at = parentOf(at)) {
      const parent = parentOf(at);
      if (!nodes.has(parent)) nodes.set(parent, nodeOf({}));
      const names = children.get(parent) ?? new Set();
      children.set(parent, names.add(baseName(at)));
    }
  }
  if (nodes.size === 0) nodes.set(toAbsPath("/"), nodeOf({}));

  const tree: PhysicalTree = {
    lstat: (path) => Promise.resolve(nodes.get(path)?.stat),
    list: (path) => Promise.resolve([...(children.get(path) ?? [])]),
    read: (path, range) => {
      const { content, source } = nodes.get(path) ?? {};
      if (source !== undefined) return source.root.readFile(source.path, range);
      return Promise.resolve(range ? content?.slice(range.offset, range.offset + range.length) : content?.slice());
    },
  };
  return rootFsOver(tree);
}

interface Node {
  readonly stat: FileStat;
  readonly content: Uint8Array;
  readonly source: MemoryEntry["source"];
}

function nodeOf(entry: MemoryEntry): Node {
  const kind = entry.kind ?? kindOf(entry);
  const content = typeof entry.content === "string" ? new TextEncoder().encode(entry.content) : entry.content;
  const { target, inode } = entry;
  return {
    content: content ?? new Uint8Array(),
    source: entry.source,
    stat: {
      kind,
      mode: entry.mode ?? defaultModes[kind] ?? 0o644,
      uid: entry.uid ?? 0,
      gid: entry.gid ?? 0,
      sizeBytes: entry.source?.sizeBytes ?? content?.length ?? target?.length ?? 0,
      mtimeSeconds: entry.mtimeSeconds ?? 0,
      ...(target === undefined ? {} : { target }),
      ...(inode === undefined ? {} : { inode }),
    },
  };
}

const defaultModes: Partial<Record<FileKind, number>> = { directory: 0o755, symlink: 0o777 };

function kindOf(entry: MemoryEntry): FileKind {
  if (entry.target !== undefined) return "symlink";
  return entry.content === undefined ? "directory" : "file";
}
