import type { Random } from "./random.ts";

/** Bytes on which readers of formats stumble: ends of ranges, signs, separators. */
const edges = [0, 1, 7, 0x0a, 0x20, 0x2f, 0x30, 0x3d, 0x7f, 0x80, 0xfe, 0xff];
const lengthLimit = 64 * 1024;

export interface Mutation {
  /** Inputs to take pieces from. */
  readonly corpus: readonly Buffer[];
  /** Words of the format. */
  readonly words: readonly Buffer[];
}

/** Another input that is like `bytes`: one to four changes of it. */
export function mutate(bytes: Buffer, { corpus, words }: Mutation, random: Random): Buffer {
  let current: Buffer = Buffer.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    current = change(current, { corpus, words }, random);
  }
  return current.subarray(0, lengthLimit);
}

function change(bytes: Buffer, { corpus, words }: Mutation, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = Math.min(1 + random.below(random.pick([2, 8, 64, 512])), bytes.length - at);
  switch (random.below(9)) {
    case 0:
      return edit(bytes, at, (byte) => byte ^ (1 << random.below(8)));
    case 1:
      return edit(bytes, at, () => random.pick(edges));
    case 2:
      return edit(bytes, at, () => random.below(256));
    case 3:
      return fillNumber(bytes, at, random);
    case 4:
      return splice(bytes, at, { removes: length, inserts: Buffer.alloc(0) });
    case 5:
      return splice(bytes, at, { removes: 0, inserts: bytes.subarray(at, at + length) });
    case 6:
      return splice(bytes, at, { removes: random.below(2) * length, inserts: random.pick(words) });
    case 7: {
      const other = random.pick(corpus);
      const from = random.below(other.length + 1);
      return splice(bytes, at, { removes: random.below(2) * length, inserts: other.subarray(from, from + 512) });
    }
    default:
      return Buffer.from(bytes.subarray(0, at));
  }
}

function edit(bytes: Buffer, at: number, to: (byte: number) => number): Buffer {
  const byte = bytes[at];
  if (byte !== undefined) bytes[at] = to(byte);
  return bytes;
}

/** Two, four or eight bytes of a number at an end of its range, or a little beside one. */
function fillNumber(bytes: Buffer, at: number, random: Random): Buffer {
  const size = random.pick([2, 4, 8]);
  if (at + size > bytes.length) return bytes;
  const value = random.pick([0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n]) - BigInt(random.below(3));
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt.asUintN(64, value));
  const own = field.subarray(0, size);
  bytes.set(random.below(2) === 0 ? own : own.reverse(), at);
  return bytes;
}

function splice(
  bytes: Buffer,
  at: number,
  { removes, inserts }: { readonly removes: number; readonly inserts: Buffer },
): Buffer {
  return Buffer.concat([bytes.subarray(0, at), inserts, bytes.subarray(at + removes)]);
}
