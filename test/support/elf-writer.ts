import type { ElfFile } from "../../src/formats/elf/elf-file.ts";
import { nameBytes } from "../../src/rootfs/names.ts";

/** Machines by the names that uname(1) gives them: class, byte order, e_machine and the usual glibc loader. */
export const machines = {
  x86_64: { class: 64, littleEndian: true, machine: 62, loader: "/lib64/ld-linux-x86-64.so.2" },
  i386: { class: 32, littleEndian: true, machine: 3, loader: "/lib/ld-linux.so.2" },
  aarch64: { class: 64, littleEndian: true, machine: 183, loader: "/lib/ld-linux-aarch64.so.1" },
  armhf: { class: 32, littleEndian: true, machine: 40, loader: "/lib/ld-linux-armhf.so.3" },
  s390x: { class: 64, littleEndian: false, machine: 22, loader: "/lib/ld64.so.1" },
  riscv64: { class: 64, littleEndian: true, machine: 243, loader: "/lib/ld-linux-riscv64-lp64d.so.1" },
} as const;

export type MachineName = keyof typeof machines;

/** The settings of a written ELF file; everything that is left out is absent. */
export interface ElfText
  extends Partial<
    Pick<
      ElfFile,
      | "loader"
      | "soname"
      | "needed"
      | "rpath"
      | "runpath"
      | "auxiliary"
      | "filter"
      | "flags"
      | "flags1"
      | "type"
      | "osAbi"
      | "abiVersion"
    >
  > {
  readonly machine: MachineName;
  /** Default true: it has PT_DYNAMIC. */
  readonly dynamic?: boolean;
  readonly versionNeeds?: ElfFile["versionNeeds"];
  readonly versionDefinitions?: readonly string[];
  readonly imports?: readonly string[];
  /** JSON texts of `.note.dlopen`. */
  readonly dlopenNotes?: readonly string[];
  readonly strings?: readonly string[];
  /** Bytes by the names of sections, which lie outside of every segment but that of `.eh_frame_hdr`. */
  readonly sections?: Readonly<Record<string, Uint8Array>>;
  /** Flags of sections: 1 for written, 2 for loaded, 4 for executed. Default: 0. */
  readonly sectionFlags?: Readonly<Record<string, number>>;
}

/** The section that PT_GNU_EH_FRAME names. */
const exceptionIndex = ".eh_frame_hdr";

/** Writes an ELF file that holds headers and tables only: every address is its offset, in one read-only segment. */
export function writeElf(elf: ElfText): Uint8Array {
  const { class: wordBits, littleEndian, machine } = machines[elf.machine];
  const wide = wordBits === 64;
  const headerBytes = wide ? 64 : 52;
  const segmentBytes = wide ? 56 : 32;
  const out = outputOf(wide, littleEndian);
  const names = nameTable();
  const segmentCount =
    1 +
    count(elf.loader !== undefined) +
    count(elf.dynamic !== false) +
    count(elf.sections?.[exceptionIndex] !== undefined) +
    (elf.dlopenNotes?.length ?? 0);
  out.reserve(headerBytes + segmentCount * segmentBytes);

  const segments: [type: number, offset: number, sizeBytes: number][] = [];
  if (elf.loader !== undefined) {
    segments.push([3, out.length(), elf.loader.length + 1]);
    out.text(elf.loader);
  }
  for (const note of elf.dlopenNotes ?? []) {
    out.align(4);
    const start = out.length();
    out
      .u32(4)
      .u32(note.length + 1)
      .u32(0x407c0c0a)
      .text("FDO")
      .text(note);
    out.align(4);
    segments.push([4, start, out.length() - start]);
  }
  if (elf.dynamic !== false) segments.push(writeDynamic(out, names, elf));
  for (const text of elf.strings ?? []) out.text(text);
  out.u8(0);
  segments.push([1, 0, out.length()]);
  const sections = writeSections(out, elf.sections ?? {}, elf.sectionFlags ?? {});
  const index = sections.places.get(exceptionIndex);
  if (index !== undefined) segments.push([0x6474e550, index, elf.sections?.[exceptionIndex]?.length ?? 0]);

  const head = outputOf(wide, littleEndian);
  for (const byte of [0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, littleEndian ? 1 : 2, 1]) head.u8(byte);
  head
    .u8(elf.osAbi ?? 0)
    .u8(elf.abiVersion ?? 0)
    .reserve(7);
  head
    .u16(elf.type ?? 3)
    .u16(machine)
    .u32(1)
    .word(0)
    .word(headerBytes)
    .word(sections.offset)
    .u32(elf.flags ?? 0);
  head.u16(headerBytes).u16(segmentBytes).u16(segments.length);
  head
    .u16(sections.count === 0 ? 0 : wide ? 64 : 40)
    .u16(sections.count)
    .u16(Math.max(0, sections.count - 1));
  for (const [type, offset, size] of segments.sort(([a], [b]) => a - b)) {
    head.u32(type);
    if (wide) head.u32(4);
    head.word(offset).word(offset).word(offset).word(size).word(size);
    if (!wide) head.u32(4);
    head.word(4);
  }
  const bytes = out.bytes();
  bytes.set(head.bytes());
  return bytes;
}

type Output = ReturnType<typeof outputOf>;

