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
    const value = parseNumber(block.subarray(from, from + length));
    if (value === undefined) throw corrupt(`the header at byte ${offset} has no number as its ${what}`);
    return value;
  };
  checkSum(block, offset, number(148, 8, "checksum"));
  const format = formatOf(block);
  const typeFlag = block.toString("latin1", 156, 157);
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
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < block.length; index++) {
    const byte = index >= 148 && index < 156 ? 0x20 : (block[index] ?? 0);
    unsigned += byte;
    // Some old writers added up signed bytes.
    signed += byte > 127 ? byte - 256 : byte;
  }
  if (expected !== unsigned && expected !== signed) throw corrupt(`the header at byte ${offset} has a wrong checksum`);
}

function formatOf(block: Buffer): Format {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar  \0") return "gnu";
  if (!magic.startsWith("ustar\0")) return "v7";
  return block.toString("latin1", 508, 512) === "tar\0" ? "star" : "ustar";
}

function prefixOf(block: Buffer, format: Format): Buffer {
  if (format === "ustar") return text(block, 345, 155);
  if (format === "star") return text(block, 345, 131);
  // GNU archives have times here; old writers of Go put a prefix under the same magic.
  const isTimes =
    format === "v7" ||
    (parseNumber(block.subarray(345, 357)) !== undefined && parseNumber(block.subarray(357, 369)) !== undefined);
  const prefix = isTimes ? Buffer.alloc(0) : text(block, 345, 155);
  return prefix.every((byte) => byte < 0x80) ? prefix : Buffer.alloc(0);
}

/** The bytes of a field up to its first NUL. */
function text(block: Buffer, from: number, length: number): Buffer {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end));
}

/** A number in octal digits, or in base 256 where the first bit is set; undefined when it is none. */
function parseNumber(field: Buffer): number | undefined {
  const first = field[0] ?? 0;
  if ((first & 0x80) !== 0) return parseBase256(field);
  const digits = field.toString("latin1").replaceAll(/^[ \0]+|[ \0]+$/gu, "");
  const end = digits.indexOf("\0");
  const octal = end === -1 ? digits : digits.slice(0, end);
  if (octal === "") return digits === "" ? 0 : undefined;
  return /^[0-7]+$/u.test(octal) ? Number.parseInt(octal, 8) : undefined;
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
