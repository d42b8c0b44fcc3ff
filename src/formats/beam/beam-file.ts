import { inflateSync } from "node:zlib";

/** What a compiled module of Erlang calls and says. */
export interface BeamFile {
  /** Functions of other modules that it calls, as `os:cmd`. */
  readonly calls: ReadonlySet<string>;
  /** Its texts, each once. */
  readonly texts: readonly string[];
}

const literalLimit = 16 * 2 ** 20;
const shortestHeader = 12;

/**
 * Reads a compiled module (BEAM file format: chunks of atoms, imports and literals). Undefined where the bytes are
 * none. Compact lists of atoms, as OTP 28 writes them, begin with a negative count.
 */
export function readBeam(bytes: Uint8Array): BeamFile | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < shortestHeader || file.toString("latin1", 0, 4) !== "FOR1") return undefined;
  if (file.toString("latin1", 8, shortestHeader) !== "BEAM") return undefined;
  const chunks = new Map<string, Buffer>();
  for (let at = shortestHeader; at + 8 <= file.length; ) {
    const length = file.readUInt32BE(at + 4);
    chunks.set(file.toString("latin1", at, at + 4), file.subarray(at + 8, at + 8 + length));
    at += 8 + Math.ceil(length / 4) * 4;
  }
  const atoms = readAtoms(chunks.get("AtU8") ?? chunks.get("Atom") ?? Buffer.alloc(0));
  return {
    calls: readImports(chunks.get("ImpT") ?? Buffer.alloc(0), atoms),
    texts: readTexts(chunks.get("LitT") ?? Buffer.alloc(0)),
  };
}

function readAtoms(chunk: Buffer): readonly string[] {
  const atoms: string[] = [];
  if (chunk.length < 4) return atoms;
  const isCompact = chunk.readInt32BE(0) < 0;
  for (let at = 4; at < chunk.length; ) {
    let length = chunk[at++] ?? 0;
    // Three bits more are beside the tag, and eight in the next byte.
    if (isCompact) length = (length & 8) === 0 ? length >> 4 : ((length >> 5) << 8) | (chunk[at++] ?? 0);
    atoms.push(chunk.toString("utf8", at, at + length));
    at += length;
  }
  return atoms;
}

function readImports(chunk: Buffer, atoms: readonly string[]): ReadonlySet<string> {
  const calls = new Set<string>();
  for (let at = 4; at + 12 <= chunk.length; at += 12) {
    const module = atoms[chunk.readUInt32BE(at) - 1] ?? "";
    calls.add(`${module}:${atoms[chunk.readUInt32BE(at + 4) - 1] ?? ""}`);
  }
  return calls;
}

/** Strings and binaries of the external term format, wherever they stand in a literal. */
function readTexts(chunk: Buffer): readonly string[] {
  if (chunk.length < 4) return [];
  const size = chunk.readUInt32BE(0);
  const literals = size === 0 ? chunk.subarray(4) : unpack(chunk.subarray(4), size);
  const found = new Set<string>();
  let printed = 0;
  for (let at = 0; at + 3 <= literals.length; at++) {
    const tag = literals[at];
    if (tag !== stringTag && tag !== binaryTag) continue;
    const start = at + (tag === stringTag ? 3 : 5);
    if (start > literals.length) continue;
    const length = tag === stringTag ? literals.readUInt16BE(at + 1) : literals.readUInt32BE(at + 1);
    if (length === 0 || start + length > literals.length) continue;
    // Each byte is looked at once: bytes may be taken for the beginning of a text again and again.
    printed = Math.max(printed, start);
    while (isPrinted(literals[printed])) printed++;
    if (printed < start + length) continue;
    found.add(literals.toString("latin1", start, start + length));
    // No text lies in a text.
    at = start + length - 1;
  }
  return [...found];
}

function isPrinted(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte <= 0x7e;
}

const stringTag = 107;
const binaryTag = 109;

function unpack(packed: Buffer, size: number): Buffer {
  if (size > literalLimit) return Buffer.alloc(0);
  try {
    return inflateSync(packed, { maxOutputLength: size });
  } catch {
    return Buffer.alloc(0);
  }
}
