import { nameBytes } from "../../rootfs/names.ts";
import { type Bytes, bytesOf, latin1 } from "./bytes.ts";

/** One library of the loader's cache (ldconfig(8)). */
export interface LdSoCacheEntry {
  /** The name that is asked for, usually a soname. */
  readonly name: string;
  readonly path: string;
  /** Architecture and ABI: 0x303 is x86-64, 0xa03 aarch64. */
  readonly flags: number;
  /** The `glibc-hwcaps` subdirectory that the library is for; undefined for the baseline. */
  readonly hwcaps?: string;
  /** True for entries of the capability bits that glibc 2.37 dropped. */
  readonly legacy?: boolean;
}

const oldMagic = "ld.so-1.7.0";
const newMagic = "glibc-ld.so.cache1.1";
const headerBytes = 48;
const entryBytes = 24;
const oldHeaderBytes = 16;
const oldEntryBytes = 12;
const extensionMagic = 0xeaa42174;
const hwcapsTag = 1;
/** Entries and bytes at most; a full distribution has some ten thousand entries. */
const entryLimit = 2 ** 19;
export const ldSoCacheLimit: number = 16 * 2 ** 20;

/**
 * Reads `/etc/ld.so.cache` in file order; undefined when the loader could not use it. The newer part of a file counts,
 * and the older one where there is no other.
 */
export function parseLdSoCache(array: Uint8Array, littleEndian: boolean): readonly LdSoCacheEntry[] | undefined {
  if (array.length > ldSoCacheLimit) return undefined;
  const start = newPartOf(array, littleEndian);
  if (start === undefined) return parseOldPart(array, littleEndian);
  const bytes = bytesOf(array.subarray(start), { class: 64, littleEndian });
  const order = bytes.u8(28) & 3;
  const count = bytes.u32(20);
  if (order !== 0 && order !== (littleEndian ? 2 : 3)) return undefined;
  if (count > entryLimit || headerBytes + count * entryBytes > bytes.length) return undefined;
  const hwcapsNames = readHwcapsNames(bytes);
  const entries: LdSoCacheEntry[] = [];
  for (let at = headerBytes; at < headerBytes + count * entryBytes; at += entryBytes) {
    const name = bytes.text(bytes.u32(at + 4));
    const path = bytes.text(bytes.u32(at + 8));
    if (name === undefined || path === undefined) continue;
    const [low, high] = littleEndian ? [at + 16, at + 20] : [at + 20, at + 16];
    const bits = bytes.u32(high);
    const common = { name, path, flags: bytes.u32(at) };
    // Bit 62, and nothing else above bit 41: an index into the list of subdirectories.
    if (bits >>> 10 === 2 ** 20) {
      const hwcaps = hwcapsNames[bytes.u32(low)];
      if (hwcaps !== undefined) entries.push({ ...common, hwcaps });
    } else entries.push(bits === 0 && bytes.u32(low) === 0 ? common : { ...common, legacy: true });
  }
  return entries;
}

/**
 * Writes a cache in the format of glibc 2.32 and later. The order of `entries` does not matter; legacy ones are left
 * out.
 */
export function writeLdSoCache(entries: readonly LdSoCacheEntry[], littleEndian: boolean): Uint8Array {
  const sorted = entries.filter(({ legacy }) => legacy !== true).sort(compareEntries);
  const hwcaps = [...new Set(sorted.flatMap((entry) => entry.hwcaps ?? []))].sort();
  const stringsStart = headerBytes + sorted.length * entryBytes;
  const offsets = new Map<string, number>();
  const encoded: Buffer[] = [];
  let stringsEnd = stringsStart;
  for (const text of [...sorted.flatMap(({ name, path }) => [name, path]), ...hwcaps]) {
    if (offsets.has(text)) continue;
    offsets.set(text, stringsEnd);
    encoded.push(nameBytes(`${text}\0`));
    stringsEnd += encoded.at(-1)?.length ?? 0;
  }
  const extension = Math.ceil(stringsEnd / 4) * 4;
  const array = new Uint8Array(extension + (hwcaps.length === 0 ? 8 : 24 + hwcaps.length * 4));
  const view = new DataView(array.buffer);
  const u32 = (offset: number, value: number) => view.setUint32(offset, value, littleEndian);
  const offsetIn = (text: string) => offsets.get(text) ?? 0;

  array.set(Buffer.from(newMagic, "latin1"));
  u32(20, sorted.length);
  u32(24, stringsEnd - stringsStart);
  array[28] = littleEndian ? 2 : 3;
  u32(32, extension);
  for (const [index, entry] of sorted.entries()) {
    const at = headerBytes + index * entryBytes;
    u32(at, entry.flags);
    u32(at + 4, offsetIn(entry.name));
    u32(at + 8, offsetIn(entry.path));
    if (entry.hwcaps === undefined) continue;
    u32(at + (littleEndian ? 16 : 20), hwcaps.indexOf(entry.hwcaps));
    u32(at + (littleEndian ? 20 : 16), 2 ** 30);
  }
  array.set(Buffer.concat(encoded), stringsStart);
  u32(extension, extensionMagic);
  u32(extension + 4, hwcaps.length === 0 ? 0 : 1);
  if (hwcaps.length > 0) {
    u32(extension + 8, hwcapsTag);
    u32(extension + 16, extension + 24);
    u32(extension + 20, hwcaps.length * 4);
    for (const [index, name] of hwcaps.entries()) u32(extension + 24 + index * 4, offsetIn(name));
  }
  return array;
}

