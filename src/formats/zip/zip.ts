import { inflateRaw, inflateRawSync } from "node:zlib";
import { spendBytes, spendEntries, type UnpackBudget } from "./budget.ts";

/** Reads part of a zip file; shorter at its end. */
export type ReadPart = (offset: number, length: number) => Promise<Uint8Array>;

/** One entry as the central directory of a zip file has it. */
export interface ZipEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** 0 stored, 8 deflated: what Java reads. */
  readonly method: number;
  readonly compressedBytes: number;
  /** Where its local header is in the file. */
  readonly offset: number;
}

/** Deflate makes nothing larger than this many times. */
const highestRatio = 1032;
const endBytes = 22;
const commentLimit = 0xffff;
const directoryLimit = 64 * 1024 * 1024;
const fullValue = 0xffffffff;
const headerBytes = 30;
/** The bytes of an entry in the directory, without its name. */
const entryHeadBytes = 46;
/** Extra fields of a local header that come with its entry in one reading; rarely there are more. */
const usualExtraBytes = 64;
/** An entry up to this size is unpacked at once: handing it to another thread takes longer. */
const smallBytes = 256 * 1024;
const utf8 = new TextDecoder();

/**
 * The entries of a zip file (APPNOTE 4.3). Undefined when it is none, or one whose directory is too large to be read.
 * The file is hostile input: offsets and sizes are checked against the file, and a program may stand in front of the
 * archive. Throws ARCHIVES_TOO_LARGE where the budget of all archives is used up.
 */
export async function readZipEntries(
  read: ReadPart,
  fileBytes: number,
  budget?: UnpackBudget,
): Promise<readonly ZipEntry[] | undefined> {
  const tailStart = Math.max(0, fileBytes - endBytes - commentLimit);
  const tail = viewOf(await read(tailStart, fileBytes - tailStart));
  const at = findEnd(tail);
  if (at === undefined) return undefined;
  const wide = at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50 ? u64(tail, at - 12) : undefined;
  const end = wide === undefined || wide + 56 > fileBytes ? undefined : viewOf(await read(wide, 56));
  const isWide = end !== undefined && end.byteLength === 56 && end.getUint32(0, true) === 0x06064b50;
  const size = isWide ? u64(end, 40) : tail.getUint32(at + 12, true);
  const stated = isWide ? u64(end, 48) : tail.getUint32(at + 16, true);
  // Offsets count from the start of the archive, which a program may stand in front of.
  const start = isWide ? stated : tailStart + at - size;
  if (size > directoryLimit || start < 0 || start + size > fileBytes) return undefined;
  if (budget !== undefined) spendEntries(budget, size / entryHeadBytes);
  return entriesOf(viewOf(await read(start, size)), start - stated);
}

/** As `readZipEntry`, as far as the budget goes. Throws ARCHIVES_TOO_LARGE where that of all archives is used up. */
export async function readWithinBudget(
  read: ReadPart,
  entry: ZipEntry,
  { limitBytes, budget }: { readonly limitBytes: number; readonly budget: UnpackBudget },
): Promise<Uint8Array | undefined> {
  const largest = Math.max(entry.sizeBytes, entry.compressedBytes);
  if (largest > limitBytes) return undefined;
  if (largest > budget.leftBytes) {
    budget.isSpent = true;
    return undefined;
  }
  const limit = Math.min(limitBytes, budget.leftBytes);
  const bytes = await readZipEntry(read, entry, limit);
  // What failed may have taken the time of all that was allowed.
  spendBytes(budget, bytes?.length ?? Math.min(limit, highestRatio * entry.compressedBytes));
  return bytes;
}

/**
 * The bytes of an entry; undefined when it is encrypted, damaged, compressed in another way, or larger than `limit`.
 */
export async function readZipEntry(read: ReadPart, entry: ZipEntry, limit: number): Promise<Uint8Array | undefined> {
  if (entry.sizeBytes > limit || entry.compressedBytes > limit || entry.offset < 0) return undefined;
  const length = headerBytes + Buffer.byteLength(entry.name) + usualExtraBytes + entry.compressedBytes;
  const local = await read(entry.offset, length);
  const header = viewOf(local);
  if (header.byteLength < headerBytes || header.getUint32(0, true) !== 0x04034b50) return undefined;
  const start = headerBytes + header.getUint16(26, true) + header.getUint16(28, true);
  const end = start + entry.compressedBytes;
  const packed =
    end <= local.length ? local.subarray(start, end) : await read(entry.offset + start, entry.compressedBytes);
  if (packed.length !== entry.compressedBytes) return undefined;
  if (entry.method === 0) return packed;
  return entry.method === 8 ? inflate(packed, entry.sizeBytes <= smallBytes ? "at once" : "beside", limit) : undefined;
}

async function inflate(packed: Uint8Array, how: "at once" | "beside", limit: number): Promise<Uint8Array | undefined> {
  if (how === "at once") {
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, Math.min(limit, smallBytes)) });
    } catch {
      return undefined;
    }
  }
  return new Promise((resolve) => {
    inflateRaw(packed, { maxOutputLength: Math.max(1, limit) }, (error, bytes) =>
      resolve(error === null ? bytes : undefined),
    );
  });
}

/** The last end record whose comment ends with the file: a comment may hold the signature too. */
function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - endBytes; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50) continue;
    if (at + endBytes + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  return undefined;
}

function entriesOf(directory: DataView, shift: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at + entryHeadBytes <= directory.byteLength && directory.getUint32(at, true) === 0x02014b50; ) {
    const nameBytes = directory.getUint16(at + 28, true);
    const extraBytes = directory.getUint16(at + 30, true);
    const next = at + entryHeadBytes + nameBytes + extraBytes + directory.getUint16(at + 32, true);
    if (next > directory.byteLength) break;
    const name = utf8.decode(bytesOf(directory, at + entryHeadBytes, nameBytes));
    const sizes = {
      compressed: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      offset: directory.getUint32(at + 42, true),
    };
    const isEncrypted = (directory.getUint16(at + 8, true) & 1) !== 0;
    // A number of 64 bits is larger than anything that is read here.
    if (!isEncrypted && !Object.values(sizes).includes(fullValue)) {
      entries.push({
        name,
        method: directory.getUint16(at + 10, true),
        sizeBytes: sizes.size,
        compressedBytes: sizes.compressed,
        offset: sizes.offset + shift,
      });
    }
    at = next;
  }
  return entries;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

function u64(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 2 ** 32;
}
