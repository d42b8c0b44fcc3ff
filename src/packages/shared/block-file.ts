import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";

const blockBytes = 2 ** 18;
const keptBlocks = 32;

/** A file that is read piece by piece, so that memory is bounded whatever its size. */
export interface BlockFile {
  readonly sizeBytes: number;
  /** The bytes from `offset` on, fewer where the file ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Opens a regular file; a text tells why what is there cannot be read, undefined that nothing is there. */
export async function openBlockFile(root: RootFs, path: AbsPath): Promise<BlockFile | string | undefined> {
  const stat = await root.lstat(path);
  if (stat === undefined) return undefined;
  if (stat.kind !== "file") return `it is a ${stat.kind}, not a file`;
  const blocks = new Map<number, Uint8Array>();
  const block = async (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const range = { offset: index * blockBytes, length: blockBytes };
    const bytes = (await root.readFile(path, range)) ?? new Uint8Array();
    const [oldest] = blocks.keys();
    if (blocks.size >= keptBlocks && oldest !== undefined) blocks.delete(oldest);
    blocks.set(index, bytes);
    return bytes;
  };
  return {
    sizeBytes: stat.sizeBytes,
    async read(offset, length) {
      const end = Math.min(offset + length, stat.sizeBytes);
      if (offset < 0 || offset >= end) return new Uint8Array();
      const read = new Uint8Array(end - offset);
      for (let at = offset; at < end; ) {
        const index = Math.floor(at / blockBytes);
        const piece = (await block(index)).subarray(at - index * blockBytes, end - index * blockBytes);
        if (piece.length === 0) return read.subarray(0, at - offset);
        read.set(piece, at - offset);
        at += piece.length;
      }
      return read;
    },
  };
}
