import { type Bytes, bytesOf, type Layout } from "./bytes.ts";

/** Reads part of a file; the answer is shorter where the file ends. It may lie in `into` (see `ByteRange`). */
export type ElfSource = (offset: number, length: number, into?: Uint8Array) => Promise<Uint8Array>;

/** Why an ELF file cannot be read; completes "cannot read X: ". */
export interface ElfProblem {
  readonly problem: string;
}

export interface Segment {
  readonly type: number;
  /** Bits: 1 executable, 2 writable, 4 readable. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file, cut at its end. */
  readonly sizeBytes: number;
  /** Bytes that lie beyond the end of the file. */
  readonly lostBytes: number;
}

export interface ElfHeader extends Layout {
  readonly machine: number;
  readonly type: number;
  readonly osAbi: number;
  readonly abiVersion: number;
  readonly flags: number;
  readonly segments: readonly Segment[];
  readonly sections: {
    readonly offset: number;
    readonly count: number;
    readonly entryBytes: number;
    /** Which of them holds the names of all. */
    readonly names: number;
  };
}

export const segmentTypes = {
  load: 1,
  dynamic: 2,
  interp: 3,
  note: 4,
  exceptionIndex: 0x6474e550,
  relro: 0x6474e552,
} as const;

/** Segments at most: the kernel reads no more than 64 KiB of program headers. */
const segmentLimit = 1024;
const pageBytes = 4096;

/** Parses the file and program headers (gABI chapters 4 and 5); undefined when the file is no ELF file at all. */
export async function readHeader(read: ElfSource, sizeBytes: number): Promise<ElfHeader | ElfProblem | undefined> {
  const head = await read(0, 64);
  if (head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) return undefined;
  const layout = layoutOf(head);
  if (layout === undefined) return { problem: "its class or byte order is unknown" };
  const wide = layout.class === 64;
  if (head.length < (wide ? 64 : 52)) return { problem: "it ends within its header" };
  const bytes = bytesOf(head, layout);
  const tail = wide ? 48 : 36;
  const table = {
    offset: bytes.word(wide ? 32 : 28),
    entryBytes: bytes.u16(tail + 6),
    count: bytes.u16(tail + 8),
  };
  const segments = await readSegments(read, { sizeBytes, layout, table });
  if ("problem" in segments) return segments;
  return {
    ...layout,
    machine: bytes.u16(18),
    type: bytes.u16(16),
    osAbi: bytes.u8(7),
    abiVersion: bytes.u8(8),
    flags: bytes.u32(tail),
    segments,
    sections: {
      offset: bytes.word(wide ? 40 : 32),
      entryBytes: bytes.u16(tail + 10),
      count: bytes.u16(tail + 12),
      names: bytes.u16(tail + 14),
    },
  };
}

/**
 * Where an address of the running program lies in the file, by the first segment that holds it; undefined when nowhere.
 */
export function offsetOf(header: ElfHeader, address: number): number | undefined {
  for (const { type, address: start, offset, sizeBytes } of header.segments) {
    if (type !== segmentTypes.load || address < start || address - start >= sizeBytes) continue;
    return address - start + offset;
  }
  return undefined;
}

function layoutOf(head: Uint8Array): Layout | undefined {
  const littleEndian = head[5] === 1;
  if (!littleEndian && head[5] !== 2) return undefined;
  if (head[4] === 1) return { class: 32, littleEndian };
  return head[4] === 2 ? { class: 64, littleEndian } : undefined;
}

async function readSegments(
  read: ElfSource,
  {
    sizeBytes,
    layout,
    table,
  }: {
    readonly sizeBytes: number;
    readonly layout: Layout;
    readonly table: { readonly offset: number; readonly count: number; readonly entryBytes: number };
  },
): Promise<readonly Segment[] | ElfProblem> {
  if (table.count === 0) return [];
  if (table.entryBytes !== (layout.class === 64 ? 56 : 32)) return { problem: "its program headers have a wrong size" };
  if (table.count > segmentLimit) return { problem: `it has more than ${segmentLimit} program headers` };
  if (table.offset + table.count * table.entryBytes > sizeBytes) {
    return { problem: "its program headers lie outside the file" };
  }
  const bytes = bytesOf(await read(table.offset, table.count * table.entryBytes), layout);
  const segments = Array.from({ length: table.count }, (_, index) =>
    segmentAt(bytes, { at: index * table.entryBytes, sizeBytes, wide: layout.class === 64 }),
  );
  // The rest of the last page may be missing: the kernel fills it with zeros.
  const isCut = segments.some(({ type, lostBytes }) => type === segmentTypes.load && lostBytes >= pageBytes);
  return isCut ? { problem: "it ends within its segments" } : segments;
}

function segmentAt(
  bytes: Bytes,
  { at, sizeBytes, wide }: { readonly at: number; readonly sizeBytes: number; readonly wide: boolean },
): Segment {
  const offset = bytes.word(at + (wide ? 8 : 4));
  const wantedBytes = bytes.word(at + (wide ? 32 : 16));
  const sizeInFile = Math.max(0, Math.min(wantedBytes, sizeBytes - offset));
  return {
    type: bytes.u32(at),
    flags: bytes.u32(at + (wide ? 4 : 24)),
    offset,
    address: bytes.word(at + (wide ? 16 : 8)),
    sizeBytes: sizeInFile,
    lostBytes: wantedBytes - sizeInFile,
  };
}
