import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A database that SQLite itself writes, in the way of rpm: with a table and an index more, and a log beside it. */
export function sqliteOf(headers: readonly Uint8Array[], pageBytes = 4096): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "pith-rpm-"));
  try {
    const file = join(folder, "rpmdb.sqlite");
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA page_size = ${String(pageBytes)}; PRAGMA journal_mode = WAL`);
    database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
    database.exec("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)");
    database.exec("CREATE INDEX Name_key_idx ON 'Name'(key ASC)");
    const insert = database.prepare("INSERT INTO 'Packages' (blob) VALUES (?)");
    database.exec("BEGIN");
    for (const header of headers) insert.run(header);
    database.exec("COMMIT");
    database.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
