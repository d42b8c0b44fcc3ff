import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { BytePatch } from "../../rootfs/byte-patch.ts";
import type { ContentCache } from "../../rootfs/content-cache.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import type { ProbeSpec } from "../../spec/spec.ts";
import type { Unknown } from "./unknown.ts";

/**
 * How it is known that a path is needed, strongest first. `package`: it belongs to the package of what runs. `string`:
 * a text of a program, a library or a setting names it. `bound`: a name that was not evaluated could stand for it.
 */
export type Evidence = "proved" | "declared" | "rule" | "package" | "string" | "bound" | "user";

/** Evidence that suggests and does not prove: what such a path lacks in the builder is no error. */
export const weakEvidence: ReadonlySet<Evidence> = new Set(["package", "string", "bound"]);

/** The layers of the image, bottom first. */
export type LayerName = "system" | "interpreter" | "dependencies" | "app";
export const layerNames: readonly LayerName[] = ["system", "interpreter", "dependencies", "app"];

/**
 * The use of a needed path by the process that needs it:
 * - `program`: execve(2) runs it, so it starts a process of its own (PT_INTERP, shebang, run-time);
 * - `object`: an ELF object loaded into the needing process, resolved with what that process has loaded already;
 * - `module`: source or data that the needing run-time loads, so the run-time is asked for its needs;
 * - `file`: a file (or link, or directory entry) that is only read or looked at;
 * - `tree`: a directory and everything below it, each file as `file`.
 */
export type Role = "program" | "object" | "module" | "file" | "tree";

/** One thing that must come along. */
export interface Need {
  readonly path: AbsPath;
  readonly role: Role;
  readonly evidence: Evidence;
  /** Completes the sentence "FROM ...": `needs libc.so.6`, `imports flask`, `is the encoding table of iconv`. */
  readonly why: string;
  /** The layer of the file where the plug-in knows; default: by the file's tree, else `system`. */
  readonly layer?: LayerName | undefined;
  /** True when nothing is wrong if the path is absent. Default false: absence is a finding. */
  readonly optional?: boolean;
  /** Paths below a `tree` that do not come along, as a predicate on the full path. */
  readonly skip?: (path: AbsPath) => boolean;
  /** For a `program`: its arguments, when it is known that the needing process starts it with them. */
  readonly args?: readonly string[];
  /** For a `program` with arguments: where it runs, if not where the needing process does. */
  readonly workdir?: AbsPath | undefined;
  /** For a `program`: variables that whoever starts it sets, where those of the image are others. */
  readonly env?: Readonly<Record<string, string>>;
  /** True for a file that a script gives a command: one that the builder's author wrote is read as settings. */
  readonly isArgument?: true;
}

/** A finding tied to the path that it is about; the resolver adds the chain and the spec's place. */
export interface Finding extends Diagnostic {
  readonly path?: AbsPath;
  /** Not said where a file of this path ships, or a program of this name, which a caller may have on its PATH. */
  readonly unlessShipped?: string;
}

export type Yield =
  /** `from`: who asks, where it is not the file that the plug-in was asked about. */
  | { readonly need: Need; readonly from?: AbsPath }
  | { readonly finding: Finding; readonly from?: AbsPath }
  /** A name that was not evaluated to its end: the level decides what ships of what it could stand for. */
  | { readonly unknown: Unknown; readonly from?: AbsPath };

export type StdlibLevel = "safe" | "reachable" | "full";
export type PruneLevel = "safe" | "reachable" | "none";
export type BytecodePolicy = "keep" | "drop" | "only";

