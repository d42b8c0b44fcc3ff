/** Reads part of a file; the answer is shorter where the file ends. It may lie in `into` (see `ByteRange`). */
export type ReadPart = (offset: number, length: number, into?: Uint8Array) => Promise<Uint8Array>;

/** Byte strings to look for, prepared once for any number of files. */
export interface TextIndex {
  readonly longest: number;
  /** By the first four bytes. */
  readonly starts: ReadonlyMap<number, readonly IndexedText[]>;
  /** 1 at the hash of each key of `starts`: one look a byte is all that most of a file costs. */
  readonly isStart: Uint8Array;
}

interface IndexedText {
  readonly key: string;
  readonly bytes: Uint8Array;
}

const chunkBytes = 4 * 2 ** 20;

/** Prepares texts by key. Those shorter than four bytes are never found. */
export function indexTexts(texts: Iterable<readonly [key: string, bytes: Uint8Array]>): TextIndex {
  const starts = new Map<number, IndexedText[]>();
  const isStart = new Uint8Array(2 ** 16);
  let longest = 0;
  for (const [key, bytes] of texts) {
    if (bytes.length < 4) continue;
    const start = startOf(bytes, 0);
    starts.set(start, [...(starts.get(start) ?? []), { key, bytes }]);
    isStart[hashOf(start)] = 1;
    longest = Math.max(longest, bytes.length);
  }
  return { longest, starts, isStart };
}

/**
 * The keys of the texts that stand anywhere in a file, in one pass over its bytes; a few megabytes are in memory at a
 * time.
 */
export async function findTexts(index: TextIndex, read: ReadPart, sizeBytes: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const step = Math.max(chunkBytes, index.longest * 2);
  const space = Buffer.allocUnsafeSlow(Math.min(step, sizeBytes));
  for (let offset = 0; offset < sizeBytes; offset += step - index.longest) {
    const chunk = await read(offset, Math.min(step, sizeBytes - offset), space);
    searchChunk(index, chunk, found);
    if (offset + chunk.length >= sizeBytes || chunk.length === 0) break;
  }
  return found;
}

function searchChunk({ starts, isStart }: TextIndex, chunk: Uint8Array, found: Set<string>): void {
  let start = startOf(chunk, -1);
  for (let at = 3; at < chunk.length; at++) {
    start = (start << 8) | (chunk[at] ?? 0);
    if (isStart[hashOf(start)] === 0) continue;
    for (const { key, bytes } of starts.get(start) ?? []) {
      if (!found.has(key) && standsAt(chunk, at - 3, bytes)) found.add(key);
    }
  }
}

function startOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** Fibonacci hashing: the top bits of a product spread well. */
function hashOf(start: number): number {
  return Math.imul(start, 0x9e3779b1) >>> 16;
}

function standsAt(chunk: Uint8Array, at: number, bytes: Uint8Array): boolean {
  if (at + bytes.length > chunk.length) return false;
  for (let index = bytes.length - 1; index >= 4; index--) {
    if (chunk[at + index] !== bytes[index]) return false;
  }
  return true;
}
