import { bytesOf } from "./bytes.ts";
import { type DynamicTable, dynamicTags } from "./dynamic.ts";
import { type ElfHeader, type ElfSource, offsetOf } from "./header.ts";

/** Symbols at most that are looked at; the largest known libraries have a tenth. */
const symbolLimit = 2 ** 20;
/** Characters at most of all their names. */
const nameBudget = 16 * 2 ** 20;

/** Names of the undefined symbols of `.dynsym`: what the object imports. */
export async function readImports(
  read: ElfSource,
  header: ElfHeader,
  dynamic: DynamicTable,
): Promise<ReadonlySet<string>> {
  const address = dynamic.value(dynamicTags.symbolTable);
  const offset = address === undefined ? undefined : offsetOf(header, address);
  if (address === undefined || offset === undefined) return new Set();
  const wide = header.class === 64;
  const entryBytes = wide ? 24 : 16;
  const count = Math.min(await countImports(read, header, dynamic), symbolLimit);
  const bytes = bytesOf(await read(offset, count * entryBytes), header);
  const names = new Set<string>();
  let budget = nameBudget;
  for (let at = entryBytes; at + entryBytes <= bytes.length && budget > 0; at += entryBytes) {
    const section = bytes.u16(at + (wide ? 6 : 14));
    const name = section === 0 ? dynamic.name(bytes.u32(at)) : "";
    if (name !== "") names.add(name);
    budget -= name.length;
  }
  return names;
}

/** How many symbols have to be looked at to see every undefined one. No header says how many there are. */
async function countImports(read: ElfSource, header: ElfHeader, dynamic: DynamicTable): Promise<number> {
  const gnu = offsetOf(header, dynamic.value(dynamicTags.gnuHash) ?? -1);
  if (gnu !== undefined) {
    const bytes = bytesOf(await read(gnu, 16), header);
    // Undefined symbols are not hashed, and stand before the first that is. An empty table says nothing.
    const first = bytes.u32(4);
    if (first > 1) return first;
  }
  const hash = offsetOf(header, dynamic.value(dynamicTags.hash) ?? -1);
  if (hash !== undefined) return bytesOf(await read(hash, 8), header).u32(4);
  const start = dynamic.value(dynamicTags.symbolTable) ?? 0;
  const end = dynamic.nextAddress(start) ?? start;
  return Math.floor((end - start) / (header.class === 64 ? 24 : 16));
}
