import fs from "node:fs";
import { pathOf, withPath } from "../directory/regular-file.ts";

/** Bytes that can be read from any place: a file, or a stretch of one. */
export interface Extent {
  readonly sizeBytes: number;
  /** The bytes from `offset` on; fewer where the extent ends. */
  read(offset: number, length: number): Uint8Array;
  /** As `read`, into bytes that are there already; how many it were. */
  readInto(target: Uint8Array, offset: number): number;
}

const pieceBytes = 512 * 1024;
/** One more than `streamExtent` promises. */
const turns = 3;

/** A stretch of an open file. The descriptor stays the caller's. */
export function fileExtent(descriptor: number, start: number, sizeBytes: number): Extent {
  const readInto = (target: Uint8Array, offset: number): number => {
    const length = Math.max(0, Math.min(target.length, sizeBytes - offset));
    for (let filled = 0; filled < length; ) {
      const count = readAt(descriptor, target.subarray(filled, length), start + offset + filled);
      if (count === 0) throw new Error(`cannot read ${pathOf(descriptor)}: it has become shorter meanwhile`);
      filled += count;
    }
    return length;
  };
  return {
    sizeBytes,
    readInto,
    read(offset, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, sizeBytes - offset)));
      readInto(bytes, offset);
      return bytes;
    },
  };
}

function readAt(descriptor: number, target: Uint8Array, position: number): number {
  try {
    return fs.readSync(descriptor, target, 0, target.length, position);
  } catch (failure) {
    throw withPath(failure, pathOf(descriptor));
  }
}

/** Bytes in memory. */
export function bytesExtent(bytes: Uint8Array): Extent {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    readInto(target, offset) {
      const found = bytes.subarray(offset, offset + target.length);
      target.set(found);
      return found.length;
    },
  };
}

/** A part of an extent. */
export function subExtent(extent: Extent, start: number, sizeBytes: number): Extent {
  const lengthAt = (offset: number, length: number): number => Math.max(0, Math.min(length, sizeBytes - offset));
  return {
    sizeBytes,
    read: (offset, length) => extent.read(start + offset, lengthAt(offset, length)),
    readInto: (target, offset) => extent.readInto(target.subarray(0, lengthAt(offset, target.length)), start + offset),
  };
}

/**
 * The bytes of an extent from its start, in pieces. A piece is good until the next but one is asked for: few buffers
 * are used in turn, since new ones for gigabytes cost more than reading them.
 */
export async function* streamExtent(extent: Extent): AsyncGenerator<Uint8Array> {
  const length = Math.min(pieceBytes, extent.sizeBytes);
  const buffers: Buffer[] = [];
  for (let offset = 0, turn = 0; offset < extent.sizeBytes; turn++) {
    const buffer = (buffers[turn % turns] ??= Buffer.allocUnsafeSlow(length));
    const count = extent.readInto(buffer, offset);
    offset += count;
    yield buffer.subarray(0, count);
  }
}
