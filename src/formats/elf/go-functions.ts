import { bytesOf } from "./bytes.ts";
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

/**
 * Names of the functions of a program of Go (runtime/symtab.go, `pcHeader`, since Go 1.16): those that the linker kept,
 * and those that were inlined into them. Go's run-time needs the table, so that stripped programs have it too. Undefined
 * where it is not there, or of another form.
 */
export async function readGoFunctions(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<readonly string[] | undefined> {
  for (const name of sectionNames) {
    const table = await readNamedSection(read, header, { sizeBytes, name, limit: tableLimit });
    if (table !== undefined) return namesIn(table, header);
  }
  return undefined;
}

function namesIn(table: Uint8Array, header: ElfHeader): readonly string[] | undefined {
  const bytes = bytesOf(table, header);
  const wordBytes = header.class === 64 ? 8 : 4;
  const first = nameWords.get(bytes.u32(0));
  if (first === undefined || bytes.u8(7) !== wordBytes) return undefined;
  const start = bytes.word(headerBytes + first * wordBytes);
  const end = bytes.word(headerBytes + (first + 1) * wordBytes);
  if (start <= headerBytes || end <= start || end > table.length || end - start > nameBytesLimit) return undefined;
  const text = new TextDecoder().decode(table.subarray(start, end));
  return text.split("\0").filter((name) => name !== "");
}
