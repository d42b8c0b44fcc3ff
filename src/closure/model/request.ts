import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { PlacedFile } from "../../rootfs/placed-file.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { ClosureSpec, FileSpec, LayersSpec, PolicySpec, ProbeSpec, SystemSpec } from "../../spec/spec.ts";
import type { BytecodePolicy, ClosureEntry, FunctionCall, PruneLevel, StdlibLevel } from "./closure.ts";

/** A tree of bits. The resolver sees it at `mountPath` of its own file system, programs at `prefix` of a view. */
export interface RequestTree {
  /** Unique and stable: `builder:main`, `deps:main`, `app`. */
  readonly id: string;
  readonly prefix: AbsPath;
  readonly kind: "builder" | "dependencies" | "app" | "extra";
  /** For `app`: globs relative to the prefix that come along; ownership and modes are normalised. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Globs relative to the prefix that programs do not see: what a tree below it has in their place. */
  readonly hides?: readonly string[];
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Skeletons stand in for files of the tree: none goes into a layer, and the answer tells where they belong. */
  readonly skeletons?: true;
  /** Of `dependencies`: what made it. */
  readonly installation?: Installation;
}

/** How a package manager installed an application's dependencies. */
export interface Installation {
  /** As a person would type it. */
  readonly command: string;
  /** Whether programs of packages could run. */
  readonly scripts: boolean;
}

/** A root file system as a program sees it: an overlay of trees, lowest first. Named as its builder. */
export interface RequestView {
  readonly name: string;
  readonly trees: readonly string[];
  /** PATH of the builder, in which names of programs are looked up; the image's own PATH has the programs that ship. */
  readonly searchPath?: string;
  /** LD_LIBRARY_PATH of the builder: what only it leads to, the image's programs do not find. */
  readonly libraryPath?: string;
}

/** A root of the spec. `pointer` is the place in the normalised spec. */
export type RequestRoot = { readonly pointer: string; readonly view: string } & (
  | { readonly kind: "interpreter"; readonly path: string }
  | { readonly kind: "binary"; readonly path: string; readonly as?: AbsPath }
  /** The entrypoint of an adopted or distilled image: the program of `process.argv[0]`. */
  | { readonly kind: "entrypoint" }
  | { readonly kind: "library"; readonly name: string }
  /** `isOffered`: perhaps nothing uses it, so that what it lacks is no fault. */
  | { readonly kind: "include"; readonly path: string; readonly because?: string; readonly isOffered?: true }
  | { readonly kind: "app" }
  | { readonly kind: "file"; readonly file: FileSpec }
);

/**
 * The resolver's whole input. Holds no line numbers, times of day or host names, so that the answer can be cached by
 * content: the same request on the same trees gives the same closure.
 */
export interface ClosureRequest {
  readonly version: 1;
  readonly architecture: string;
  readonly epochSeconds: number;
  readonly trees: readonly RequestTree[];
  readonly views: readonly RequestView[];
  readonly roots: readonly RequestRoot[];
  /** The process that the image starts. `argv` is undefined where the default (interpreter, first binary) applies. */
  readonly process: {
    readonly view: string;
    readonly entrypoint?: readonly string[];
    readonly cmd?: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly workdir: AbsPath;
    /** `nonroot`, `root`, a name, `uid` or `uid:gid`. */
    readonly user: string;
    /** True where what is adopted names no user, and the spec names none: it was made to run as root. */
    readonly isUserUnnamed?: boolean;
    /** Paths that the image says are volumes. Default: none. */
    readonly volumes?: readonly AbsPath[];
    /** Of an adopted stage: what its author copied there. Default: nothing is known. */
    readonly placed?: readonly PlacedFile[];
    readonly entries: readonly AbsPath[];
    readonly appRoot?: AbsPath;
    /** The function that a platform calls: its client for the run-time is then what the image starts. */
    readonly call?: FunctionCall;
    /** True when the process may run as a user that the image does not know. */
    readonly isAnyUser?: boolean;
    readonly stdlib: StdlibLevel;
    readonly prune: PruneLevel;
    readonly bytecode: BytecodePolicy;
  };
  /** The probe of the image's health check; `timeoutMilliseconds` bounds one check. */
  readonly healthcheck?: { readonly probe: ProbeSpec; readonly timeoutMilliseconds: number; readonly isAdopted?: true };
  readonly accounts: {
    readonly users: readonly {
      readonly name: string;
      readonly uid: number;
      readonly gid?: number;
      readonly home?: string;
    }[];
    readonly groups: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
  };
  readonly system: SystemSpec;
  readonly closure: ClosureSpec;
  readonly layers: LayersSpec;
  readonly policy?: PolicySpec;
  /**
   * Secrets that build steps were given, each with the place that asks for it: their values are looked for in what
   * ships. The resolver finds them, where they were given, at `/pith/secrets/<n>`.
   */
  readonly secrets?: readonly { readonly id: string; readonly pointer: string }[];
  readonly metadata: {
    /** `auto`: where a builder has a package database; `true`: an error where none has. */
    readonly packageDb: "auto" | boolean;
    /** True: the reasons for every path go into the image as a file. */
    readonly reasonsFile: boolean;
  };
}

