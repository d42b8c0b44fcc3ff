import { type Bytes, bytesOf, nameLimit } from "./bytes.ts";
import { type ElfHeader, type ElfProblem, type ElfSource, offsetOf, segmentTypes } from "./header.ts";

/** Dynamic tags that are read (gABI, and the GNU ranges of elf(5)). */
export const dynamicTags = {
  needed: 1,
  hash: 4,
  stringTable: 5,
  symbolTable: 6,
  stringTableBytes: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  gnuHash: 0x6ffffef5,
  versionSymbols: 0x6ffffff0,
  flags1: 0x6ffffffb,
  versionDefinitions: 0x6ffffffc,
  versionDefinitionCount: 0x6ffffffd,
  versionNeeds: 0x6ffffffe,
  versionNeedCount: 0x6fffffff,
  auxiliary: 0x7ffffffd,
  filter: 0x7fffffff,
} as const;

/** Entries at most of the dynamic table; real ones have fewer than a hundred. */
const entryLimit = 16_384;
/** Libraries at most that one object may name. */
const neededLimit = 4096;
/** Bytes at most of the table of names; Haskell's programs export every function that they have, in forty million. */
export const stringTableLimit: number = 128 * 2 ** 20;

export interface DynamicTable {
  /** The first value of a tag. */
  value(tag: number): number | undefined;
  /** The names that all values of a tag stand for. */
  names(tag: number): readonly string[];
  /** The name at an offset of the table of names; empty when there is none. */
  name(offset: number): string;
  /** Every address in the table that is larger than `address`, the smallest. */
  nextAddress(address: number): number | undefined;
}

/** Reads PT_DYNAMIC and its table of names; undefined when the file has none. */
export async function readDynamic(read: ElfSource, header: ElfHeader): Promise<DynamicTable | ElfProblem | undefined> {
  const segment = header.segments.find(({ type }) => type === segmentTypes.dynamic);
  if (segment === undefined) return undefined;
  if (segment.lostBytes > 0) return { problem: "it ends within its dynamic section" };
  const entryBytes = header.class === 64 ? 16 : 8;
  const limit = entryLimit * entryBytes;
  const bytes = bytesOf(await read(segment.offset, Math.min(segment.sizeBytes, limit)), header);
  const entries: (readonly [tag: number, value: number])[] = [];
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    const tag = bytes.word(at);
    if (tag === 0) break;
    entries.push([tag, bytes.word(at + entryBytes / 2)]);
  }
  const value = (tag: number) => entries.find(([found]) => found === tag)?.[1];
  if (entries.filter(([tag]) => tag === dynamicTags.needed).length > neededLimit) {
    return { problem: `it needs more than ${neededLimit} libraries` };
  }
  const names = await readNames(read, header, value);
  if ("problem" in names) return names;
  const name = (offset: number) => names.text(offset, nameLimit) ?? "";
  return {
    value,
    name,
    names: (tag) => entries.filter(([found]) => found === tag).map(([, offset]) => name(offset)),
    nextAddress: (address) =>
      entries.reduce<number | undefined>((nearest, [tag, found]) => {
        if (!addressTags.has(tag) || found <= address || (nearest !== undefined && nearest <= found)) return nearest;
        return found;
      }, undefined),
  };
}

const addressTags: ReadonlySet<number> = new Set([
  dynamicTags.hash,
  dynamicTags.stringTable,
  dynamicTags.symbolTable,
  dynamicTags.gnuHash,
  dynamicTags.versionSymbols,
  dynamicTags.versionNeeds,
  dynamicTags.versionDefinitions,
]);

async function readNames(
  read: ElfSource,
  header: ElfHeader,
  value: (tag: number) => number | undefined,
): Promise<Bytes | ElfProblem> {
  const address = value(dynamicTags.stringTable);
  const length = value(dynamicTags.stringTableBytes) ?? 0;
  if (address === undefined) return bytesOf(new Uint8Array(), header);
  const offset = offsetOf(header, address);
  if (offset === undefined) return { problem: "its table of names lies outside the file" };
  if (length > stringTableLimit) return { problem: `its table of names is larger than ${stringTableLimit} bytes` };
  const bytes = bytesOf(await read(offset, length), header);
  return bytes.length < length ? { problem: "it ends within its table of names" } : bytes;
}