/** One process that the image will run: a program, its arguments, and its surroundings. */
export interface ProcessContext {
  readonly root: RootFs;
  /** The program as it is asked for; its links are followed only in `realProgram`. */
  readonly program: AbsPath;
  readonly realProgram: AbsPath;
  /** The parsed program; undefined when it is not an ELF file. */
  readonly elf: ElfFile | undefined;
  /** Arguments after the program, as entrypoint and command give them. Empty when only the program is asked for. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: AbsPath;
  /** True where a plug-in knows the rules of the program. */
  readonly isRuntime?: boolean;
  /** The same for all processes of one closure. */
  readonly closure?: object;
  /** Tells how sure it is that the program is started: what processes with equal ones name is treated alike. */
  readonly certainty?: string;
  /** True where only a text, or its package, suggests that it is started. */
  readonly isSuggested?: boolean;
  /** Files at which import tracing starts, beyond what `args` names. */
  readonly entries: readonly AbsPath[];
  /** Where the application lies; undefined when there is none. */
  readonly appRoot: AbsPath | undefined;
  readonly stdlib: StdlibLevel;
  readonly prune: PruneLevel;
  readonly bytecode: BytecodePolicy;
  /** OCI architecture: amd64, arm64 ... */
  readonly architecture: string;
  /** The name services of the image's nsswitch.conf; default `files` and `dns`. */
  readonly nameServices?: readonly string[];
  /** For answers that depend on the bytes of a file alone. */
  readonly contentCache?: ContentCache | undefined;
  /** Reads and parses an ELF file through a cache; undefined when it is missing or not ELF. Follows links. */
  readElf(path: AbsPath): Promise<ElfFile | undefined>;
  /**
   * The file that loading `soname` into this process would open, by the loader's rules; undefined when none. The search
   * paths of `requester` count, the object that asks for it (default: the program).
   */
  findLibrary(soname: string, requester?: AbsPath): Promise<AbsPath | undefined>;
  /**
   * The file that execvp(3) would run for `name` in the image; undefined when none. `directories` come before those of
   * PATH. A name with a slash is a path, whether or not something is there.
   */
  findProgram(name: string, directories?: readonly AbsPath[]): Promise<AbsPath | undefined>;
  /** The distribution's package that has a file; undefined where none has. Absent where nobody can tell. */
  systemPackage?(path: AbsPath): Promise<SystemPackage | undefined>;
  /** False once a process of the same program has taken the package whole: its files are read once. Absent: true. */
  isFirstToTake?(packageName: string): boolean;
}

/** A package of the distribution as a run-time sees it. */
export interface SystemPackage {
  readonly name: string;
  /** The name of what it was built from. */
  readonly source: string;
  /**
   * The read files of its database's lists and programs: no documents, headers or units, no programs of the PATH, no
   * libraries of the loader.
   */
  readonly files: readonly AbsPath[];
  /** Its programs of the PATH; none of what every system has. */
  readonly programs?: readonly AbsPath[];
  /** Directories that packages of its source alone have, with what the builder put there beside the listed files. */
  readonly directories: readonly AbsPath[];
  /** Installed packages that it cannot be installed without, sorted by name. */
  readonly dependencies: () => readonly SystemPackage[];
  /** Installed packages that its maintainer says go with it. */
  readonly suggestions?: () => readonly SystemPackage[];
  /** False for what was installed because another depends on it; absent where nothing tells. */
  readonly isChosen?: boolean;
  /** True for what the builder's author named, beside few others. */
  readonly isChosenOfFew?: boolean;
  /** True for what every system of the distribution begins with. */
  readonly isOfSystem?: boolean;
}

/** A run-time inside one process. Order of what it yields does not matter: the closure is a set. */
export interface Runtime {
  /** The needs of starting the process: landmarks, standard library, and what `args` and `entries` name. */
  start(): AsyncIterable<Yield>;
  /** The needs of a file reached with role `module`. Asked once a file. */
  needs(path: AbsPath): AsyncIterable<Yield>;
  /** Asked when nothing else is left, again and again until it yields nothing new: rules that look at the whole set. */
  settle(): AsyncIterable<Yield>;
  /** How the run-time's own program checks the health of a server: undefined where it cannot. Asked at most once. */
  probe?(probe: ServerProbe, timeoutMilliseconds: number): Promise<RuntimeProbe>;
}

/** A health check that asks a server. */
export type ServerProbe = Exclude<ProbeSpec, { readonly kind: "exec" }>;

export interface RuntimeProbe {
  /**
   * Arguments of the run-time's program. It ends with 0 when the server is well, and otherwise with 1 and a line that
   * says why.
   */
  readonly args: readonly string[];
  readonly needs: readonly Yield[];
}

/** A function that a platform calls by its name, through a client of the platform's that runs inside the image. */
export interface FunctionCall {
  /** `aws-lambda` and the like: an interpreter looks it up among the clients that it knows. */
  readonly platform: string;
  /** As the platform writes it, such as `app.handler`. */
  readonly handler: string;
}

