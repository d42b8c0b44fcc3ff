import type { PlacedFile } from "../../rootfs/placed-file.ts";
import type { Recording } from "../../rootfs/recording.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type {
  AccountsSpec,
  ClosureSpec,
  FileSpec,
  LayersSpec,
  PolicySpec,
  ProbeSpec,
  SystemSpec,
} from "../../spec/spec.ts";
import type { BytecodePolicy, FunctionCall, PruneLevel, StdlibLevel } from "./closure.ts";

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
  /** A directory that is too large to ship for a guess: a warning names it where files of it stay out. */
  | { readonly kind: "large-directory"; readonly path: AbsPath; readonly isOfStage: boolean }
  | { readonly kind: "app" }
  | { readonly kind: "file"; readonly file: FileSpec }
);

/** Another way to run the image, which something beside the spec states: a service of a Compose file. */
export interface StatedRun {
  /** Who states it, after "of": `the service worker in compose.yaml`. */
  readonly by: string;
  /** Default: those of the image; without an entrypoint's `cmd`, none. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** Beside the variables of the image. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: AbsPath;
  /** The command that checks its health. */
  readonly check?: readonly string[];
  /** True for a file, `by`, that speaks of the spec and cannot be read. */
  readonly isUnread?: true;
}

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
  /** Default: the image is run by its own command alone. */
  readonly runs?: readonly StatedRun[];
  readonly accounts: AccountsSpec;
  readonly system: SystemSpec;
  readonly closure: ClosureSpec;
  /** Runs of the application: of what `safe` ships, only what they opened stays. Default: all of it. */
  readonly observed?: readonly Recording[];
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
