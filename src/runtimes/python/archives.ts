import { unpackBudget } from "../../formats/zip/budget.ts";
import { type ReadPart, readWithinBudget, readZipEntries } from "../../formats/zip/zip.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ModuleIdentity } from "./module-identity.ts";

/** A source inside an archive. */
export interface ArchivedSource {
  /** Its place as Python names it: the archive's path, and the path inside. */
  readonly path: AbsPath;
  readonly identity: ModuleIdentity;
  readonly isMain: boolean;
  readonly text: string;
}

export interface ReadArchive {
  readonly sources: readonly ArchivedSource[];
  /** Sources of it that are not read, for they or their archive are too large. */
  readonly unread: number;
}

const entryLimit = 20_000;
const sourceLimit = 2 ** 22;
/** Bytes of sources at most that are read of one archive. */
const archiveLimit = 2 ** 28;

/** The sources of an archive that Python imports from (zipimport, zipapp); undefined for a file that is none. */
export async function readArchive(files: ProcessFiles, path: AbsPath): Promise<ReadArchive | undefined> {
  const stat = await files.stat(path);
  if (stat?.kind !== "file") return undefined;
  const read: ReadPart = async (offset, length) =>
    (await files.readBytes(path, { offset, length })) ?? new Uint8Array();
  const budget = unpackBudget(files, { name: stat.inode ?? (await files.targetOf(path)) ?? path, ...stat });
  budget.leftBytes = Math.min(budget.leftBytes, archiveLimit);
  const entries = await readZipEntries(read, stat.sizeBytes, budget);
  if (entries === undefined) return undefined;
  const sources: ArchivedSource[] = [];
  let unread = entries.slice(entryLimit).filter(({ name }) => name.endsWith(".py")).length;
  for (const entry of entries.slice(0, entryLimit)) {
    const parts = entry.name.split("/");
    // Python finds no module by a name with an empty part, as in `/a.py`, and none by one that leads elsewhere.
    if (!entry.name.endsWith(".py") || parts.some((part) => /^\.{0,2}$/u.test(part))) continue;
    const bytes = await readWithinBudget(read, entry, { limitBytes: sourceLimit, budget });
    if (bytes === undefined) {
      unread++;
      continue;
    }
    sources.push({ ...location(path, parts), text: new TextDecoder().decode(bytes) });
  }
  return { sources, unread };
}

function location(archive: AbsPath, parts: readonly string[]): Omit<ArchivedSource, "text"> {
  const names = [...parts.slice(0, -1), (parts.at(-1) ?? "").slice(0, -".py".length)];
  const isPackage = names.at(-1) === "__init__";
  const name = (isPackage ? names.slice(0, -1) : names).join(".");
  const path = toAbsPath(parts.join("/"), archive);
  return {
    path,
    identity: { name, package: isPackage ? name : names.slice(0, -1).join(".") },
    isMain: name === "__main__",
  };
}
