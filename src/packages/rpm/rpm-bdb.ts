import { bytesOf } from "../../formats/elf/bytes.ts";
import type { BlockFile } from "../shared/block-file.ts";
import type { StoredHeader } from "./rpm-header.ts";

const hashMagic = 0x061561;
const pageHeadBytes = 26;
const hashPages = [2, 13];
const overflowPage = 7;
const offPage = 3;

interface Hash {
  readonly file: BlockFile;
  readonly pageBytes: number;
  readonly pages: number;
  readonly littleEndian: boolean;
  readonly headerLimit: number;
  readonly seen: Set<number>;
}

/**
 * Headers in a `Packages` of Berkeley DB, as RHEL 8 and Amazon Linux 2 have it: a hash whose values are headers on
 * overflow pages (Berkeley DB's dbinc/db_page.h). All pages are looked at in their order, so that no bucket has to be
 * computed; an overflow page counts once.
 */
export async function* readBdb(file: BlockFile, headerLimit: number): AsyncIterable<StoredHeader> {
  const meta = await file.read(0, 512);
  const littleEndian = bytesOf(meta, { class: 32, littleEndian: true }).u32(12) === hashMagic;
  const head = bytesOf(meta, { class: 32, littleEndian });
  const pageBytes = head.u32(20);
  if (head.u32(12) !== hashMagic) {
    yield { problem: "not a hash of Berkeley DB" };
    return;
  }
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0) {
    yield { problem: `it has pages of ${String(pageBytes)} bytes` };
    return;
  }
  if (head.u8(24) !== 0) {
    yield { problem: "it is encrypted" };
    return;
  }
  const lastPage = head.u32(32);
  const pages = Math.floor(file.sizeBytes / pageBytes);
  const hash: Hash = { file, pageBytes, pages, littleEndian, headerLimit, seen: new Set() };
  if (lastPage >= pages) yield { problem: `it ends before page ${String(lastPage)}` };
  for (let page = 1; page < pages; page++) {
    const bytes = await file.read(page * pageBytes, pageBytes);
    const number = bytesOf(bytes, { class: 32, littleEndian });
    if (!hashPages.includes(number.u8(25))) continue;
    const entries = Math.min(number.u16(20), Math.floor((bytes.length - pageHeadBytes) / 2));
    // Keys and values take turns; a value that fits the page is the counter of keys, never a header.
    for (let entry = 1; entry < entries; entry += 2) {
      const at = number.u16(pageHeadBytes + 2 * entry);
      if (number.u8(at) !== offPage) continue;
      yield await readOverflow(hash, number.u32(at + 4), number.u32(at + 8));
    }
  }
}

async function readOverflow(hash: Hash, first: number, length: number): Promise<StoredHeader> {
  if (length > hash.headerLimit) return { problem: `a header has ${String(length)} bytes` };
  const parts: Uint8Array[] = [];
  let left = length;
  for (let page = first; left > 0; ) {
    if (page < 1 || page >= hash.pages) return { problem: `page ${String(page)} is not in the file` };
    if (hash.seen.has(page)) return { problem: `page ${String(page)} is used twice` };
    hash.seen.add(page);
    const bytes = await hash.file.read(page * hash.pageBytes, hash.pageBytes);
    const number = bytesOf(bytes, { class: 32, littleEndian: hash.littleEndian });
    if (number.u8(25) !== overflowPage) return { problem: `page ${String(page)} is not of a header` };
    const part = bytes.subarray(pageHeadBytes, pageHeadBytes + Math.min(left, number.u16(22)));
    if (part.length === 0) return { problem: `page ${String(page)} is empty` };
    parts.push(part);
    left -= part.length;
    page = number.u32(16);
  }
  const header = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    header.set(part, at);
    at += part.length;
  }
  return { header };
}
