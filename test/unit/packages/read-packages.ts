import type { PackageDatabase } from "../../../src/closure/model/closure.ts";
import { type MemoryEntry, memoryRootFs } from "../../../src/rootfs/memory.ts";
import { compareBytes, toAbsPath } from "../../../src/rootfs/rootfs.ts";

/** Files of a root. */
export type Entries = readonly (readonly [path: string, entry: MemoryEntry])[];

/** The packages that a database reads, a line for each. */
export async function read(database: PackageDatabase, entries: Entries): Promise<readonly string[]> {
  const near = entries.map(([path]) => toAbsPath(path)).sort(compareBytes);
  const lines: string[] = [];
  for await (const { purl, license, supplier, files, within } of database.read(memoryRootFs(entries), near)) {
    const location = within === undefined ? files.join(" ") : `in ${within}`;
    lines.push([purl, license ?? "-", supplier ?? "-", location].join(" | "));
  }
  return lines;
}
