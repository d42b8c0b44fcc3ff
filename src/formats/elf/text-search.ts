import type { ElfHeader, ElfSource } from "./header.ts";
import { chunkBytes, type Stretch, searchLimit, spaceFor, stretches } from "./strings.ts";
import { positionOf } from "./text-position.ts";

/** Searches of one file before a table is made, which takes as long as some dozens of them. */
const fewSearches = 16;
const gramBytes = 4;
const fewestBits = 16;
const mostBits = 25;

/**
 * Answers whether the read-only data of a file holds ASCII texts. Many are asked for, and most are absent: a table of
 * all that stands in four bytes somewhere tells that of most at once, and the data is searched for the others alone.
 */
export class TextSearch {
  readonly #read: ElfSource;
  readonly #header: ElfHeader;
  readonly #sizeBytes: number;
  readonly #answers = new Map<string, Promise<boolean>>();
  #stretches: Promise<readonly Stretch[]> | undefined;
  #table: Promise<GramTable> | undefined;

  /** `sizeBytes`: of the file. */
  constructor(read: ElfSource, header: ElfHeader, sizeBytes: number) {
    this.#read = read;
    this.#header = header;
    this.#sizeBytes = sizeBytes;
  }

  /** True where the data holds the text. Fails as reading the file does. */
  async holds(text: string): Promise<boolean> {
    const answer = this.#answers.get(text) ?? this.#answer(text);
    this.#answers.set(text, answer);
    return answer;
  }

  async #answer(text: string): Promise<boolean> {
    if (text.length >= gramBytes && this.#answers.size >= fewSearches) {
      this.#table ??= this.#makeTable();
      if (!(await this.#table).mayHold(text)) return false;
    }
    return this.#search(text);
  }

  async #search(text: string): Promise<boolean> {
    // A text that a piece cuts lies whole in the bytes that it has in common with the next.
    for await (const { bytes } of this.#pieces(text.length)) if (positionOf(bytes, text, 0) >= 0) return true;
    return false;
  }

  async #makeTable(): Promise<GramTable> {
    this.#stretches ??= stretches(this.#read, this.#header, this.#sizeBytes);
    const sizeBytes = (await this.#stretches).reduce((sum, one) => sum + one.sizeBytes, 0);
    const table = new GramTable(Math.min(sizeBytes, searchLimit));
    for await (const { bytes } of this.#pieces(gramBytes)) table.add(bytes);
    return table;
  }

  /** The data in pieces, each with the first bytes of the next. They are good until the next one is asked for. */
  async *#pieces(common: number): AsyncGenerator<{ readonly bytes: Buffer }> {
    this.#stretches ??= stretches(this.#read, this.#header, this.#sizeBytes);
    const constants = await this.#stretches;
    const space = spaceFor(constants, chunkBytes + common);
    let budget = searchLimit;
    for (const { offset, sizeBytes } of constants) {
      const end = offset + Math.min(sizeBytes, budget);
      budget -= end - offset;
      for (let at = offset; at < end; at += chunkBytes) {
        const piece = await this.#read(at, Math.min(chunkBytes + common, end - at), space);
        yield { bytes: Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength) };
      }
    }
  }
}

/** Which groups of four bytes stand in some data: a bit for each of their hashes. */
class GramTable {
  readonly #bits: Uint32Array;
  readonly #shift: number;

  /** Two bits a byte: most groups stand there more than once, and a text has several that all have to be there. */
  constructor(sizeBytes: number) {
    const bits = Math.min(Math.max(Math.ceil(Math.log2(sizeBytes * 2)), fewestBits), mostBits);
    this.#bits = new Uint32Array(2 ** (bits - 5));
    this.#shift = 32 - bits;
  }

  add(bytes: Uint8Array): void {
    const [table, shift] = [this.#bits, this.#shift];
    let gram = 0;
    for (let at = 0; at < bytes.length; at++) {
      gram = (gram << 8) | (bytes[at] ?? 0);
      if (at < gramBytes - 1) continue;
      const hash = hashOf(gram, shift);
      table[hash >>> 5] = (table[hash >>> 5] ?? 0) | (1 << (hash & 31));
    }
  }

  /** False where the data certainly does not hold the text, which has four bytes or more. */
  mayHold(text: string): boolean {
    let gram = 0;
    for (let at = 0; at < text.length; at++) {
      gram = (gram << 8) | (text.charCodeAt(at) & 0xff);
      const hash = hashOf(gram, this.#shift);
      if (at >= gramBytes - 1 && ((this.#bits[hash >>> 5] ?? 0) & (1 << (hash & 31))) === 0) return false;
    }
    return true;
  }
}

/** The upper bits of a product with the golden ratio spread neighbours well. */
function hashOf(gram: number, shift: number): number {
  return Math.imul(gram, 0x9e37_79b1) >>> shift;
}
