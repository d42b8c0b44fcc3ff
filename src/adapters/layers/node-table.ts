import type { FileKind } from "../../rootfs/rootfs.ts";
import type { TextId, TextStore } from "./paged.ts";

/**
 * A file, or another thing that a path can name, as its number in the table of its tree. Two names of one file share
 * it.
 */
export type NodeId = number;

/** The facts of a node. */
export interface NodeFacts {
  readonly kind: FileKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly sizeBytes: number;
  /** The layer that it is of, or that gave a directory its attributes last; -1: none. */
  readonly layer: number;
  /** Where the content starts in the layer, at a block. */
  readonly offset: number;
  /** The text of a symbolic link, else empty. */
  readonly target: string;
  readonly hasFileCapability: boolean;
}

/** Files that a directory may be asked for again. */
export type Attributes = Pick<NodeFacts, "mode" | "uid" | "gid" | "mtimeSeconds" | "layer">;

/**
 * The nodes of a tree as rows of bytes. An image may have millions of files: as objects they take four times the
 * memory, and the garbage collector's time.
 */
export interface NodeTable {
  add(facts: NodeFacts): NodeId;
  factsOf(node: NodeId): NodeFacts;
  kindOf(node: NodeId): FileKind;
  layerOf(node: NodeId): number;
  /** The text of a symbolic link. */
  targetOf(node: NodeId): string;
  setAttributes(node: NodeId, attributes: Attributes): void;
  /** Names of the node. */
  namesOf(node: NodeId): number;
  addName(node: NodeId): void;
  /** The layer that has hidden what lower ones have in a directory; -1: none. */
  hiddenBy(node: NodeId): number;
  hide(node: NodeId, layer: number): void;
}

const kinds: readonly FileKind[] = ["file", "directory", "symlink", "device", "fifo", "socket"];
const blockBytes = 512;
const rowBytes = 40;
const rowsPerPage = 1024;

/** Where the fields of a row are. Layers are counted from -1. */
const at = {
  size: 0,
  mtime: 8,
  block: 16,
  uid: 20,
  gid: 24,
  names: 28,
  layer: 32,
  hiddenBy: 34,
  mode: 36,
  kind: 38,
  capability: 39,
} as const;

/** An empty table that keeps the texts of links in `texts`. */
export function nodeTable(texts: TextStore): NodeTable {
  const pages: DataView[] = [];
  const targets = new Map<NodeId, TextId>();
  let count = 0;

  const pageOf = (node: NodeId): DataView => {
    const page = pages[Math.floor(node / rowsPerPage)];
    if (page === undefined) throw new RangeError(`internal error: there is no node ${node}; please report it`);
    return page;
  };
  const rowOf = (node: NodeId): number => (node % rowsPerPage) * rowBytes;
  const kindOf = (node: NodeId): FileKind => kinds[pageOf(node).getUint8(rowOf(node) + at.kind)] ?? "file";
  const layerOf = (node: NodeId): number => pageOf(node).getUint16(rowOf(node) + at.layer) - 1;

  function targetOf(node: NodeId): string {
    const target = targets.get(node);
    return target === undefined ? "" : texts.get(target);
  }

  function setAttributes(node: NodeId, { mode, uid, gid, mtimeSeconds, layer }: Attributes): void {
    const page = pageOf(node);
    const row = rowOf(node);
    page.setFloat64(row + at.mtime, mtimeSeconds);
    page.setUint32(row + at.uid, uid);
    page.setUint32(row + at.gid, gid);
    page.setUint16(row + at.layer, layer + 1);
    page.setUint16(row + at.mode, mode);
  }

  return {
    kindOf,
    layerOf,
    setAttributes,
    targetOf,
    add(facts) {
      const node = count++;
      if (node % rowsPerPage === 0) pages.push(new DataView(new ArrayBuffer(rowsPerPage * rowBytes)));
      const page = pageOf(node);
      const row = rowOf(node);
      setAttributes(node, facts);
      page.setFloat64(row + at.size, facts.sizeBytes);
      page.setUint32(row + at.block, facts.offset / blockBytes);
      page.setUint32(row + at.names, 1);
      page.setUint8(row + at.kind, kinds.indexOf(facts.kind));
      page.setUint8(row + at.capability, facts.hasFileCapability ? 1 : 0);
      if (facts.target !== "") targets.set(node, texts.add(facts.target));
      return node;
    },
    factsOf(node) {
      const page = pageOf(node);
      const row = rowOf(node);
      return {
        kind: kindOf(node),
        mode: page.getUint16(row + at.mode),
        uid: page.getUint32(row + at.uid),
        gid: page.getUint32(row + at.gid),
        mtimeSeconds: page.getFloat64(row + at.mtime),
        sizeBytes: page.getFloat64(row + at.size),
        layer: layerOf(node),
        offset: page.getUint32(row + at.block) * blockBytes,
        target: targetOf(node),
        hasFileCapability: page.getUint8(row + at.capability) === 1,
      };
    },
    namesOf: (node) => pageOf(node).getUint32(rowOf(node) + at.names),
    addName(node) {
      const location = rowOf(node) + at.names;
      pageOf(node).setUint32(location, pageOf(node).getUint32(location) + 1);
    },
    hiddenBy: (node) => pageOf(node).getUint16(rowOf(node) + at.hiddenBy) - 1,
    hide: (node, layer) => pageOf(node).setUint16(rowOf(node) + at.hiddenBy, layer + 1),
  };
}
