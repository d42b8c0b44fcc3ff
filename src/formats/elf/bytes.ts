import { decodeName } from "../../rootfs/names.ts";

/**
 * Numbers and strings in a piece of a foreign file. Total: what lies outside the piece reads as 0 or as no string, so
 * that hostile offsets need no check of their own.
 */
export interface Bytes {
  readonly length: number;
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
  /** Exact up to 2^53; larger values only have to be too large, which they stay. */
  u64(offset: number): number;
  /** A native word: 4 bytes where the file's class is 32, 8 where it is 64. */
  word(offset: number): number;
  /** The NUL-terminated name at an offset; undefined when it does not end within `limit` bytes. */
  text(offset: number, limit?: number): string | undefined;
}

/** How numbers are stored. */
export interface Layout {
  readonly class: 32 | 64;
  readonly littleEndian: boolean;
}

export function bytesOf(array: Uint8Array, layout: Layout): Bytes {
  const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
  const { littleEndian } = layout;
  const length = array.length;
  const u32 = (offset: number): number =>
    offset >= 0 && offset + 4 <= length ? view.getUint32(offset, littleEndian) : 0;
  const u64 = (offset: number): number => {
    if (offset < 0 || offset + 8 > length) return 0;
    const [low, high] = littleEndian ? [offset, offset + 4] : [offset + 4, offset];
    return u32(high) * 2 ** 32 + u32(low);
  };
  return {
    length,
    u8: (offset) => array[offset] ?? 0,
    u16: (offset) => (offset >= 0 && offset + 2 <= length ? view.getUint16(offset, littleEndian) : 0),
    u32,
    u64,
    word: layout.class === 64 ? u64 : u32,
    text(offset, limit = nameLimit) {
      if (offset < 0 || offset >= length) return undefined;
      // Searched no further than the limit: hostile tables hold a million offsets into one endless string.
      const end = array.subarray(offset, offset + limit + 1).indexOf(0);
      return end < 0 ? undefined : nameAt(array, offset, offset + end);
    },
  };
}

/** Longest name in bytes: a path component cannot be longer, a path list in a header rarely is. */
export const nameLimit = 4096;

/** Decodes a piece as names of files are decoded, so that it finds the file of its name. */
export function nameAt(array: Uint8Array, start: number, end: number): string {
  return decodeName(Buffer.from(array.buffer, array.byteOffset + start, end - start));
}

/** Decodes bytes one to one. */
export function latin1(array: Uint8Array, start = 0, end: number = array.length): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("latin1", start, end);
}