/** Sections, their names, and the table of both behind them. */
function writeSections(
  out: Output,
  sections: Readonly<Record<string, Uint8Array>>,
  flagsOf: Readonly<Record<string, number>>,
): { readonly offset: number; readonly count: number; readonly places: ReadonlyMap<string, number> } {
  const written = Object.entries(sections);
  const places = new Map<string, number>();
  if (written.length === 0) return { offset: 0, count: 0, places };
  const names = nameTable();
  const rows: [name: number, type: number, offset: number, size: number, flags: number][] = [[0, 0, 0, 0, 0]];
  for (const [name, bytes] of written) {
    places.set(name, out.length());
    rows.push([names.add(name), 1, out.length(), bytes.length, flagsOf[name] ?? 0]);
    out.raw(bytes);
  }
  const own = names.add(".shstrtab");
  rows.push([own, 3, out.length(), names.length(), 0]);
  out.raw(names.bytes());
  out.align(8);
  const offset = out.length();
  for (const [name, type, start, size, flags] of rows) {
    out
      .u32(name)
      .u32(type)
      .word(flags)
      .word(start === places.get(exceptionIndex) ? start : 0)
      .word(start)
      .word(size)
      .u32(0)
      .u32(0)
      .word(1)
      .word(0);
  }
  return { offset, count: rows.length, places };
}

function writeDynamic(
  out: Output,
  names: ReturnType<typeof nameTable>,
  elf: ElfText,
): [type: number, offset: number, sizeBytes: number] {
  const entries: [tag: number, value: number][] = [];
  const add = (tag: number, text: string | undefined) => text !== undefined && entries.push([tag, names.add(text)]);
  for (const name of elf.needed ?? []) add(1, name);
  add(14, elf.soname);
  add(15, elf.rpath);
  add(29, elf.runpath);
  for (const name of elf.auxiliary ?? []) add(0x7ffffffd, name);
  for (const name of elf.filter ?? []) add(0x7fffffff, name);
  if (elf.flags1 !== undefined) entries.push([0x6ffffffb, elf.flags1]);

  out.align(8);
  const imports = elf.imports ?? [];
  entries.push([6, out.length()]);
  for (const name of ["", ...imports]) out.symbol(names.add(name));
  entries.push([4, out.length()]);
  out
    .u32(1)
    .u32(imports.length + 1)
    .reserve((imports.length + 2) * 4);
  const needs = elf.versionNeeds ?? [];
  if (needs.length > 0) entries.push([0x6ffffffe, out.length()], [0x6fffffff, needs.length]);
  for (const [index, { file, versions }] of needs.entries()) {
    const next = index + 1 < needs.length ? 16 + versions.length * 16 : 0;
    out.u16(1).u16(versions.length).u32(names.add(file)).u32(16).u32(next);
    for (const [at, { name, weak }] of versions.entries()) {
      out
        .u32(0)
        .u16(weak ? 2 : 0)
        .u16(at + 2)
        .u32(names.add(name))
        .u32(at + 1 < versions.length ? 16 : 0);
    }
  }
  const definitions = elf.versionDefinitions ?? [];
  if (definitions.length > 0) entries.push([0x6ffffffc, out.length()], [0x6ffffffd, definitions.length + 1]);
  for (const [index, name] of definitions.length > 0 ? [elf.soname ?? "base", ...definitions].entries() : []) {
    out
      .u16(1)
      .u16(count(index === 0))
      .u16(index + 1)
      .u16(1)
      .u32(0)
      .u32(20)
      .u32(index < definitions.length ? 28 : 0);
    out.u32(names.add(name)).u32(0);
  }
  entries.push([5, out.length()], [10, names.length()]);
  out.raw(names.bytes());
  out.align(8);
  const start = out.length();
  for (const [tag, value] of [...entries, [0, 0] as const]) out.word(tag).word(value);
  return [2, start, out.length() - start];
}

function count(condition: boolean): number {
  return condition ? 1 : 0;
}

function nameTable() {
  const offsets = new Map<string, number>([["", 0]]);
  let length = 1;
  return {
    add(name: string): number {
      const known = offsets.get(name);
      if (known !== undefined) return known;
      offsets.set(name, length);
      length += nameBytes(name).length + 1;
      return offsets.get(name) ?? 0;
    },
    length: () => length,
    bytes: () => Buffer.concat([...offsets.keys()].map((name) => nameBytes(`${name}\0`))),
  };
}

function outputOf(wide: boolean, littleEndian: boolean) {
  const array: number[] = [];
  const number = (value: number, size: number) => {
    const bytes = Array.from({ length: size }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
    array.push(...(littleEndian ? bytes : bytes.reverse()));
    return output;
  };
  const output = {
    u8: (value: number) => number(value, 1),
    u16: (value: number) => number(value, 2),
    u32: (value: number) => number(value, 4),
    word: (value: number) => number(value, wide ? 8 : 4),
    symbol(name: number) {
      if (wide) return output.u32(name).u8(0x12).u8(0).u16(0).word(0).word(0);
      return output.u32(name).u32(0).u32(0).u8(0x12).u8(0).u16(0);
    },
    text: (text: string) => output.raw(Buffer.from(`${text}\0`, "utf8")),
    raw(bytes: Uint8Array) {
      for (const byte of bytes) array.push(byte);
      return output;
    },
    reserve: (size: number) => output.raw(new Uint8Array(size)),
    align: (size: number) => output.reserve((size - (array.length % size)) % size),
    length: () => array.length,
    bytes: () => Uint8Array.from(array),
  };
  return output;
}
