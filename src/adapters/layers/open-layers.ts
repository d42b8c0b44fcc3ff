import { createHash } from "node:crypto";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { TarFault } from "../../formats/tar/member.ts";
import { readTar } from "../../formats/tar/read.ts";
import { rootFsOver } from "../../rootfs/physical.ts";
import { type AbsPath, type FileStat, type RootFs, rootPath } from "../../rootfs/rootfs.ts";
import { decompress, sniffCompression } from "./decompress.ts";
import { type Extent, streamExtent } from "./extent.ts";
import { type LayerTree, layerTree } from "./layer-tree.ts";
import type { NodeId } from "./node-table.ts";
import { readHeaders } from "./read-headers.ts";
import type { Spool } from "./spool.ts";

/** A layer as a source has it. */
export interface LayerBlob {
  /** Completes "cannot read ...": `layer 2 of oci:build`. */
  readonly name: string;
  readonly content: Extent;
  /** Digest of the content as it is stored; undefined where the source tells none. */
  readonly digest: string | undefined;
  /** Digest of the archive in it. */
  readonly diffId: string | undefined;
}

export interface LayersRoot {
  readonly root: RootFs;
  /** Regular files, several names of one as several, and their bytes, each file's once. */
  count(): { readonly files: number; readonly bytes: number };
  readonly layerBytes: LayerBytes;
}

/** Bytes of all layers of an image. */
export interface LayerBytes {
  /** The archives in them. */
  readonly plain: number;
  /** The layers as they are stored; undefined where one is stored plain. */
  readonly compressed: number | undefined;
}

/** How whoever waits for the layers is told of them, and can end it. */
interface Watching {
  readonly signal?: AbortSignal;
  /** Told of decompressed bytes as they come. */
  readonly onBytes?: (count: number) => void;
}

/** Most bytes of one image, decompressed. */
const imageLimitBytes = 20 * 1024 ** 3;

/**
 * Reads layers, lowest first, into an index that answers as one root file system. Contents stay where they are where a
 * layer is stored plain; those of compressed layers go to the spool. Every digest is checked. Throws what is wrong with
 * a layer as `BuildError`: LAYER_CORRUPT, LAYER_UNSUPPORTED, LAYER_NAME, LAYER_LINK, LAYER_TOO_LARGE, BLOB_DIGEST.
 */
export async function openLayers(
  layers: readonly LayerBlob[],
  spool: Spool,
  watching: Watching = {},
): Promise<LayersRoot> {
  const tree = layerTree();
  const archives: Extent[] = [];
  let left = imageLimitBytes;
  for (const [index, layer] of layers.entries()) {
    const archive = await refusing(layer.name, () =>
      readLayer(layer, { ...watching, index, tree, spool, maximumBytes: left }),
    );
    archives.push(archive);
    left -= archive.sizeBytes;
  }
  return { root: rootOf(tree, archives), count: () => countFiles(tree), layerBytes: sumOf(layers, archives) };
}

function sumOf(layers: readonly LayerBlob[], archives: readonly Extent[]): LayerBytes {
  const sum = (extents: readonly Extent[]): number => extents.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const stored = layers.map(({ content }) => content);
  const isCompressed = stored.every((content) => sniffCompression(content.read(0, 4)) !== "none");
  return { plain: sum(archives), compressed: isCompressed ? sum(stored) : undefined };
}

/** The same of archives that are plain and need no check: only their headers are read. Throws `TarFault`. */
export function openArchives(archives: readonly Extent[]): RootFs {
  const tree = layerTree();
  for (const [index, archive] of archives.entries()) readHeaders(archive, (member) => tree.apply(member, index));
  return rootOf(tree, archives);
}

/** Runs `work`, and tells a `TarFault` of it as a finding about `name`. */
export async function refusing<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof TarFault)) throw failure;
    const { code, message } = failure;
    throw new BuildError([{ severity: "error", code, message: `cannot read ${name}: ${message}` }], { cause: failure });
  }
}