/** How an interpreter starts the client that calls a function. */
export interface RuntimeInterfaceClient {
  /** Arguments that start the client; the function's name follows them. Empty when there is no client. */
  readonly args: readonly string[];
  /** Files that hold the function: import tracing starts there too. */
  readonly entries: readonly AbsPath[];
  /** CLIENT_MISSING, HANDLER_MISSING. */
  readonly findings: readonly Finding[];
}

/** Knows one run-time language. Decides alone what it claims, never by its place in a list. */
export interface RuntimePlugin {
  readonly name: string;
  /** Where distributions install modules of this language: matches their paths, each with a `/` behind it. */
  readonly systemDirectories?: RegExp;
  /** Sources of the builder's author that its programs may load wherever they lie, as nothing else is named so. */
  readonly sources?: RegExp;
  /** Files of code of this language alone: one that ships by name, as of a script, is loaded by its programs. */
  readonly archives?: RegExp;
  /** Files that its programs load as modules, where `sources` and `archives` do not name all of them. */
  readonly modules?: RegExp;
  /** The files that objects of this run-time open by name, wherever they are loaded. */
  readonly rules?: readonly DlopenRule[];
  /**
   * Names of directories that hold installed packages, or ends of their paths, wherever they lie in an application:
   * what ships of them is the run-time's choice by `prune`, not part of the application as a whole.
   */
  readonly packageDirectories?: readonly string[];
  /**
   * True for files beside those that run: tests, documents, sources of compiled parts, parts for other platforms. A
   * name that was not evaluated stands for none of them.
   */
  isNotRun?(path: AbsPath, proc: ProcessContext): boolean | Promise<boolean>;
  /**
   * True where the run-time is asked about every source of the application at `reachable` too, whether or not anything
   * leads there.
   */
  readonly readsEverySource?: boolean;
  /** Names of the library that other programs run code of this language by, as objects need it. */
  readonly library?: RegExp;
  /** True when `program` is this run-time's interpreter. */
  claims(program: { readonly path: AbsPath; readonly realPath: AbsPath; readonly elf: ElfFile | undefined }): boolean;
  start(proc: ProcessContext): Promise<Runtime>;
  /**
   * The arguments that start the application when the spec gives none, to be written into the image as its command;
   * empty when the run-time knows none. The same that `start` assumes for empty `args`.
   */
  defaultArgs?(proc: ProcessContext): Promise<readonly string[]>;
  /**
   * Directories of the application with installed packages that do not ship unless `prune` is `none`: those of
   * development.
   */
  unusedPackages?(proc: ProcessContext): Promise<readonly AbsPath[]>;
  /** Finds the client of a platform, and the function it calls; undefined where the run-time knows no such client. */
  callFunction?(proc: ProcessContext, call: FunctionCall): Promise<RuntimeInterfaceClient | undefined>;
}

/** A dlopen rule: what an ELF object needs that no header of it says. */
export interface DlopenRule {
  readonly name: string;
  /** The texts that it searches the strings of most objects for: all rules' texts are searched together. */
  readonly searches?: readonly string[];
  /** True where the arguments of a process tell what an object needs. Others get none, once for processes alike. */
  readonly readsArguments?: true;
  /** True when `object` (with the names it needs and imports) triggers the rule. */
  applies(object: { readonly path: AbsPath; readonly elf: ElfFile }): boolean;
  needs(object: { readonly path: AbsPath; readonly elf: ElfFile }, proc: ProcessContext): AsyncIterable<Yield>;
}

/** A library that an object names in its strings and could load. Nothing brings it but a rule or the spec. */
export interface ReportedLibrary {
  readonly from: AbsPath;
  readonly soname: string;
  readonly path: AbsPath;
  /** True where only a part of the name stands in the object. */
  readonly isComputed?: true;
}