/** How many names were not evaluated to their end. */
export interface UnknownCounts {
  /** All that they could stand for ships. */
  readonly kept: number;
  /** Their possible values stay out, with a warning each. */
  readonly warned: number;
  /** Nothing says what they could stand for. */
  readonly unbounded: number;
  /** The three that matter most, as `/app/load.js:12 require(name)`. */
  readonly foremost: readonly string[];
}

/** The resolver's short answer, which the frontend reads; the closure itself stays in the engine. */
export interface ClosureAnswer {
  readonly version: 1;
  readonly diagnostics: readonly Diagnostic[];
  readonly figures: {
    readonly files: number;
    readonly bytes: number;
    /** Bytes and files of Python bytecode, contained in the above. */
    readonly bytecodeFiles: number;
    readonly bytecodeBytes: number;
    readonly executables: number;
    /** Regular files that no package database, application or spec accounts for: their builder alone tells of them. */
    readonly unpackagedFiles: number;
    /** Packages of the distributions. */
    readonly packages: number;
    /** The same of the builders. */
    readonly builderPackages: number;
    /** Regular files of the trees, and their bytes; 0 where skeletons stand in for some. */
    readonly builderFiles: number;
    /** Libraries that are only named in strings and stay out; absent when there are none. */
    readonly reportedLibraries?: number;
    readonly builderBytes: number;
    /** Names that were not evaluated to their end, by what became of them; absent when there is none. */
    readonly unknowns?: UnknownCounts;
  };
  /** Directories that the image gives an account to write, beyond those of the spec. */
  readonly given?: readonly string[];
  /** Image settings that only the files tell. */
  readonly config: {
    readonly entrypoint: readonly string[];
    readonly cmd: readonly string[];
    readonly path: string;
    /** Set for programs found in a virtual environment, and the like. */
    readonly env: Readonly<Record<string, string>>;
    /** The meaning of `process.user`: `uid:gid`. */
    readonly user: string;
    /** The program and arguments of the health check, where the request has one. */
    readonly healthcheck?: readonly string[];
  };
  /**
   * Names of the layers, bottom first; empty ones are left out. An archive of the name holds each, but for what is
   * `unwritten`.
   */
  readonly layers: readonly string[];
  /** Layers of which not all was written, because skeletons stand in for files. */
  readonly unwritten?: readonly UnwrittenLayer[];
}

/** The answer where the work ended before there were figures. */
export function refusedAnswer(diagnostics: readonly Diagnostic[]): ClosureAnswer {
  return {
    version: 1,
    diagnostics,
    figures: {
      files: 0,
      bytes: 0,
      bytecodeFiles: 0,
      bytecodeBytes: 0,
      executables: 0,
      unpackagedFiles: 0,
      packages: 0,
      builderPackages: 0,
      builderFiles: 0,
      builderBytes: 0,
    },
    config: { entrypoint: [], cmd: [], path: "", env: {}, user: "" },
    layers: [],
  };
}

export interface UnwrittenLayer {
  readonly name: string;
  /** True where the layer holds other things too, which its archive has. */
  readonly hasRest: boolean;
  /**
   * The entries that were not written, and all directories of the layer. `sizeBytes` of a file from the tree is its
   * skeleton's.
   */
  readonly entries: readonly LayerEntry[];
}

/** The fields that writing an entry of a layer takes. */
export type LayerEntry = Pick<
  ClosureEntry,
  "path" | "kind" | "mode" | "uid" | "gid" | "sizeBytes" | "target" | "hardLinkTo" | "content" | "tree" | "patch"
>;

/** An entry without its reasons, which are most of it. */
export function layerEntry(entry: LayerEntry): LayerEntry {
  const { path, kind, mode, uid, gid, sizeBytes, target, hardLinkTo, content, tree, patch } = entry;
  return {
    path,
    kind,
    mode,
    uid,
    gid,
    sizeBytes,
    ...(target === undefined ? {} : { target }),
    ...(hardLinkTo === undefined ? {} : { hardLinkTo }),
    ...(content === undefined ? {} : { content }),
    ...(tree === undefined || kind !== "file" ? {} : { tree }),
    ...(patch === undefined ? {} : { patch }),
  };
}

/** Reads the resolver's answer back. Throws on bytes that are none: both ends are of one image. */
export function parseClosureAnswer(bytes: Uint8Array): ClosureAnswer {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  invariant(
    typeof parsed === "object" && parsed !== null && "version" in parsed && parsed.version === 1,
    "the resolver's answer is of another version",
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the resolver of the same image wrote it
  return parsed as ClosureAnswer;
}

/** Reads a request. Throws on bytes that are none: both ends are of one image. */
export function parseClosureRequest(bytes: Uint8Array): ClosureRequest {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  invariant(
    typeof parsed === "object" && parsed !== null && "version" in parsed && parsed.version === 1,
    "the closure's request is of another version",
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the frontend of the same image wrote it
  return parsed as ClosureRequest;
}
