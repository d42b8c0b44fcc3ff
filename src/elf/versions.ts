import { bytesOf } from "./bytes.ts";
import { type DynamicTable, dynamicTags } from "./dynamic.ts";
import type { ElfFile } from "./elf-file.ts";
import { type ElfHeader, type ElfSource, offsetOf } from "./header.ts";

/** Bytes at most of a version table; glibc's own has under 2 KiB. */
const tableLimit = 2 ** 20;
/** Versions at most of one table. */
const versionLimit = 16_384;
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
  const bytes = bytesOf(await read(offset, tableLimit), header);
  const needs: { file: string; versions: { name: string; weak: boolean }[] }[] = [];
  let budget = versionLimit;
  for (let at = 0, left = Math.min(count, versionLimit); left > 0 && at < bytes.length; left--) {
    const versions: { name: string; weak: boolean }[] = [];
    let entry = at + bytes.u32(at + 8);
    for (let more = bytes.u16(at + 2); more > 0 && budget > 0 && entry < bytes.length; more--, budget--) {
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

/** Reads `.gnu.version_d`: the versions that the object defines (LSB 10.7.2), without its own name, the base version. */
export async function readVersionDefinitions(
  read: ElfSource,
  header: ElfHeader,
  dynamic: DynamicTable,
): Promise<readonly string[]> {
  const offset = offsetOf(header, dynamic.value(dynamicTags.versionDefinitions) ?? -1);
  const count = dynamic.value(dynamicTags.versionDefinitionCount) ?? 0;
  if (offset === undefined || count === 0) return [];
  const bytes = bytesOf(await read(offset, tableLimit), header);
  const names: string[] = [];
  for (let at = 0, left = Math.min(count, versionLimit); left > 0 && at < bytes.length; left--) {
    const isBase = (bytes.u16(at + 2) & baseFlag) !== 0;
    const name = dynamic.name(bytes.u32(at + bytes.u32(at + 12)));
    if (!isBase || count === 1) names.push(name);
    const next = bytes.u32(at + 16);
    if (next === 0) break;
    at += next;
  }
  return names;
}