/** One installed package and the files it owns. */
export interface InstalledPackage {
  readonly name: string;
  /** As the database has it, with the epoch where there is one. */
  readonly version: string;
  /** As the database names it; empty where packages have none. */
  readonly architecture: string;
  readonly source?: string;
  /** Names and files of packages that it cannot be installed without; where one of several does, each of them. */
  requires?(): readonly string[];
  /** Names of packages that its maintainer says go with it: recommended or suggested ones. */
  suggests?(): readonly string[];
  /** True for what every system of the distribution has. Undefined where the database marks none. */
  isEssential?(): boolean;
  /** True for what its author named when the builder was made. Undefined where nothing tells. */
  isChosen?(): boolean;
  /** True for what the builder began with, as every system of the distribution does. Undefined where nothing tells. */
  isOfSystem?(): boolean;
  /** Other names that satisfy a `requires`. */
  provides?(): readonly string[];
  /** The scripts that ran when it was installed: they make files that its list does not have. */
  scripts?(): Promise<string>;
  readonly files: readonly AbsPath[];
  /**
   * True for the very bytes that it brought as one of its files, which everybody can download with it; undefined where
   * the database does not say.
   */
  isUnchanged?(path: AbsPath, bytes: Uint8Array): boolean | undefined | Promise<boolean | undefined>;
  /** The digest of the package that its installer keeps, as `sha256:HEX` or SRI; undefined where it keeps none. */
  digest?(): string | undefined | Promise<string | undefined>;
  /** The package's address (package-url/purl-spec), with every qualifier that scanners write. */
  readonly purl: string;
  /** Its name in databases of vulnerabilities that know no such addresses (CPE 2.3). */
  readonly cpe?: string;
  readonly supplier?: string;
  readonly homepage?: string;
  /** The licence as the package itself states it; undefined where only a text tells. */
  readonly license?: string;
  /** The database's own entry for the package, for `write`. */
  readonly record?: string;
  /**
   * The file that this package is packed into: a jar inside a jar, a module inside a program. It ships where the file
   * does, and owns that file only where it lists it and no other package does.
   */
  readonly within?: AbsPath;
}

/** A package of which files ship. */
export interface ShippedPackage extends InstalledPackage {
  /** The paths of the image that it owns, sorted. */
  readonly paths: readonly AbsPath[];
}

/** A file that a database has in the image, and the packages that it tells of: it changes when theirs do. */
export interface WrittenRecord {
  readonly path: AbsPath;
  readonly content: string | Uint8Array;
  readonly packages: readonly InstalledPackage[];
}

/** Knows one package database. */
export interface PackageDatabase {
  /** The first part of an owner's name, as in `dpkg:libc6`. */
  readonly name: string;
  /** Who puts packages in: the distribution, whose word counts first, or the installer of one language. */
  readonly kind: "system" | "language";
  /** Present = the database is there. Empty: it has no place of its own, and is asked always. */
  readonly markers: readonly AbsPath[];
  /** True where several versions of one package lie in one root, so that the version is part of an owner's name. */
  readonly severalVersions?: boolean;
  /**
   * The installed packages in a fixed order. `near` are the paths of the closure, sorted: no other files have to be
   * told of. What cannot be read is told to `report`, as PACKAGE_DB_DAMAGED, and everything else comes nevertheless.
   */
  read(root: RootFs, near: readonly AbsPath[], report?: (finding: Finding) => void): AsyncIterable<InstalledPackage>;
  /** The database again, with what ships and nothing else, for scanners. */
  write?(shipped: readonly ShippedPackage[], root: RootFs): AsyncIterable<WrittenRecord>;
  /** Files of the root that state a package's licence, the package's own first. */
  licenseFiles?(found: InstalledPackage, root: RootFs): Promise<readonly AbsPath[]>;
}

/** Why a path is in: who asked (a path of the closure, or a pointer into the spec such as `/binaries/0`), and how. */
export interface Reason {
  readonly from: string;
  readonly why: string;
  readonly evidence: Evidence;
}

/** Why a run-time needs the script that it was started for. */
export const scriptOfArguments = "runs the script of its arguments";

/** One path of the image. */
export interface ClosureEntry {
  readonly path: AbsPath;
  readonly kind: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file; 0 for everything else. */
  readonly sizeBytes: number;
  readonly layer: LayerName;
  readonly reason: Reason;
  /** The text of a link. */
  readonly target?: string;
  /** Another name of the same file, which sorts first. */
  readonly hardLinkTo?: AbsPath;
  /** Where the bytes come from: a tree of the request and the path in it. Absent for generated files. */
  readonly tree?: { readonly id: string; readonly path: AbsPath };
  /** The bytes of a made file, as UTF-8 text, or base64 where they are not text. */
  readonly content?: { readonly text: string } | { readonly base64: string };
  /** How the bytes change on the way into the image. */
  readonly patch?: BytePatch;
  /** Name of the owning package, as `dpkg:libc6`. */
  readonly owner?: string;
}
