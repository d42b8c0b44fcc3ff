import fs from "node:fs";

/** Bytes that can be read from any place: a file, or a stretch of one. */
export interface Extent {
  readonly sizeBytes: number;
  /** The bytes from `offset` on; fewer where the extent ends. */
  read(offset: number, length: number): Uint8Array;
}

const pieceBytes = 1024 * 1024;

/** A stretch of an open file. The descriptor stays the caller's. */
export function fileExtent(descriptor: number, start: number, sizeBytes: number): Extent {
  return {
    sizeBytes,
    read(offset, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, sizeBytes - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const count = fs.readSync(descriptor, bytes, filled, bytes.length - filled, start + offset + filled);
        if (count === 0) throw new Error("cannot read a file: it has become shorter meanwhile");
        filled += count;
      }
      return bytes;
    },
  };
}

/** A part of an extent. */
export function subExtent(extent: Extent, start: number, sizeBytes: number): Extent {
  return {
    sizeBytes,
    read: (offset, length) => extent.read(start + offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  };
}

/** The bytes of an extent from its start, in pieces. */
export async function* streamExtent(extent: Extent): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < extent.sizeBytes; offset += pieceBytes) yield extent.read(offset, pieceBytes);
}
