import type { GoStarts } from "./go-starts.ts";

/**
 * The parts of an ELF file that the dynamic loader and the closure read (elf(5), gABI chapter 5). Names are decoded as
 * those of files.
 */
export interface ElfFile {
  readonly class: 32 | 64;
  readonly littleEndian: boolean;
  /** e_machine. */
  readonly machine: number;
  /** e_type: 2 EXEC, 3 DYN. */
  readonly type: number;
  /** EI_OSABI and EI_ABIVERSION. */
  readonly osAbi: number;
  readonly abiVersion: number;
  /** e_flags: the ABI variant on ARM and RISC-V. */
  readonly flags: number;
  /** PT_INTERP, the path of the dynamic loader; undefined for libraries and static programs. */
  readonly loader: string | undefined;
  /** True when PT_DYNAMIC is present. */
  readonly isDynamic: boolean;
  readonly soname: string | undefined;
  /** DT_NEEDED in file order. */
  readonly needed: readonly string[];
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** DT_AUXILIARY and DT_FILTER in file order. */
  readonly auxiliary: readonly string[];
  readonly filter: readonly string[];
  /** DT_FLAGS_1. */
  readonly flags1: number;
  /** Verneed: versions wanted of each file. `weak` ones may be absent. */
  readonly versionNeeds: readonly {
    readonly file: string;
    readonly versions: readonly { readonly name: string; readonly weak: boolean }[];
  }[];
  /** Verdef: version names that the object defines; empty when it has none. */
  readonly versionDefinitions: readonly string[];
  /** Names of undefined dynamic symbols, without versions. */
  readonly importedSymbols: ReadonlySet<string>;
  /** Parsed `.note.dlopen` entries (UAPI.12). */
  readonly dlopenNotes: readonly {
    readonly sonames: readonly string[];
    readonly feature: string | undefined;
    readonly priority: "required" | "recommended" | "suggested";
  }[];
  /**
   * NUL-delimited printable strings of at least four bytes in the read-only data, read on demand; with `containing`,
   * much faster, only those that hold an ASCII text.
   */
  strings(containing?: string): Promise<readonly string[]>;
  /** True when an ASCII text is in the read-only data, at any place: strings of Rust have no end. */
  holds(text: string): Promise<boolean>;
  /** What a program of Go starts, as its code says; undefined for others, and for machines whose code is not read. */
  goStarts(): Promise<GoStarts | undefined>;
  /** Texts whose places and lengths the code has, as in Rust; undefined for machines whose code is not read. */
  codeTexts(): Promise<ReadonlySet<string> | undefined>;
  /** Names of the sections; none where the file has no table of them. */
  sectionNames(): Promise<readonly string[]>;
  /** The bytes of the section of a name, at most `limit`; undefined when there is none. */
  section(name: string, limit: number): Promise<Uint8Array | undefined>;
}
