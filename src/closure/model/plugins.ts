import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { CompiledFiles } from "../../rootfs/compiled-files.ts";
import type { ContentCache } from "../../rootfs/content-cache.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import type {
  ClosureEntry,
  DlopenRule,
  Finding,
  InstalledPackage,
  PackageDatabase,
  ProcessContext,
  ReportedLibrary,
  RuntimePlugin,
  Yield,
} from "./closure.ts";
import type { Feature } from "./feature.ts";
import type { LoaderOptions, LoaderProcess } from "./loader.ts";

/** A program that needs nothing: `probe http ADDRESS PORT PATH MILLISECONDS`, `probe tcp ADDRESS PORT MILLISECONDS`. */
export interface HealthProbe {
  /** OCI architecture. */
  readonly architecture: string;
  read(): Uint8Array;
}

/** The file of an image that has the reasons for every path. */
export interface ReasonsFile {
  readonly path: AbsPath;
  print(entries: readonly ClosureEntry[]): string;
}

/** A package with what belongs together with it: what was built from the same source, and needs it or is needed. */
export interface PackageUnit {
  /** The package that was asked for first, then the others by name. */
  readonly packages: readonly InstalledPackage[];
  /** Directories that packages of the unit's source alone have, none of them within another; sorted. */
  readonly directories: readonly AbsPath[];
  /** Packages of other sources with files in directories of the unit, where one needs the other; sorted by name. */
  readonly guests: readonly PackageGuest[];
}

export interface PackageGuest {
  readonly package: InstalledPackage;
  /** Its files in directories of the unit. */
  readonly files: readonly AbsPath[];
  /** True for one that needs the unit: a plug-in, which is of use nowhere else. */
  readonly isPlugin: boolean;
  /** True where most of what it has for running is in directories of the unit. */
  readonly isMainly: boolean;
}

/** The packages of a distribution in one root, by what they own. */
export interface PackagesOfSystem {
  /** Each with the database that has it. */
  readonly installed: readonly { readonly found: InstalledPackage; readonly database: PackageDatabase }[];
  /** Those that the builder's author installed by their names, where the distribution tells them from others. */
  readonly chosen: readonly InstalledPackage[];
  /** What could not be read of the databases. */
  readonly damage: readonly Finding[];
  /** The package that a real path belongs to. */
  ownerOf(path: AbsPath): InstalledPackage | undefined;
  /** True when two paths belong to packages of one source, or the second to no package at all. */
  isOfSameSource(path: AbsPath, other: AbsPath): boolean;
  /** True for what others share, and for what belongs to the packages of another source, or lies below a part of it. */
  isElsewhere(path: AbsPath, other: AbsPath): boolean;
  /** True for directories of the system, and for those that packages of several sources have. */
  isSharedDirectory(path: AbsPath): boolean;
  /** True when the source of a path's package, or what that needs, has something in a directory. */
  isInDirectory(path: AbsPath, directory: AbsPath): boolean;
  /** True where the package of a path can be installed without the one of another, which not every system has. */
  isWithout(path: AbsPath, other: AbsPath): boolean;
  /** True where it has the same source, or cannot be installed without the other, which not every system has. */
  isMadeFor(path: AbsPath, other: AbsPath): boolean;
  /** True where the maintainer of a path's package, or of a program that needs it, says that another's goes with it. */
  isSuggested(path: AbsPath, other: AbsPath): boolean;
  /** What belongs together with a package; alone: without what needs it. */
  unitOf(found: InstalledPackage, isAlone?: boolean): PackageUnit;
  /** Installed packages that one cannot be installed without, sorted by name. */
  dependenciesOf(found: InstalledPackage): readonly InstalledPackage[];
  /** Installed packages that the maintainer of one says go with it. */
  suggestionsOf(found: InstalledPackage): readonly InstalledPackage[];
}

/** A run-time that no plug-in knows. */
export interface UnknownProgram {
  readonly program: AbsPath;
  readonly packages: PackagesOfSystem;
  /** The script that runs the program: parts of the run-time are what its package asks for. */
  readonly wrapper?: AbsPath;
}

/** Everything that the worklist asks; the order of a list never matters. */
export interface Plugins {
  readonly runtimes: readonly RuntimePlugin[];
  readonly rules: readonly DlopenRule[];
  readonly packages: readonly PackageDatabase[];
  readonly features: readonly Feature[];
  readonly compiled: readonly CompiledFiles[];
  /** Where what was read of files is kept; undefined: nowhere. */
  readonly contentCache?: ContentCache;
  /** The static program that checks the health of a server, for one architecture; undefined: there is none. */
  readonly healthProbe?: HealthProbe;
  /** What a run-time without a plug-in may load. */
  unknownRuntime(proc: ProcessContext, unknown: UnknownProgram): AsyncIterable<Yield>;
  /** Written where the request wants it. */
  readonly reasonsFile: ReasonsFile;
  openProcess(options: LoaderOptions): Promise<LoaderProcess>;
  /** Reads every database of a distribution that a root has; without one, nothing is owned. */
  readSystem(databases: readonly PackageDatabase[], root: RootFs): Promise<PackagesOfSystem>;
  /**
   * The packages of views, by view, where their root has no database to read: an image that is resolved again is asked
   * about those of its builder.
   */
  readonly systemPackages?: ReadonlyMap<string, Promise<PackagesOfSystem>>;
  /** Libraries that an object only names in its strings, for the report; absent where nobody reads one. */
  readonly reportStrings?: (
    object: { readonly path: AbsPath; readonly elf: ElfFile },
    proc: ProcessContext,
  ) => Promise<readonly ReportedLibrary[]>;
  /** Reads and parses an ELF file; undefined when it is missing or not ELF. Follows links. */
  readElf(root: RootFs, path: AbsPath): Promise<ElfFile | undefined>;
  /** Why a file that begins as ELF cannot be read, as a clause: "it ends within its header". Follows links. */
  describeElf?(root: RootFs, path: AbsPath): Promise<string | undefined>;
}
