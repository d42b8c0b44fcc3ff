import { type Bytes, bytesOf } from "./bytes.ts";
import { type ElfHeader, type ElfSource, offsetOf } from "./header.ts";
import { readNamedSection } from "./sections.ts";

/** The build information that Go's linker writes into a program (debug/buildinfo). */
export interface GoBuildInfo {
  /** `go1.26.4`, with experiments behind a space. */
  readonly version: string;
  /** Lines of words between tabs: `path`, `mod`, `dep`, `=>`, `build`. Empty where the build knew no modules. */
  readonly modules: string;
}

const magic = "\xff Go buildinf:";
const inlineAt = 32;
const textLimit = 8 * 2 ** 20;
/** The list of modules stands between two marks of this size. */
const markBytes = 16;

/** Reads the section `.go.buildinfo`, in the form of Go 1.18 and in the older one; undefined for other programs. */
export async function readGoBuildInfo(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<GoBuildInfo | undefined> {
  const section = await readNamedSection(read, header, { sizeBytes, name: ".go.buildinfo", limit: textLimit });
  if (section === undefined || Buffer.from(section.subarray(0, magic.length)).toString("latin1") !== magic) {
    return undefined;
  }
  const flags = section[15] ?? 0;
  const [version, modules] =
    (flags & 2) === 0 ? await pointedTexts(read, header, section) : inlineTexts(section.subarray(inlineAt));
  if (version === undefined) return undefined;
  return { version: decode(version), modules: decode(withoutMarks(modules ?? new Uint8Array())) };
}

/** Two texts with their lengths before them. */
function inlineTexts(bytes: Uint8Array): readonly Uint8Array[] {
  const first = lengthAt(bytes, 0);
  if (first === undefined) return [];
  const second = lengthAt(bytes, first.end);
  return [
    bytes.subarray(first.start, first.end),
    ...(second === undefined ? [] : [bytes.subarray(second.start, second.end)]),
  ];
}

/** A length in groups of seven bits, lowest first, and where its text lies; undefined where that is not inside. */
function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } | undefined {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      const start = at + index + 1;
      return start + length <= bytes.length ? { start, end: start + length } : undefined;
    }
  }
  return undefined;
}

/** Before Go 1.18: addresses of two strings, each an address and a length. */
async function pointedTexts(
  read: ElfSource,
  header: ElfHeader,
  section: Uint8Array,
): Promise<readonly (Uint8Array | undefined)[]> {
  const wide = header.class === 64;
  const step = wide ? 8 : 4;
  const bytes = bytesOf(section, header);
  const texts: (Uint8Array | undefined)[] = [];
  for (const at of [16, 16 + step]) {
    const pair = await readAddress(read, header, { address: bytes.word(at), length: 2 * step });
    texts.push(await textOf(read, header, pair === undefined ? undefined : bytesOf(pair, header)));
  }
  return texts;
}

async function textOf(read: ElfSource, header: ElfHeader, pair: Bytes | undefined): Promise<Uint8Array | undefined> {
  if (pair === undefined) return undefined;
  const length = pair.word(header.class === 64 ? 8 : 4);
  return length > textLimit ? undefined : readAddress(read, header, { address: pair.word(0), length });
}

async function readAddress(
  read: ElfSource,
  header: ElfHeader,
  { address, length }: { readonly address: number; readonly length: number },
): Promise<Uint8Array | undefined> {
  const offset = offsetOf(header, address);
  return offset === undefined ? undefined : read(offset, length);
}

function withoutMarks(text: Uint8Array): Uint8Array {
  return text.length > 2 * markBytes && text.at(-markBytes - 1) === 0x0a
    ? text.subarray(markBytes, -markBytes)
    : new Uint8Array();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
