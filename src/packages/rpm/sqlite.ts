import { bytesOf } from "../../formats/elf/bytes.ts";
import type { BlockFile } from "../shared/block-file.ts";

/** A value of a row: only what a package database holds is told apart. */
export type SqliteValue = number | string | Uint8Array | undefined;

/** A row of a table, or what is wrong with the file, which ends the rows. */
export type SqliteRow = { readonly values: readonly SqliteValue[] } | { readonly problem: string };

const headerBytes = 100;
const magic = "SQLite format 3\0";
const depthLimit = 32;
const utf8 = 1;

interface Database {
  readonly file: BlockFile;
  readonly pageBytes: number;
  /** Bytes of a page that the format uses. */
  readonly usableBytes: number;
  readonly pages: number;
  /** No row is longer. */
  readonly rowLimit: number;
  /** Pages that were read: one that comes a second time is a cycle, or lies in two places. */
  readonly seen: Set<number>;
}

/**
 * The rows of one table with rowids, in their order (SQLite's "Database File Format", sections 1.3, 1.5, 1.6 and 2).
 * Indexes, other encodings than UTF-8 and everything else in the file are not looked at. Reads each page at most once,
 * whatever the file says.
 */
export async function* readSqliteTable(
  file: BlockFile,
  { table, rowLimit }: { readonly table: string; readonly rowLimit: number },
): AsyncIterable<SqliteRow> {
  const head = await file.read(0, headerBytes);
  const number = bytesOf(head, { class: 32, littleEndian: false });
  if (head.length < headerBytes || new TextDecoder().decode(head.subarray(0, 16)) !== magic) {
    yield { problem: "not an SQLite database" };
    return;
  }
  const pageBytes = number.u16(16) === 1 ? 2 ** 16 : number.u16(16);
  const usableBytes = pageBytes - number.u8(20);
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480) {
    yield { problem: `it has pages of ${String(pageBytes)} bytes` };
    return;
  }
  if (number.u32(56) > utf8) {
    yield { problem: "its text is not UTF-8" };
    return;
  }
  const open = (): Database => {
    const pages = Math.ceil(file.sizeBytes / pageBytes);
    return { file, pageBytes, usableBytes, pages, rowLimit, seen: new Set() };
  };
  let root: number | undefined;
  for await (const row of readTree(open(), 1, 0)) {
    if ("problem" in row) yield row;
    else if (row.values[0] === "table" && row.values[1] === table && typeof row.values[3] === "number") {
      root = row.values[3];
    }
  }
  if (root === undefined) yield { problem: `it has no table ${table}` };
  else yield* readTree(open(), root, 0);
}

async function* readTree(database: Database, page: number, depth: number): AsyncIterable<SqliteRow> {
  const bytes = await readPage(database, page);
  if (typeof bytes === "string") {
    yield { problem: bytes };
    return;
  }
  if (depth > depthLimit) {
    yield { problem: `page ${String(page)} lies too deep` };
    return;
  }
  const number = bytesOf(bytes, { class: 32, littleEndian: false });
  const start = page === 1 ? headerBytes : 0;
  const kind = number.u8(start);
  const cells = number.u16(start + 3);
  if (kind !== 0x05 && kind !== 0x0d) {
    yield { problem: `page ${String(page)} is not of a table` };
    return;
  }
  const pointers = start + (kind === 0x05 ? 12 : 8);
  if (pointers + 2 * cells > bytes.length) {
    yield { problem: `page ${String(page)} has too many cells` };
    return;
  }
  for (let cell = 0; cell < cells; cell++) {
    const offset = number.u16(pointers + 2 * cell);
    if (kind === 0x05) {
      yield* readTree(database, number.u32(offset), depth + 1);
      continue;
    }
    const payload = await readPayload(database, bytes, offset);
    if (typeof payload === "string") {
      yield { problem: payload };
      return;
    }
    yield { values: toValues(payload) };
  }
  if (kind === 0x05) yield* readTree(database, number.u32(start + 8), depth + 1);
}

async function readPage(database: Database, page: number): Promise<Uint8Array | string> {
  const { file, pageBytes, pages, seen } = database;
  if (page < 1 || page > pages) return `page ${String(page)} is not in the file`;
  if (seen.has(page)) return `page ${String(page)} is used twice`;
  seen.add(page);
  const bytes = await file.read((page - 1) * pageBytes, pageBytes);
  return bytes.length < pageBytes ? `page ${String(page)} is cut` : bytes;
}

/** The payload of a leaf's cell: what the page holds of it, and its overflow pages. */
async function readPayload(database: Database, page: Uint8Array, offset: number): Promise<Uint8Array | string> {
  const [length, afterLength] = varint(page, offset);
  const [, start] = varint(page, afterLength);
  // No memory is taken for what cannot be there.
  if (length > Math.min(database.rowLimit, database.file.sizeBytes)) return `a row has ${String(length)} bytes`;
  const usable = database.usableBytes;
  const most = usable - 35;
  let local = length;
  if (length > most) {
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((length - least) % (usable - 4));
    local = fitting <= most ? fitting : least;
  }
  if (start + local > page.length) return "a row ends outside its page";
  if (local === length) return page.subarray(start, start + length);
  const payload = new Uint8Array(length);
  payload.set(page.subarray(start, start + local));
  let next = bytesOf(page, { class: 32, littleEndian: false }).u32(start + local);
  for (let at = local; at < length; ) {
    const bytes = await readPage(database, next);
    if (typeof bytes === "string") return bytes;
    const piece = bytes.subarray(4, Math.min(usable, 4 + length - at));
    payload.set(piece, at);
    at += piece.length;
    next = bytesOf(bytes, { class: 32, littleEndian: false }).u32(0);
  }
  return payload;
}

/** The columns of a record. What lies outside it reads as nothing. */
function toValues(payload: Uint8Array): readonly SqliteValue[] {
  const values: SqliteValue[] = [];
  const [headerLength, first] = varint(payload, 0);
  let offset = headerLength;
  for (let at = first; at < Math.min(headerLength, payload.length); ) {
    const [type, after] = varint(payload, at);
    at = after;
    const length = lengthOf(type);
    const bytes = payload.subarray(offset, offset + length);
    offset += length;
    if (type >= 12 && bytes.length === length) {
      values.push(type % 2 === 0 ? bytes : new TextDecoder().decode(bytes));
    } else values.push(type <= 6 || type === 8 || type === 9 ? toInteger(type, bytes) : undefined);
  }
  return values;
}

const integerLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : (integerLengths[type] ?? 0);
}

/** Exact up to 2^53; numbers of pages are far below, and nothing else is read as a number. */
function toInteger(type: number, bytes: Uint8Array): number | undefined {
  if (type === 0) return undefined;
  if (type >= 8) return type - 8;
  let value = (bytes[0] ?? 0) >= 0x80 ? -1 : 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

/** A number of one to nine bytes, and where it ends. Zeros stand for bytes that are not there. */
function varint(bytes: Uint8Array, offset: number): readonly [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[offset + index] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, offset + index + 1];
  }
  return [value * 256 + (bytes[offset + 8] ?? 0), offset + 9];
}
