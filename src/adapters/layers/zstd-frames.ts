import { TarFault } from "../../formats/tar/member.ts";

/**
 * Takes a zstd stream apart into its frames (RFC 8878), each as it stands; skippable ones are left out. Every frame
 * must be read to its end before the next is asked for. Node's own decoder stops after the first, and streams of many
 * are common.
 */
export async function* zstdFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const cursor = openCursor(source);
  while (await cursor.more()) {
    const magic = await cursor.take(4);
    const number = magic.readUInt32LE();
    if (number >= 0x184d2a50 && number <= 0x184d2a5f) {
      const length = (await cursor.take(4)).readUInt32LE();
      for await (const _ of cursor.pass(length));
    } else if (number === 0xfd2fb528) {
      yield frame(cursor, magic);
    } else {
      throw new TarFault("LAYER_CORRUPT", "not a zstd stream, or one with rubbish in it");
    }
  }
}

async function* frame(cursor: Cursor, magic: Buffer): AsyncGenerator<Uint8Array> {
  const descriptor = await cursor.take(1);
  const bits = descriptor.readUInt8();
  const isSingle = (bits & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][bits >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][bits & 3] ?? 0;
  yield Buffer.concat([magic, descriptor, await cursor.take((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes)]);
  for (let isLast = false; !isLast; ) {
    const header = await cursor.take(3);
    const block = header.readUIntLE(0, 3);
    yield header;
    isLast = (block & 1) !== 0;
    // A run has one byte, however long it is.
    yield* cursor.pass(((block >> 1) & 3) === 1 ? 1 : block >> 3);
  }
  if ((bits & 0x04) !== 0) yield cursor.take(4);
}

interface Cursor {
  more(): Promise<boolean>;
  take(length: number): Promise<Buffer>;
  pass(length: number): AsyncGenerator<Uint8Array>;
}

function openCursor(source: AsyncIterable<Uint8Array>): Cursor {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();

  async function more(): Promise<boolean> {
    while (chunk.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return false;
      chunk = next.value;
    }
    return true;
  }

  async function* pass(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (!(await more())) throw new TarFault("LAYER_CORRUPT", "its zstd stream is cut");
      const part = chunk.subarray(0, left);
      chunk = chunk.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  return {
    more,
    pass,
    async take(length) {
      const parts: Uint8Array[] = [];
      for await (const part of pass(length)) parts.push(part);
      return Buffer.concat(parts);
    },
  };
}
