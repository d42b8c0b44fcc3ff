import { type ElfHeader, type ElfSource, segmentTypes } from "./header.ts";
import { readSections, type Section } from "./sections.ts";
import { positionOf } from "./text-position.ts";

/** Bytes at most that are searched in one file. */
export const searchLimit: number = 256 * 2 ** 20;
/** Bytes that are read at once. */
export const chunkBytes: number = 2 ** 20;
/** Searched for to find every string that begins as an absolute path. */
export const pathStart = "\0/";
/**
 * Searched for to find paths: those behind a name, as `prefix=/usr`, behind others, in URIs, and below the place of
 * installation.
 */
export const pathTexts: readonly string[] = [pathStart, "=/", ":/etc/", "file:///", "lib/", "libexec/", "share/"];

const manyTimes = 3;

/** Longest string that is kept. */
const stringLimit = 4096;
const shortest = 4;

/** Bytes of a file in a row. */
export interface Stretch {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** NUL-delimited printable strings of at least four bytes in the read-only data, in file order. */
export async function readStrings(
  read: ElfSource,
  header: ElfHeader,
  { sizeBytes }: { readonly sizeBytes: number },
): Promise<readonly string[]> {
  const strings: string[] = [];
  await readConstants(read, header, { sizeBytes, take: (chunk) => collect(chunk, strings) });
  return strings;
}

/** Those of the strings that hold a text, for each of some texts; the file is read once for all. */
export async function readStringsAround(
  read: ElfSource,
  header: ElfHeader,
  { sizeBytes, texts }: { readonly sizeBytes: number; readonly texts: readonly string[] },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>(texts.map((text) => [text, []]));
  const ofPaths = [...found].filter(([text]) => text.includes("/"));
  const others = [...found].filter(([text]) => !text.includes("/"));
  const take = (chunk: Uint8Array): void => {
    if (ofPaths.length > 0) collectPaths(chunk, ofPaths);
    for (const [text, strings] of others) collectAround(chunk, text, strings);
  };
  await readConstants(read, header, { sizeBytes, take });
  return found;
}

/** Hands out the read-only data in pieces that cut no string. */
async function readConstants(
  read: ElfSource,
  header: ElfHeader,
  { sizeBytes, take }: { readonly sizeBytes: number; readonly take: (chunk: Uint8Array) => void },
): Promise<void> {
  let budget = searchLimit;
  const constants = await stretches(read, header, sizeBytes);
  const space = spaceFor(constants, chunkBytes);
  for (const { offset, sizeBytes: length } of constants) {
    const end = offset + Math.min(length, budget);
    budget -= end - offset;
    for (let at = offset; at < end; ) {
      const chunk = await read(at, Math.min(chunkBytes, end - at), space);
      // A string that the chunk cuts is read again with the next.
      const last = at + chunk.length >= end ? chunk.length : chunk.lastIndexOf(0) + 1;
      take(chunk.subarray(0, last === 0 ? chunk.length : last));
      if (chunk.length === 0) break;
      at += last === 0 ? chunk.length : last;
    }
  }
}

/** Room for the longest piece that is read at once. */
export function spaceFor(constants: readonly Stretch[], mostBytes: number): Uint8Array {
  const longest = constants.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0);
  return Buffer.allocUnsafeSlow(Math.min(longest, mostBytes));
}

