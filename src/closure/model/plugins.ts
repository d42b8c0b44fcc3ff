import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import type { DlopenRule, Interpreter, PackageDatabase, ProcessContext, ReportedLibrary } from "./closure.ts";
import type { Memory } from "./content-cache.ts";
import type { Feature } from "./feature.ts";
import type { LoaderOptions, LoaderProcess } from "./loader.ts";

/** A program that needs nothing: `probe http ADDRESS PORT PATH MILLISECONDS`, `probe tcp ADDRESS PORT MILLISECONDS`. */
export interface HealthProbe {
  /** OCI architecture. */
  readonly architecture: string;
  read(): Uint8Array;
}

/** Everything that the worklist asks; the order of a list never matters. */
export interface Plugins {
  readonly interpreters: readonly Interpreter[];
  readonly rules: readonly DlopenRule[];
  readonly packages: readonly PackageDatabase[];
  readonly features: readonly Feature[];
  /** Where what was read of files is kept; undefined: nowhere. */
  readonly memory?: Memory;
  /** The static program that checks the health of a server, for one architecture; undefined: there is none. */
  readonly healthProbe?: HealthProbe;
  openProcess(options: LoaderOptions): Promise<LoaderProcess>;
  /** Files that a program of which no plug-in knows the run-time was found to have; undefined: to be found out. */
  readonly knownFiles?: (program: AbsPath) => readonly AbsPath[] | undefined;
  /** Libraries that an object only names in its strings, for the report; absent where nobody reads one. */
  readonly reportStrings?: (
    object: { readonly path: AbsPath; readonly elf: ElfFile },
    process: ProcessContext,
  ) => Promise<readonly ReportedLibrary[]>;
  /** Reads and parses an ELF file; undefined when it is missing or not ELF. Follows links. */
  readElf(root: RootFs, path: AbsPath): Promise<ElfFile | undefined>;
  /** Why a file that begins as ELF cannot be read, as a clause: "it ends within its header". Follows links. */
  describeElf?(root: RootFs, path: AbsPath): Promise<string | undefined>;
}
