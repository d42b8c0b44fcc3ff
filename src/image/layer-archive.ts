import { BuildError } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { formatTarHeader, tarEnd, tarPadding } from "../formats/tar/write.ts";
import type { LayerEntry } from "../plan/closure-exchange.ts";
import { contentOf } from "../plan/planned-tree.ts";
import { applyPatch } from "../rootfs/byte-patch.ts";
import { nameBytes } from "../rootfs/names.ts";
import { type AbsPath, compareBytes, type RootFs } from "../rootfs/rootfs.ts";

/** The most that is read of a file at once. */
export const pieceBytes: number = 1024 * 1024;

/** The fields that writing an entry takes. */
export type WrittenEntry = LayerEntry & {
  /** Where an entry of a directory has a time of its own. */
  readonly mtimeSeconds?: number;
};

export interface LayerContents {
  readonly entries: readonly WrittenEntry[];
  /** Trees by id. What they read may be good until the next piece only. */
  readonly roots: ReadonlyMap<string, Pick<RootFs, "readFile">>;
  /** The modification time of everything that has none of its own. */
  readonly epochSeconds: number;
}

/**
 * The entry before `layerArchive` where an engine is to unpack it: the root, which is there whatever this says. An
 * engine knows an archive by its first bytes, and the name of a file may begin as compressed data does.
 */
export function archiveStart({ epochSeconds }: Pick<LayerContents, "epochSeconds">): Uint8Array {
  const root = { kind: "directory", name: Buffer.from("./"), mode: 0o755, uid: 0, gid: 0, sizeBytes: 0 } as const;
  return formatTarHeader({ ...root, mtimeSeconds: epochSeconds });
}

/**
 * The archive of a layer, in pieces: the bytes that BuildKit exports for a tree of the same entries. Directories stand
 * before what they hold, names of one directory in the order of their bytes, and of several names of a file the first
 * has the content.
 */
export async function* layerArchive(contents: LayerContents): AsyncGenerator<Uint8Array> {
  const { epochSeconds } = contents;
  // A file with one name needs no memory.
  const linked = new Set(contents.entries.flatMap(({ hardLinkTo }) => hardLinkTo ?? []));
  const written = new Map<AbsPath, Buffer>();
  for (const entry of inWalkOrder(contents.entries)) {
    const name = nameBytes(entry.path.slice(1));
    const { uid, gid, kind } = entry;
    const common = { uid, gid, mtimeSeconds: epochSeconds };
    if (kind === "directory") {
      yield formatTarHeader({ ...common, kind, name: Buffer.concat([name, slash]), mode: entry.mode, sizeBytes: 0 });
      continue;
    }
    if (kind === "symlink") {
      const target = nameBytes(entry.target ?? "");
      yield formatTarHeader({ ...common, kind, name, target, mode: 0o777, sizeBytes: 0 });
      continue;
    }
    const file = entry.hardLinkTo ?? entry.path;
    const first = written.get(file);
    if (first !== undefined) {
      yield formatTarHeader({ ...common, kind: "hard-link", name, target: first, mode: entry.mode, sizeBytes: 0 });
      continue;
    }
    if (linked.has(file)) written.set(file, name);
    yield formatTarHeader({ ...common, kind, name, mode: entry.mode, sizeBytes: entry.sizeBytes });
    yield* readEntry(entry, contents);
    yield tarPadding(entry.sizeBytes);
  }
  yield tarEnd;
}

const slash = Buffer.from("/");

/** Entries as a walk through the tree meets them: a directory's content comes before its next sibling. */
function inWalkOrder(entries: readonly WrittenEntry[]): readonly WrittenEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: entry.path.replaceAll("/", "\0") }));
  return keyed.sort((left, right) => compareKeys(left.key, right.key)).map(({ entry }) => entry);
}

function compareKeys(left: string, right: string): number {
  if (left.isWellFormed() && right.isWellFormed()) return compareBytes(left, right);
  return Buffer.compare(nameBytes(left), nameBytes(right));
}

function changedFile(path: string): BuildError {
  return new BuildError([
    {
      severity: "error",
      code: "FILE_CHANGED",
      message: `cannot copy ${path}: it changed while it was read`,
      hint: "end what writes to it, or leave it out, and build again",
      retryable: true,
    },
  ]);
}

/** The content of a file in pieces; as many bytes as the entry says. */
export async function* readEntry(entry: WrittenEntry, contents: LayerContents): AsyncGenerator<Uint8Array> {
  const { content, tree } = entry;
  if (content !== undefined) {
    yield contentOf(content);
    return;
  }
  const root = tree === undefined ? undefined : contents.roots.get(tree.id);
  invariant(tree !== undefined && root !== undefined, `${entry.path} has no source`);
  for (let offset = 0; offset < entry.sizeBytes; ) {
    const piece = await root.readFile(tree.path, { offset, length: pieceBytes });
    if (piece === undefined || piece.length === 0 || offset + piece.length > entry.sizeBytes) {
      throw changedFile(entry.path);
    }
    yield applyPatch(piece, entry.patch, offset);
    offset += piece.length;
  }
}
