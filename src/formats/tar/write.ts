import { invariant } from "../../diagnostics/invariant.ts";
import { blockBytes, paddingOf } from "./member.ts";
import { formatPaxRecord } from "./pax.ts";

/** A member to write. `name` is relative; that of a directory ends in a slash. */
export interface TarHeader {
  readonly kind: "file" | "directory" | "symlink" | "hard-link";
  readonly name: Buffer;
  readonly target?: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly sizeBytes: number;
}

const typeFlags = { file: "0", "hard-link": "1", symlink: "2", directory: "5" } as const;

/** The end of an archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * blockBytes);

/** The zeros after `length` bytes of content. */
export function tarPadding(length: number): Buffer {
  return tarEnd.subarray(0, paddingOf(length));
}

/**
 * The header of a member, byte for byte what BuildKit's exporters write: plain ustar where that can tell everything,
 * with the name split where it must be, else preceded by an extended header that holds what does not fit.
 */
export function formatTarHeader(header: TarHeader): Buffer {
  const target = header.target ?? Buffer.alloc(0);
  const { name } = header;
  const split = splitName(name);
  const fits =
    (split !== undefined || fitsText(name)) &&
    fitsText(target) &&
    numbersOf(header).every(([, value, digits]) => value < 8 ** digits);
  if (fits) return formatBlock(header, split?.name ?? name, target, split?.prefix);
  const records = extendedRecords(header, target);
  return Buffer.concat([
    formatExtended(name, Buffer.concat(records)),
    formatBlock(header, onlyAscii(name), onlyAscii(target), undefined),
  ]);
}

/** Names of records, sorted, with values and the octal digits that their fields have. */
function numbersOf(header: TarHeader): readonly (readonly [key: string, value: number, digits: number])[] {
  invariant(header.mtimeSeconds >= 0, "a file of the image is older than 1970");
  return [
    ["gid", header.gid, 7],
    ["mtime", header.mtimeSeconds, 11],
    ["size", header.sizeBytes, 11],
    ["uid", header.uid, 7],
  ];
}

function extendedRecords(header: TarHeader, target: Buffer): readonly Buffer[] {
  const texts: readonly (readonly [string, Buffer])[] = [
    ["linkpath", target],
    ["path", header.name],
  ];
  const records = new Map<string, Buffer>(texts.filter(([, value]) => !fitsText(value)));
  for (const [key, value, digits] of numbersOf(header)) {
    if (value >= 8 ** digits) records.set(key, Buffer.from(String(value)));
  }
  const sorted = [...records].sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([key, value]) => formatPaxRecord(key, value));
}

function formatExtended(name: Buffer, body: Buffer): Buffer {
  const text = name.toString("latin1");
  const cut = text.lastIndexOf("/") + 1;
  const own = `${text.slice(0, cut)}PaxHeaders.0/${text.slice(cut)}`;
  const short = onlyAscii(Buffer.from(own, "latin1")).subarray(0, 100).toString("latin1").replace(/\/+$/u, "");
  const block = Buffer.alloc(blockBytes);
  block.write(short, 0, "latin1");
  for (const [at, length] of [
    [100, 8],
    [108, 8],
    [116, 8],
    [136, 12],
  ] as const)
    writeOctal(block, at, length, 0);
  writeOctal(block, 124, 12, body.length);
  finish(block, "x");
  return Buffer.concat([block, body, tarPadding(body.length)]);
}

function formatBlock(header: TarHeader, name: Buffer, target: Buffer, prefix: Buffer | undefined): Buffer {
  // Of the pool: an archive has thousands of them.
  const block = Buffer.allocUnsafe(blockBytes).fill(0);
  writeText(block, 0, name);
  writeText(block, 157, target);
  prefix?.copy(block, 345);
  writeOctal(block, 100, 8, header.mode);
  writeOctal(block, 108, 8, header.uid);
  writeOctal(block, 116, 8, header.gid);
  writeOctal(block, 124, 12, header.sizeBytes);
  writeOctal(block, 136, 12, header.mtimeSeconds);
  writeOctal(block, 329, 8, 0);
  writeOctal(block, 337, 8, 0);
  finish(block, typeFlags[header.kind]);
  return block;
}

function writeText(block: Buffer, at: number, text: Buffer): void {
  text.copy(block, at, 0, 100);
  // Cut off after a slash it would be the name of a directory.
  if (text.length > 100 && block[at + 99] === 0x2f) {
    let end = at + 99;
    while (end > at && block[end - 1] === 0x2f) end--;
    block[end] = 0;
  }
}

function finish(block: Buffer, typeFlag: string): void {
  block.write(typeFlag, 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (let index = 0; index < blockBytes; index++) sum += block[index] ?? 0;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** Octal digits that fill a field but for the NUL at its end; 0 where the number does not fit. */
function writeOctal(block: Buffer, at: number, length: number, value: number): void {
  const fitting = value < 8 ** (length - 1) ? value : 0;
  block.write(`${fitting.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
}

function fitsText(text: Buffer): boolean {
  return text.length <= 100 && isAscii(text);
}

/** A long name as ustar has it, in two parts without the slash between them; undefined where it cannot be split. */
function splitName(name: Buffer): { readonly prefix: Buffer; readonly name: Buffer } | undefined {
  if (name.length <= 100 || !isAscii(name)) return undefined;
  const end = name.length > 156 ? 156 : name.at(-1) === 0x2f ? name.length - 1 : name.length;
  const cut = name.subarray(0, end).lastIndexOf(0x2f);
  const rest = name.length - cut - 1;
  if (cut <= 0 || rest > 100 || rest === 0 || cut > 155) return undefined;
  return { prefix: name.subarray(0, cut), name: name.subarray(cut + 1) };
}

function isAscii(text: Buffer): boolean {
  return text.every((byte) => byte < 0x80 && byte !== 0);
}

function onlyAscii(text: Buffer): Buffer {
  return Buffer.from(text.filter((byte) => byte < 0x80 && byte !== 0));
}
