import { type AbsPath, parentOf, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { type BlockFile, openBlockFile } from "../shared/block-file.ts";
import { readBdb } from "./rpm-bdb.ts";
import type { StoredHeader } from "./rpm-header.ts";
import { readNdb } from "./rpm-ndb.ts";
import { readSqliteTable } from "./sqlite.ts";

/** rpm itself refuses headers that are longer (rpm's lib/header.cc: `headerMaxbytes`). */
const headerLimit = 256 * 2 ** 20;
/** The largest distributions have a tenth of it. */
const packageLimit = 200_000;

type ReadHeaders = (file: BlockFile) => AsyncIterable<StoredHeader>;

/** Where distributions keep it, and how: newer ones below /usr, with a link in the older place. */
const directories = ["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"];
const formats: Readonly<Record<string, ReadHeaders>> = {
  "rpmdb.sqlite": readSqlite,
  "Packages.db": (file) => readNdb(file, headerLimit),
  // Formerly everywhere; left behind by some that have moved on, so it comes last.
  Packages: (file) => readBdb(file, headerLimit),
};

/** The names that rpm's database may have. */
export const rpmMarkers: readonly AbsPath[] = directories.flatMap((directory) =>
  Object.keys(formats).map((name) => toAbsPath(name, directory)),
);

/** The first database that is there. */
export async function findRpmDatabase(root: RootFs): Promise<AbsPath | undefined> {
  for (const path of rpmMarkers) {
    if ((await root.lstat(path)) !== undefined) return path;
  }
  return undefined;
}

/** The headers of a database, in the order in which it has them; ends with the first problem of the whole. */
export async function* readStoredHeaders(root: RootFs, path: AbsPath): AsyncIterable<StoredHeader> {
  const file = await openBlockFile(root, path);
  if (file === undefined) return;
  if (typeof file === "string") {
    yield { problem: file };
    return;
  }
  // Rows in the log of SQLite and not in the database are newer than it: half of the truth would be a wrong list.
  const log = await root.lstat(toAbsPath("rpmdb.sqlite-wal", parentOf(path)));
  const isOpen = path.endsWith(".sqlite") && log !== undefined && log.sizeBytes > 0;
  if (isOpen) {
    yield { problem: "changes are in its log, rpmdb.sqlite-wal, and not in itself" };
    return;
  }
  const read = formats[path.slice(path.lastIndexOf("/") + 1)];
  if (read === undefined) return;
  let count = 0;
  for await (const stored of read(file)) {
    if (++count > packageLimit) {
      yield { problem: `it has more than ${String(packageLimit)} packages` };
      return;
    }
    yield stored;
  }
}

async function* readSqlite(file: BlockFile): AsyncIterable<StoredHeader> {
  for await (const row of readSqliteTable(file, { table: "Packages", rowLimit: headerLimit })) {
    if ("problem" in row) yield row;
    else {
      const header = row.values.find((value) => value instanceof Uint8Array);
      yield header === undefined ? { problem: "a package has no header" } : { header };
    }
  }
}
