import { TarFault } from "./member.ts";

/** The fields of a header block as they stand in it (tar(5)). */
export interface RawHeader {
  readonly typeFlag: string;
  readonly name: Buffer;
  readonly target: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

type Format = "v7" | "ustar" | "star" | "gnu";

/** Reads a header block by the rules of the engines' own reader. Throws `TarFault` for one that is damaged. */
export function parseHeader(block: Buffer, offset: number): RawHeader {
  const number = (from: number, length: number, what: string): number => {
    const value = parseNumber(block, from, length);
    if (value === undefined) throw corrupt(`the header at byte ${offset} has no number as its ${what}`);
    return value;
  };
  checkSum(block, offset, number(148, 8, "checksum"));
  const format = formatOf(block);
  const typeFlag = String.fromCharCode(block[156] ?? 0);
  const sizeBytes = number(124, 12, "size");
  if (sizeBytes < 0) throw corrupt(`the header at byte ${offset} has a negative size`);
  const name = text(block, 0, 100);
  const prefix = prefixOf(block, format);
  return {
    typeFlag,
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]),
    target: text(block, 157, 100),
    mode: number(100, 8, "mode"),
    uid: number(108, 8, "owner"),
    gid: number(116, 8, "group"),
    sizeBytes,
    mtimeSeconds: number(136, 12, "time"),
    deviceMajor: format === "v7" ? 0 : number(329, 8, "device"),
    deviceMinor: format === "v7" ? 0 : number(337, 8, "device"),
  };
}

/** True for a block that holds nothing but zeros: two of them end an archive. */
export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function checkSum(block: Buffer, offset: number, expected: number): void {
  let unsigned = 8 * 0x20;
  for (let index = 0; index < block.length; index++) unsigned += block[index] ?? 0;
  for (let index = 148; index < 156; index++) unsigned -= block[index] ?? 0;
  if (expected === unsigned || expected === signedSum(block, unsigned)) return;
  throw corrupt(`the header at byte ${offset} has a wrong checksum`);
}

/** Some old writers added up signed bytes. */
function signedSum(block: Buffer, unsigned: number): number {
  let sum = unsigned;
  for (let index = 0; index < block.length; index++) {
    if ((block[index] ?? 0) > 127 && (index < 148 || index >= 156)) sum -= 256;
  }
  return sum;
}

function formatOf(block: Buffer): Format {
  if (hasText(block, 257, "ustar  \0")) return "gnu";
  if (!hasText(block, 257, "ustar\0")) return "v7";
  return hasText(block, 508, "tar\0") ? "star" : "ustar";
}

function hasText(block: Buffer, from: number, expected: string): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (block[from + index] !== expected.charCodeAt(index)) return false;
  }
  return true;
}

function prefixOf(block: Buffer, format: Format): Buffer {
  if (format === "ustar") return text(block, 345, 155);
  if (format === "star") return text(block, 345, 131);
  // GNU archives have times here; old writers of Go put a prefix under the same magic.
  const isTimes =
    format === "v7" || (parseNumber(block, 345, 12) !== undefined && parseNumber(block, 357, 12) !== undefined);
  const prefix = isTimes ? nothing : text(block, 345, 155);
  return prefix.every((byte) => byte < 0x80) ? prefix : nothing;
}

const nothing = Buffer.alloc(0);

/** The bytes of a field up to its first NUL. */
function text(block: Buffer, from: number, length: number): Buffer {
  if (block[from] === 0) return nothing;
  const end = block.indexOf(0, from);
  return Buffer.from(block.subarray(from, end === -1 ? from + length : Math.min(end, from + length)));
}

/** A number in octal digits, or in base 256 where the first bit is set; undefined when it is none. */
function parseNumber(block: Buffer, from: number, length: number): number | undefined {
  if (((block[from] ?? 0) & 0x80) !== 0) return parseBase256(block.subarray(from, from + length));
  let at = from;
  let end = from + length;
  while (at < end && isFiller(block[at])) at++;
  while (at < end && isFiller(block[end - 1])) end--;
  let value = 0;
  for (; at < end && block[at] !== 0; at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

function isFiller(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}

function parseBase256(field: Buffer): number | undefined {
  const isNegative = ((field[0] ?? 0) & 0x40) !== 0;
  let value = 0n;
  for (const [index, byte] of field.entries()) {
    const bits = isNegative ? byte ^ 0xff : byte;
    value = (value << 8n) | BigInt(index === 0 ? bits & 0x7f : bits);
  }
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return isNegative ? -Number(value) - 1 : Number(value);
}

function corrupt(why: string): TarFault {
  return new TarFault("LAYER_CORRUPT", why);
}