/**
 * The order of names by which the loader searches its cache: by characters, but runs of digits as numbers, so that
 * `libx.so.10` comes after `libx.so.9`. A digit sorts after everything else.
 */
export function compareCacheNames(left: string, right: string): number {
  let a = 0;
  let b = 0;
  while (a < left.length) {
    const leftDigits = digitsAt(left, a);
    const rightDigits = digitsAt(right, b);
    if (leftDigits !== "" && rightDigits === "") return 1;
    if (leftDigits === "" && rightDigits !== "") return -1;
    if (leftDigits !== "") {
      const difference = Number(leftDigits) - Number(rightDigits);
      if (difference !== 0) return difference;
      a += leftDigits.length;
      b += rightDigits.length;
      continue;
    }
    const difference = left.charCodeAt(a) - (b < right.length ? right.charCodeAt(b) : 0);
    if (difference !== 0) return difference;
    a++;
    b++;
  }
  return b < right.length ? -1 : 0;
}

function compareEntries(left: LdSoCacheEntry, right: LdSoCacheEntry): number {
  const byName = compareCacheNames(right.name, left.name);
  if (byName !== 0) return byName;
  if (left.flags !== right.flags) return right.flags - left.flags;
  // The loader stops at the first baseline entry, so that the others have to come before it.
  if (left.hwcaps === right.hwcaps) return left.path < right.path ? -1 : 1;
  if (left.hwcaps === undefined) return 1;
  if (right.hwcaps === undefined) return -1;
  return left.hwcaps < right.hwcaps ? -1 : 1;
}

function digitsAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return text.slice(start, end);
}

/** The format before glibc 2.2: no hardware variants, and offsets that count from the end of the entries. */
function parseOldPart(array: Uint8Array, littleEndian: boolean): readonly LdSoCacheEntry[] | undefined {
  if (!startsWith(array, 0, oldMagic)) return undefined;
  const bytes = bytesOf(array, { class: 64, littleEndian });
  const count = bytes.u32(12);
  const strings = oldHeaderBytes + count * oldEntryBytes;
  if (count > entryLimit || strings > bytes.length) return undefined;
  const entries: LdSoCacheEntry[] = [];
  for (let at = oldHeaderBytes; at < strings; at += oldEntryBytes) {
    const name = bytes.text(strings + bytes.u32(at + 4));
    const path = bytes.text(strings + bytes.u32(at + 8));
    if (name !== undefined && path !== undefined) entries.push({ name, path, flags: bytes.u32(at) });
  }
  return entries;
}

function startsWith(array: Uint8Array, start: number, text: string): boolean {
  return latin1(array, start, Math.min(start + text.length, array.length)) === text;
}

function newPartOf(array: Uint8Array, littleEndian: boolean): number | undefined {
  if (startsWith(array, 0, newMagic)) return 0;
  if (!startsWith(array, 0, oldMagic)) return undefined;
  const count = bytesOf(array, { class: 64, littleEndian }).u32(12);
  const start = Math.ceil((oldHeaderBytes + count * oldEntryBytes) / 8) * 8;
  if (start + headerBytes > array.length) return undefined;
  return startsWith(array, start, newMagic) ? start : undefined;
}

function readHwcapsNames(bytes: Bytes): readonly string[] {
  const extension = bytes.u32(32);
  if (bytes.u32(extension) !== extensionMagic) return [];
  for (let left = Math.min(bytes.u32(extension + 4), 64), at = extension + 8; left > 0; left--, at += 16) {
    if (bytes.u32(at) !== hwcapsTag) continue;
    const start = bytes.u32(at + 8);
    const length = Math.min(Math.floor(bytes.u32(at + 12) / 4), 1024);
    return Array.from({ length }, (_, index) => bytes.text(bytes.u32(start + index * 4)) ?? "");
  }
  return [];
}
