import { type Bytes, bytesOf } from "./bytes.ts";
import type { ElfHeader, ElfSource } from "./header.ts";
import { readNamedSection } from "./sections.ts";

const sectionNames = [".gopclntab", ".data.rel.ro.gopclntab"];
const tableLimit = 256 * 2 ** 20;
const nameBytesLimit = 64 * 2 ** 20;
/** Where the header has the start of the names, and what follows them, in words; by its first four bytes. */
const nameWords: ReadonlyMap<number, number> = new Map([
  [0xff_ff_ff_f1, 3],
  [0xff_ff_ff_f0, 3],
  [0xff_ff_ff_fa, 2],
]);
const headerBytes = 8;
const functionLimit = 2 ** 21;

/** A function of a program, and the addresses of its first byte and of the one behind its last. */
export interface GoFunction {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The table of the functions of a program of Go. */
export interface GoTable {
  /** Names of the functions that the linker kept, and of those that were inlined into them. */
  readonly names: readonly string[];
  /** The functions with code, by their addresses; `text` is where the code begins. */
  functions(text: number): readonly GoFunction[];
}

/**
 * Names of the functions of a program of Go (runtime/symtab.go, `pcHeader`, since Go 1.16). Go's run-time needs the
 * table, so that stripped programs have it too. Undefined where it is not there, or of another form.
 */
export async function readGoFunctions(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<readonly string[] | undefined> {
  return (await readGoTable(read, header, sizeBytes))?.names;
}

/** The same with the addresses of the functions. */
export async function readGoTable(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<GoTable | undefined> {
  for (const name of sectionNames) {
    const table = await readNamedSection(read, header, { sizeBytes, name, limit: tableLimit });
    if (table !== undefined) return tableIn(table, header);
  }
  return undefined;
}

function tableIn(table: Uint8Array, header: ElfHeader): GoTable | undefined {
  const bytes = bytesOf(table, header);
  const wordBytes = header.class === 64 ? 8 : 4;
  const first = nameWords.get(bytes.u32(0));
  if (first === undefined || bytes.u8(7) !== wordBytes) return undefined;
  const wordAt = (index: number): number => bytes.word(headerBytes + index * wordBytes);
  const start = wordAt(first);
  const end = wordAt(first + 1);
  if (start <= headerBytes || end <= start || end > table.length || end - start > nameBytesLimit) return undefined;
  const text = new TextDecoder().decode(table.subarray(start, end));
  const places = { count: Math.min(wordAt(0), functionLimit), start: wordAt(first + 4), names: start };
  return {
    names: text.split("\0").filter((name) => name !== ""),
    // Before Go 1.18 the table had whole addresses.
    functions: (textAt) => (first === 3 ? functionsIn(bytes, places, wordAt(2) === 0 ? textAt : wordAt(2)) : []),
  };
}

/** Pairs of numbers: how far from the start of the code a function begins, and where the table has more of it. */
function functionsIn(
  bytes: Bytes,
  { count, start, names }: { readonly count: number; readonly start: number; readonly names: number },
  text: number,
): readonly GoFunction[] {
  const found: GoFunction[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * 8;
    if (at + 12 > bytes.length) break;
    const name = bytes.text(names + bytes.u32(start + bytes.u32(at + 4) + 4)) ?? "";
    found.push({ name, start: text + bytes.u32(at), end: text + bytes.u32(at + 8) });
  }
  return found;
}