async function readLayer(
  layer: LayerBlob,
  to: Watching & {
    readonly index: number;
    readonly tree: LayerTree;
    readonly spool: Spool;
    readonly maximumBytes: number;
  },
): Promise<Extent> {
  const { content } = layer;
  const compression = sniffCompression(content.read(0, 4));
  const isPlain = compression === "none";
  const stored = isPlain ? undefined : checkDigest(layer.digest);
  const archive = checkDigest(layer.diffId);
  // A plain layer is its own archive, so that one reading checks both of its digests.
  const alias = isPlain ? checkDigest(layer.digest) : undefined;
  const start = to.spool.length();
  const reader = readTar((member) => to.tree.apply(member, to.index));
  const bytes =
    stored === undefined ? streamExtent(content) : watched(streamExtent(content), (chunk) => stored.update(chunk));
  for await (const chunk of decompress(bytes, compression, { maximumBytes: to.maximumBytes })) {
    to.signal?.throwIfAborted();
    to.onBytes?.(chunk.length);
    archive.update(chunk);
    alias?.update(chunk);
    reader.push(chunk);
    if (!isPlain) to.spool.append(chunk);
  }
  reader.end();
  stored?.finish();
  alias?.finish();
  archive.finish();
  return isPlain ? content : to.spool.extent(start, to.spool.length() - start);
}

async function* watched(
  source: AsyncIterable<Uint8Array>,
  watch: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    watch(chunk);
    yield chunk;
  }
}

/** Adds bytes up; `finish` throws BLOB_DIGEST unless they are those of the digest. */
function checkDigest(digest: string | undefined): { update(chunk: Uint8Array): void; finish(): void } {
  if (digest === undefined) return { update() {}, finish() {} };
  const [algorithm = ""] = digest.split(":");
  const hash = createHash(algorithm);
  return {
    update: (chunk) => void hash.update(chunk),
    finish() {
      const found = `${algorithm}:${hash.digest("hex")}`;
      if (found !== digest) throw new TarFault("BLOB_DIGEST", `its digest is ${found} and not ${digest}`);
    },
  };
}

function rootOf(tree: LayerTree, archives: readonly Extent[]): RootFs {
  const find = (path: AbsPath): NodeId | undefined => {
    let node: NodeId | undefined = tree.root;
    if (path === rootPath) return node;
    for (const name of path.slice(1).split("/")) {
      if (node === undefined) return undefined;
      node = tree.directories.find(node, name);
    }
    return node;
  };
  return rootFsOver({
    lstat: async (path) => {
      const node = find(path);
      return node === undefined ? undefined : statOf(tree, node);
    },
    list: async (path) => {
      const node = find(path);
      return node === undefined ? [] : Array.from(tree.directories.list(node), ([name]) => name);
    },
    read: async (path, range) => {
      const node = find(path);
      if (node === undefined) return undefined;
      const { sizeBytes, layer, offset: start } = tree.nodes.factsOf(node);
      const offset = Math.min(range?.offset ?? 0, sizeBytes);
      const length = Math.min(range?.length ?? sizeBytes, sizeBytes - offset);
      return archives[layer]?.read(start + offset, length);
    },
  });
}

function statOf({ nodes }: LayerTree, node: NodeId): FileStat {
  const { kind, mode, uid, gid, sizeBytes, mtimeSeconds, target, hasFileCapability } = nodes.factsOf(node);
  return {
    kind,
    mode,
    uid,
    gid,
    sizeBytes,
    mtimeSeconds,
    ...(kind === "symlink" ? { target } : {}),
    ...(nodes.namesOf(node) > 1 ? { inode: String(node) } : {}),
    ...(hasFileCapability ? { hasFileCapability: true } : {}),
  };
}

function countFiles({ root, nodes, directories }: LayerTree): { readonly files: number; readonly bytes: number } {
  const seen = new Set<NodeId>();
  const pending = [root];
  let files = 0;
  let bytes = 0;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const [, child] of directories.list(node)) {
      const { kind, sizeBytes } = nodes.factsOf(child);
      if (kind === "directory") pending.push(child);
      if (kind !== "file") continue;
      files++;
      if (!seen.has(child)) bytes += sizeBytes;
      if (nodes.namesOf(child) > 1) seen.add(child);
    }
  }
  return { files, bytes };
}
