import { bytesOf, nameAt } from "../../formats/elf/bytes.ts";

/** The header of a package as a database has it, or what is wrong with the database. */
export type StoredHeader = { readonly header: Uint8Array } | { readonly problem: string };

/** One entry of a header: what it is, and its bytes as they stand there. */
export interface HeaderEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** A parsed header: entries by tag. */
export type RpmHeader = ReadonlyMap<number, HeaderEntry>;

/** Tags of what is read (rpm's include/rpm/rpmtag.h). */
export const tags = {
  headerSha256: 273,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  url: 1020,
  architecture: 1022,
  sourceRpm: 1044,
  provideNames: 1047,
  requireNames: 1049,
  recommendNames: 5046,
  suggestNames: 5049,
  fileDigests: 1035,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;

/** Types of entries (rpm's include/rpm/rpmtag.h, `rpmTagType_e`) with the bytes of one value; strings end with NUL. */
export const types = { int32: 4, string: 6, binary: 7, strings: 8, translated: 9 } as const;
const valueBytes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };

/** rpm's own limit (`hdrchkTags`, lib/header.cc). */
const entryLimit = 0xffff;
const indexBytes = 16;
/** Longest path of a file that is told of. */
const pathLimit = 4096;

/**
 * The entries of a header (rpm's docs/manual/format_header.md, without the magic that files have). Undefined where it
 * is not a header, or an entry reaches outside it: rpm refuses these as well. Entries do not overlap, so that time and
 * memory go with its length.
 */
export function parseHeader(header: Uint8Array): RpmHeader | undefined {
  const number = bytesOf(header, { class: 32, littleEndian: false });
  const count = number.u32(0);
  const storeBytes = number.u32(4);
  const start = 8 + count * indexBytes;
  if (count === 0 || count > entryLimit || start + storeBytes > header.length) return undefined;
  const store = header.subarray(start, start + storeBytes);
  const entries = new Map<number, HeaderEntry>();
  let left = storeBytes;
  for (let index = 0; index < count; index++) {
    const at = 8 + index * indexBytes;
    const entry = { tag: number.u32(at), type: number.u32(at + 4), count: number.u32(at + 12) };
    const offset = number.u32(at + 8);
    const end = endOf(store, { ...entry, offset });
    if (end === undefined) return undefined;
    left -= end - offset;
    if (left < 0) return undefined;
    if (!entries.has(entry.tag)) entries.set(entry.tag, { ...entry, bytes: store.subarray(offset, end) });
  }
  return entries;
}

/**
 * Where the values of an entry end; undefined where that is outside the store, or where nothing is known of the type.
 */
function endOf(
  store: Uint8Array,
  { type, offset, count }: { readonly type: number; readonly offset: number; readonly count: number },
): number | undefined {
  const size = valueBytes[type];
  if (size !== undefined) return offset + count * size <= store.length ? offset + count * size : undefined;
  if (type !== types.string && type !== types.strings && type !== types.translated) return undefined;
  if (offset > store.length) return undefined;
  let end = offset;
  for (let index = 0; index < count; index++) {
    const found = store.indexOf(0, end);
    if (found === -1) return undefined;
    end = found + 1;
  }
  return end;
}

/** The strings of an entry, in its order; none where it is absent or of another type. */
export function stringsOf(header: RpmHeader, tag: number): readonly string[] {
  const entry = header.get(tag);
  if (entry === undefined || entry.type < types.string || entry.type === types.binary) return [];
  const strings: string[] = [];
  for (let start = 0; start < entry.bytes.length; ) {
    const end = entry.bytes.indexOf(0, start);
    strings.push(nameAt(entry.bytes, start, end));
    start = end + 1;
  }
  return strings;
}

/** The first string of an entry; undefined where it has none, or rpm's word for none. */
export function stringOf(header: RpmHeader, tag: number): string | undefined {
  const text = stringsOf(header, tag)[0]?.toWellFormed();
  return text === undefined || text === "" || text === "(none)" ? undefined : text;
}

/** The 32-bit numbers of an entry. */
export function numbersOf(header: RpmHeader, tag: number): readonly number[] {
  const entry = header.get(tag);
  if (entry?.type !== types.int32) return [];
  const number = bytesOf(entry.bytes, { class: 32, littleEndian: false });
  return Array.from({ length: entry.count }, (_, index) => number.u32(4 * index));
}

/** The files of a header, in its order; undefined for one whose directory is not told. */
export function filesOf(header: RpmHeader): readonly (string | undefined)[] {
  const directories = stringsOf(header, tags.dirNames);
  const indexes = numbersOf(header, tags.dirIndexes);
  return stringsOf(header, tags.baseNames).map((name, index) => {
    const directory = directories[indexes[index] ?? -1];
    // Two lists that refer to each other can tell of many long names in few bytes; a path is no longer than the kernel
    // takes.
    if (directory?.startsWith("/") !== true || directory.length + name.length > pathLimit) return undefined;
    return directory + name;
  });
}
