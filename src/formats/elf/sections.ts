import { bytesOf } from "./bytes.ts";
import type { ElfHeader, ElfSource } from "./header.ts";

const sectionLimit = 4096;
const namesLimit = 2 ** 20;
const nameLimit = 256;

/** A piece of the file as its table of sections has it; loading a program takes none of them. */
export interface Section {
  /** Where its name starts in the section of names. */
  readonly nameAt: number;
  /** sh_type: 1 is PROGBITS. */
  readonly type: number;
  /** sh_flags: 1 written, 2 loaded, 4 executed. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file, cut at its end. */
  readonly sizeBytes: number;
}

/** The sections with bytes in the file, in its order; none where the table is not there or not usable. */
export async function readSections(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<readonly Section[]> {
  return (await readTable(read, header, sizeBytes)).filter((section) => section.sizeBytes > 0);
}

/** Names of the sections, in the order of the file; none where there is no usable table. */
export async function readSectionNames(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<readonly string[]> {
  const table = await readTable(read, header, sizeBytes);
  const names = table[header.sections.names];
  if (names === undefined) return [];
  const texts = bytesOf(await read(names.offset, Math.min(names.sizeBytes, namesLimit)), header);
  return table.flatMap(({ nameAt }) => texts.text(nameAt, nameLimit) ?? []).filter((name) => name !== "");
}

/** The bytes of the section of a name, at most `limit`; undefined when there is none. */
export async function readNamedSection(
  read: ElfSource,
  header: ElfHeader,
  wanted: { readonly sizeBytes: number; readonly name: string; readonly limit: number },
): Promise<Uint8Array | undefined> {
  return (await readSection(read, header, wanted))?.bytes;
}

/** The same with its address in the running program. */
export async function readSection(
  read: ElfSource,
  header: ElfHeader,
  { sizeBytes, name, limit }: { readonly sizeBytes: number; readonly name: string; readonly limit: number },
): Promise<{ readonly bytes: Uint8Array; readonly address: number } | undefined> {
  const table = await readTable(read, header, sizeBytes);
  const names = table[header.sections.names];
  if (names === undefined) return undefined;
  const texts = bytesOf(await read(names.offset, Math.min(names.sizeBytes, namesLimit)), header);
  const found = table.find((section) => section.sizeBytes > 0 && texts.text(section.nameAt, name.length) === name);
  if (found === undefined) return undefined;
  return { bytes: await read(found.offset, Math.min(found.sizeBytes, limit)), address: found.address };
}

/** Tables that were read: each reader of texts asks for its object's. */
const tables = new WeakMap<ElfHeader, Promise<readonly Section[]>>();

function readTable(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<readonly Section[]> {
  const known = tables.get(header);
  if (known !== undefined) return known;
  const table = tableOf(read, header, sizeBytes);
  tables.set(header, table);
  return table;
}

async function tableOf(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<readonly Section[]> {
  const { offset, count, entryBytes } = header.sections;
  const wide = header.class === 64;
  if (entryBytes !== (wide ? 64 : 40) || count > sectionLimit || offset + count * entryBytes > sizeBytes) return [];
  const bytes = bytesOf(await read(offset, count * entryBytes), header);
  const table: Section[] = [];
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    const type = bytes.u32(at + 4);
    const start = bytes.word(at + (wide ? 24 : 16));
    // NOBITS has a size and no bytes.
    const length = type === 8 ? 0 : Math.min(bytes.word(at + (wide ? 32 : 20)), sizeBytes - start);
    table.push({
      nameAt: bytes.u32(at),
      type,
      flags: bytes.word(at + 8),
      address: bytes.word(at + (wide ? 16 : 12)),
      offset: start,
      sizeBytes: Math.max(0, length),
    });
  }
  return table;
}
