import { type Bytes, bytesOf } from "./bytes.ts";
import { type DynamicTable, dynamicTags } from "./dynamic.ts";
import type { ElfFile } from "./elf-file.ts";
import { type ElfHeader, type ElfSource, offsetOf } from "./header.ts";

/** Bytes at most of a version table. */
const tableLimit = 2 ** 20;
/** Bytes that are read at first: the length of a table is nowhere written, and glibc's own has under 2 KiB. */
const windowBytes = 2 ** 12;
/** Versions at most of one table. */
const versionLimit = 16_384;
/** The longest record, Elfxx_Verdef. */
const recordBytes = 20;
const weakFlag = 2;
const baseFlag = 1;

/** Reads `.gnu.version_r`: the versions wanted of each needed file (LSB 10.7.3). */
export async function readVersionNeeds(
  read: ElfSource,
  header: ElfHeader,
  dynamic: DynamicTable,
): Promise<ElfFile["versionNeeds"]> {
  const offset = offsetOf(header, dynamic.value(dynamicTags.versionNeeds) ?? -1);
  const count = dynamic.value(dynamicTags.versionNeedCount) ?? 0;
  if (offset === undefined || count === 0) return [];
  return inWindow(read, { offset, header }, (bytes, has) => needsOf(bytes, has, { count, dynamic }));
}

function needsOf(
  bytes: Bytes,
  has: (offset: number) => boolean,
  { count, dynamic }: { readonly count: number; readonly dynamic: DynamicTable },
): ElfFile["versionNeeds"] {
  const needs: { file: string; versions: { name: string; weak: boolean }[] }[] = [];
  let budget = versionLimit;
  for (let at = 0, left = Math.min(count, versionLimit); left > 0 && has(at); left--) {
    const versions: { name: string; weak: boolean }[] = [];
    let entry = at + bytes.u32(at + 8);
    for (let more = bytes.u16(at + 2); more > 0 && budget > 0 && has(entry); more--, budget--) {
      versions.push({
        name: dynamic.name(bytes.u32(entry + 8)),
        weak: (bytes.u16(entry + 4) & weakFlag) !== 0,
      });
      const next = bytes.u32(entry + 12);
      if (next === 0) break;
      entry += next;
    }
    needs.push({ file: dynamic.name(bytes.u32(at + 4)), versions });
    const next = bytes.u32(at + 12);
    if (next === 0) break;
    at += next;
  }
  return needs;
}

/**
 * Reads `.gnu.version_d`: the versions that the object defines (LSB 10.7.2), without its own name, the base version.
 */
export async function readVersionDefinitions(
  read: ElfSource,
  header: ElfHeader,
  dynamic: DynamicTable,
): Promise<readonly string[]> {
  const offset = offsetOf(header, dynamic.value(dynamicTags.versionDefinitions) ?? -1);
  const count = dynamic.value(dynamicTags.versionDefinitionCount) ?? 0;
  if (offset === undefined || count === 0) return [];
  return inWindow(read, { offset, header }, (bytes, has) => definitionsOf(bytes, has, { count, dynamic }));
}

function definitionsOf(
  bytes: Bytes,
  has: (offset: number) => boolean,
  { count, dynamic }: { readonly count: number; readonly dynamic: DynamicTable },
): readonly string[] {
  const names: string[] = [];
  for (let at = 0, left = Math.min(count, versionLimit); left > 0 && has(at); left--) {
    const isBase = (bytes.u16(at + 2) & baseFlag) !== 0;
    const first = at + bytes.u32(at + 12);
    const name = dynamic.name(has(first) ? bytes.u32(first) : 0);
    if (!isBase || count === 1) names.push(name);
    const next = bytes.u32(at + 16);
    if (next === 0) break;
    at += next;
  }
  return names;
}

/**
 * Reads a table of unknown length: its first bytes, and once more with all that it may have where it goes on behind
 * them. `has` tells whether the record at an offset is there, whole as far as anybody reads of it.
 */
async function inWindow<T>(
  read: ElfSource,
  { offset, header }: { readonly offset: number; readonly header: ElfHeader },
  parse: (bytes: Bytes, has: (offset: number) => boolean) => T,
): Promise<T> {
  const window = await read(offset, windowBytes);
  let isCut = false;
  const parsed = parse(bytesOf(window, header), (at) => {
    if (at + recordBytes <= window.length) return true;
    isCut = true;
    return at < window.length;
  });
  if (!isCut || window.length < windowBytes) return parsed;
  const table = await read(offset, tableLimit);
  return parse(bytesOf(table, header), (at) => at < table.length);
}
