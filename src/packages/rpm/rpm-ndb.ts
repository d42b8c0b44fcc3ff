import { bytesOf } from "../../formats/elf/bytes.ts";
import type { BlockFile } from "../shared/block-file.ts";
import type { StoredHeader } from "./rpm-header.ts";

const headBytes = 32;
const slotBytes = 16;
const blockBytes = 16;
const pageBytes = 4096;
const tailBytes = 12;
const magics = { file: "RpmP", slot: "Slot", start: "BlbS", end: "BlbE" };

/**
 * Headers in a `Packages.db` (rpm's lib/backend/ndb/rpmpkg.c): pages of slots, each of which says where a package's
 * header lies. Every slot is read once, so that nothing that the file says can make it long.
 */
export async function* readNdb(file: BlockFile, headerLimit: number): AsyncIterable<StoredHeader> {
  const head = bytesOf(await file.read(0, headBytes), { class: 32, littleEndian: true });
  if (head.u32(0) !== magicOf(magics.file) || head.length < headBytes) {
    yield { problem: "not an ndb database" };
    return;
  }
  if (head.u32(4) !== 0) {
    yield { problem: `its version is ${String(head.u32(4))}` };
    return;
  }
  const slotPages = Math.min(head.u32(12), Math.ceil(file.sizeBytes / pageBytes));
  const used = new Set<number>();
  for (let page = 0; page < slotPages; page++) {
    const slots = bytesOf(await file.read(page * pageBytes, pageBytes), { class: 32, littleEndian: true });
    for (let at = page === 0 ? headBytes : 0; at < pageBytes; at += slotBytes) {
      if (slots.u32(at) !== magicOf(magics.slot)) {
        yield { problem: `slot page ${String(page)} is damaged` };
        return;
      }
      const offset = slots.u32(at + 8) * blockBytes;
      if (offset === 0) continue;
      const index = slots.u32(at + 4);
      // Two slots of one blob: the file would be read again for each of them.
      if (used.has(offset)) {
        yield { problem: `the header of package ${String(index)} is used twice` };
        return;
      }
      used.add(offset);
      const blob = bytesOf(await file.read(offset, blockBytes), { class: 32, littleEndian: true });
      const length = blob.u32(12);
      const isWhole = offset + blockBytes + length <= file.sizeBytes;
      if (blob.u32(0) !== magicOf(magics.start) || blob.u32(4) !== index || !isWhole) {
        yield { problem: `the header of package ${String(index)} is damaged` };
      } else if (length > headerLimit) yield { problem: `a header has ${String(length)} bytes` };
      else yield { header: await file.read(offset + blockBytes, length) };
    }
  }
}

/** A `Packages.db` with these headers, for one and the same bytes each time. */
export function writeNdb(headers: readonly Uint8Array[]): Uint8Array {
  const slotPages = Math.max(1, Math.ceil((headers.length * slotBytes + headBytes) / pageBytes));
  const blocks = headers.map((header) => Math.ceil((blockBytes + header.length + tailBytes) / blockBytes));
  const total = slotPages * pageBytes + blocks.reduce((sum, count) => sum + count, 0) * blockBytes;
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  const put = (offset: number, ...words: readonly number[]) => {
    for (const [index, word] of words.entries()) view.setUint32(offset + 4 * index, word, true);
  };
  put(0, magicOf(magics.file), 0, 1, slotPages, headers.length + 1);
  for (let at = headBytes; at < slotPages * pageBytes; at += slotBytes) put(at, magicOf(magics.slot));
  let block = (slotPages * pageBytes) / blockBytes;
  for (const [index, header] of headers.entries()) {
    const count = blocks[index] ?? 0;
    put(headBytes + index * slotBytes, magicOf(magics.slot), index + 1, block, count);
    const start = block * blockBytes;
    const end = start + count * blockBytes;
    put(start, magicOf(magics.start), index + 1, 1, header.length);
    file.set(header, start + blockBytes);
    put(end - tailBytes, adler32(file.subarray(start, end - tailBytes)), header.length, magicOf(magics.end));
    block += count;
  }
  return file;
}

function magicOf(text: string): number {
  return bytesOf(new TextEncoder().encode(text), { class: 32, littleEndian: true }).u32(0);
}

/** The checksum of RFC 1950, section 8. */
function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}
