import { bytesOf, latin1 } from "./bytes.ts";
import { type ElfHeader, type ElfSource, offsetOf } from "./header.ts";
import { codeReader, placesOfTexts } from "./machine-code.ts";
import { readSection } from "./sections.ts";

const codeLimit = 256 * 2 ** 20;
const constantsLimit = 64 * 2 ** 20;
const textLimit = 4096;
/** Code is read in pieces, which share their ends. */
const pieceBytes = 2 ** 20;
const sharedBytes = 256;
const textsLimit = 2 ** 17;
/** Relocations that only add where the program was loaded (R_X86_64_RELATIVE, R_AARCH64_RELATIVE), by e_machine. */
const relative: ReadonlyMap<number, number> = new Map([
  [62, 8],
  [183, 1027],
]);
const entryBytes = 24;
const pairBytes = 16;
/** A longer list is a table: the names of alphabets, say, are words. */
const longestList = 24;
/** Registers of arguments in their order, by e_machine: DI, SI, DX, CX, R8, R9, and X0 to X7. */
const registers: ReadonlyMap<number, readonly number[]> = new Map([
  [62, [7, 6, 2, 1, 8, 9]],
  [183, [0, 1, 2, 3, 4, 5, 6, 7]],
]);

/**
 * Texts whose addresses and lengths a program's code has, or its short lists of texts: those of Rust have no end.
 * Undefined for machines whose code is not read. A length is the nearest number, so that some texts end too early.
 */
export async function readCodeTexts(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<ReadonlySet<string> | undefined> {
  const reader = codeReader(header.machine);
  const code = await readSection(read, header, { sizeBytes, name: ".text", limit: codeLimit });
  const constants = await readSection(read, header, { sizeBytes, name: ".rodata", limit: constantsLimit });
  if (reader === undefined || code === undefined || constants === undefined) return undefined;
  const order = registers.get(header.machine) ?? [];
  const texts = new Set<string>();
  const take = (address: number, length: number): void => {
    const start = address - constants.address;
    if (start < 0 || length < 1 || length > textLimit || start + length > constants.bytes.length) return;
    const text = latin1(constants.bytes, start, start + length);
    if (texts.size < textsLimit && /^[\t\n -~]+$/u.test(text)) texts.add(text);
  };
  for (let at = 0; at < code.bytes.length; at += pieceBytes) {
    const steps = reader.steps(code, at, Math.min(at + pieceBytes + sharedBytes, code.bytes.length));
    for (const { address, lengths } of placesOfTexts(steps, order)) for (const length of lengths) take(address, length);
  }
  for (const [address, length] of await listedTexts(read, header, sizeBytes)) take(address, length);
  return texts;
}

/** Pairs of addresses and lengths in lists that the loader fills in. */
async function listedTexts(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<readonly (readonly [address: number, length: number])[]> {
  const section = await readSection(read, header, { sizeBytes, name: ".rela.dyn", limit: constantsLimit });
  const lists = await readSection(read, header, { sizeBytes, name: ".data.rel.ro", limit: constantsLimit });
  if (section === undefined || lists === undefined || offsetOf(header, lists.address) === undefined) return [];
  const entries = bytesOf(section.bytes, header);
  const words = bytesOf(lists.bytes, header);
  const pairs = new Map<number, readonly [number, number]>();
  for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
    if (entries.u32(at + 8) !== relative.get(header.machine)) continue;
    const place = entries.u64(at) - lists.address;
    if (place < 0 || place + pairBytes > words.length) continue;
    pairs.set(place, [entries.u64(at + 16), words.u64(place + 8)]);
  }
  return [...pairs].flatMap(([place, pair]) => (lengthOfList(pairs, place) > longestList ? [] : [pair]));
}

/** How many pairs stand one behind another around a place, as far as it matters. */
function lengthOfList(pairs: ReadonlyMap<number, unknown>, place: number): number {
  let length = 1;
  for (const step of [-pairBytes, pairBytes]) {
    for (let at = place + step; pairs.has(at) && length <= longestList; at += step) length++;
  }
  return length;
}
