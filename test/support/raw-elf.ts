/** How the numbers of a written file are stored. */
export interface RawLayout {
  readonly wide: boolean;
  readonly littleEndian: boolean;
}

/** All four layouts that a file may have. */
export const layouts: readonly RawLayout[] = [true, false].flatMap((wide) =>
  [true, false].map((littleEndian) => ({ wide, littleEndian })),
);

export const usualLayout: RawLayout = { wide: true, littleEndian: true };

/** Program headers as they are written, right or wrong. */
export interface RawSegment {
  readonly type: number;
  readonly flags?: number;
  readonly offset: number;
  /** Default: its offset. */
  readonly address?: number;
  readonly size: number;
}

export interface RawSection extends Omit<RawSegment, "flags"> {
  readonly name?: string;
  /** Default 2: loaded, neither written nor executed. */
  readonly flags?: number;
}

/** A file of which the test gives every header; nothing is made to fit. */
export interface RawElf {
  readonly layout?: RawLayout;
  readonly sizeBytes: number;
  readonly segments?: readonly RawSegment[];
  readonly sections?: readonly RawSection[];
  /** Bytes by their offsets. */
  readonly contents?: readonly (readonly [offset: number, bytes: Uint8Array | string])[];
  /** Numbers of the file's header in place of the right ones. */
  readonly head?: {
    readonly segmentCount?: number;
    readonly segmentBytes?: number;
    readonly segmentsAt?: number;
    readonly sectionCount?: number;
    readonly sectionBytes?: number;
  };
}

/** Numbers of a layout after each other: `n` is a native word. */
export function packed(
  { wide, littleEndian }: RawLayout,
  ...numbers: readonly (readonly [kind: 1 | 2 | 4 | 8 | "n", value: number])[]
): Buffer {
  return Buffer.concat(
    numbers.map(([kind, value]) => {
      const length = kind === "n" ? (wide ? 8 : 4) : kind;
      const bytes = Array.from({ length }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
      return Buffer.from(littleEndian ? bytes : bytes.toReversed());
    }),
  );
}

/** Writes the file: headers first, and the table and the names of the sections at its end. */
export function rawElf({
  layout = usualLayout,
  sizeBytes,
  segments = [],
  sections = [],
  contents = [],
  head = {},
}: RawElf): Uint8Array {
  const { wide } = layout;
  const headBytes = wide ? 64 : 52;
  const segmentBytes = wide ? 56 : 32;
  const sectionBytes = wide ? 64 : 40;
  const names = ["", ...sections.map(({ name = "" }) => name), ".shstrtab"];
  let nameEnd = 0;
  const nameOffsets = names.map((name) => (nameEnd += Buffer.byteLength(name) + 1) - Buffer.byteLength(name) - 1);
  const texts = Buffer.from(`${names.join("\0")}\0`);
  const table: readonly RawSection[] =
    sections.length === 0
      ? []
      : [{ type: 0, offset: 0, size: 0 }, ...sections, { type: 3, offset: sizeBytes, size: texts.length, flags: 0 }];
  const tableAt = sizeBytes + texts.length;
  const bytes = Buffer.alloc(table.length === 0 ? sizeBytes : tableAt + table.length * sectionBytes);

  const ident = Buffer.from([
    0x7f,
    0x45,
    0x4c,
    0x46,
    wide ? 2 : 1,
    layout.littleEndian ? 1 : 2,
    1,
    ...new Uint8Array(9),
  ]);
  const words = packed(layout, [2, 3], [2, 62], [4, 1], ["n", 0], ["n", head.segmentsAt ?? headBytes], ["n", tableAt]);
  const counts = packed(
    layout,
    [4, 0],
    [2, headBytes],
    [2, head.segmentBytes ?? segmentBytes],
    [2, head.segmentCount ?? segments.length],
    [2, head.sectionBytes ?? sectionBytes],
    [2, head.sectionCount ?? table.length],
    [2, Math.max(0, table.length - 1)],
  );
  Buffer.concat([ident, words, counts]).copy(bytes);
  for (const [index, { type, flags = 4, offset, address = offset, size }] of segments.entries()) {
    const places = [offset, address, address, size, size].map((value) => ["n", value] as const);
    const written = wide
      ? packed(layout, [4, type], [4, flags], ...places, ["n", 1])
      : packed(layout, [4, type], ...places, [4, flags], [4, 1]);
    written.copy(bytes, headBytes + index * segmentBytes);
  }
  for (const [index, { type, flags = 2, offset, address = offset, size }] of table.entries()) {
    const places = [flags, address, offset, size].map((value) => ["n", value] as const);
    packed(layout, [4, nameOffsets[index] ?? 0], [4, type], ...places, [4, 0], [4, 0], ["n", 1], ["n", 0]).copy(
      bytes,
      tableAt + index * sectionBytes,
    );
  }
  if (table.length > 0) texts.copy(bytes, sizeBytes);
  for (const [offset, content] of contents)
    bytes.set(typeof content === "string" ? Buffer.from(content, "latin1") : content, offset);
  return bytes;
}

/** A source of bytes as parsers want it: reads end where the file ends. */
export function sourceOf(bytes: Uint8Array): (offset: number, length: number) => Promise<Uint8Array> {
  return (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length));
}