/** The sections of constant data where the file names them; otherwise every segment that cannot be written. */
export async function stretches(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<readonly Stretch[]> {
  const sections = await constantSections(read, header, sizeBytes);
  if (sections.length > 0) return sections;
  const constant = header.segments.filter(({ type, flags }) => type === segmentTypes.load && (flags & 2) === 0);
  const data = constant.filter(({ flags }) => (flags & 1) === 0);
  return data.length > 0 ? data : constant;
}

/**
 * PROGBITS that are loaded and not executed; not written either, but by relocations before the program starts. A
 * compiler that keeps nearly all of its constants where they can be written, as OCaml's does, means those too.
 */
async function constantSections(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<readonly Stretch[]> {
  const data = (await readSections(read, header, sizeBytes)).filter(
    ({ type, flags }) => type === 1 && (flags & 6) === 2,
  );
  const isConstant = ({ flags, address }: (typeof data)[number]): boolean =>
    (flags & 1) === 0 || isSealed(header, address);
  const sum = (sections: typeof data): number => sections.reduce((bytes, one) => bytes + one.sizeBytes, 0);
  const constant = data.filter(isConstant);
  const written = data.filter((one) => !isConstant(one));
  const tables = exceptionTables(header, data);
  return sum(written) > manyTimes * sum(constant.filter((one) => !tables.includes(one))) ? data : constant;
}

/** The tables for exceptions: an index, which the file's segments name, and what it is of behind it. */
function exceptionTables({ segments }: ElfHeader, sections: readonly Section[]): readonly Section[] {
  const index = segments.find(({ type }) => type === segmentTypes.exceptionIndex);
  const at = sections.findIndex(({ address }) => address === index?.address);
  return at === -1 ? [] : sections.slice(at, at + 2);
}

/** True for an address that the loader makes read-only once it has written relocations there. */
function isSealed({ segments }: ElfHeader, address: number): boolean {
  const relro = segments.find(({ type }) => type === segmentTypes.relro);
  return relro !== undefined && address >= relro.address && address < relro.address + relro.sizeBytes;
}

/** 1 for the bytes of a string: one look for each of millions. */
const printable = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a ? 1 : 0,
);

/** Looks at every fourth byte first: where that is none of a string, no string of four bytes reaches over it. */
function collect(chunk: Uint8Array, strings: string[]): void {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  // Before `at` stands no byte of a string.
  for (let at = 0; at + shortest <= bytes.length; ) {
    const probe = at + shortest - 1;
    if (!isPrintable(bytes, probe)) {
      at = probe + 1;
      continue;
    }
    let start = probe;
    while (start > at && isPrintable(bytes, start - 1)) start--;
    let end = probe + 1;
    while (isPrintable(bytes, end)) end++;
    const length = end - start;
    if (bytes[end] === 0 && length >= shortest && length <= stringLimit) {
      strings.push(bytes.toString("latin1", start, end));
    }
    at = end + 1;
  }
}

function isPrintable(bytes: Buffer, at: number): boolean {
  return printable[bytes[at] ?? 0] === 1;
}

/** The strings around every place of a text: searching for it is what a machine does fastest. */
function collectAround(chunk: Uint8Array, text: string, strings: string[]): void {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = positionOf(bytes, text, 0); at >= 0; ) {
    at = positionOf(bytes, text, takeAround(bytes, at, strings));
  }
}

/** Takes the string around a place, where it is one. Answers its end. */
function takeAround(bytes: Buffer, at: number, strings: string[]): number {
  let end = at;
  while (isPrintable(bytes, end)) end++;
  let start = at;
  while (start > 0 && at - start <= stringLimit && isPrintable(bytes, start - 1)) start--;
  const length = end - start;
  if (bytes[end] === 0 && length >= shortest && length <= stringLimit) {
    strings.push(bytes.toString("latin1", start, end));
  }
  return end;
}

const slash = 0x2f;

/** The strings around every place of texts with a slash in them: one way from slash to slash tells all of them. */
function collectPaths(chunk: Uint8Array, found: readonly (readonly [string, string[]])[]): void {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const whole = found.find(([text]) => text === pathStart)?.[1];
  const texts = found.map(([text, strings]) => ({ text, strings, before: text.indexOf("/"), end: 0 }));
  for (let at = bytes.indexOf(slash); at >= 0; at = bytes.indexOf(slash, at + 1)) {
    if (whole !== undefined) takeCounted(bytes, at, whole);
    for (const one of texts) {
      if (at < one.end || !standsAround(bytes, one, at)) continue;
      one.end = takeAround(bytes, at, one.strings);
    }
  }
}

/** What bytecode of Lua has before a text of either kind, and its length. */
const textTags: ReadonlySet<number> = new Set([0x04, 0x14]);
/** What LuaJIT adds to the length of a text. */
const bytecodeOffset = 5;

/** Takes a text whose length stands before it, and no NUL behind it, as bytecode of Lua has them. */
function takeCounted(bytes: Buffer, at: number, strings: string[]): void {
  const count = bytes[at - 1] ?? 0;
  const isTagged = textTags.has(bytes[at - 2] ?? 0);
  const length = isTagged ? (count & 0x7f) - 1 : count - bytecodeOffset;
  if (length < shortest) return;
  let end = at;
  while (end < at + length && isPrintable(bytes, end)) end++;
  if (end < at + length || (!isTagged && (bytes[end] === 0 || isPrintable(bytes, end)))) return;
  strings.push(bytes.toString("latin1", at, end));
}

/**
 * True where the text stands with its first slash at a place. Pieces begin at a string: a NUL may stand before them.
 */
function standsAround(
  bytes: Buffer,
  { text, before }: { readonly text: string; readonly before: number },
  at: number,
): boolean {
  for (let index = before - 1; index >= 0; index--) {
    if ((bytes[at - before + index] ?? 0) !== text.charCodeAt(index)) return false;
  }
  for (let index = before + 1; index < text.length; index++) {
    if (bytes[at - before + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
