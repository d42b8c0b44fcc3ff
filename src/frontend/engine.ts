import type { Span } from "../diagnostics/diagnostic.ts";
import type { Definition, SourceFile } from "../formats/llb/graph.ts";
import type { Platform } from "../formats/oci/platform.ts";
import type { CacheImport } from "../plan/options.ts";

/** One path of a tree that is read whole. */
export interface TreeEntry {
  /** Relative to the directory that was asked for, as `templates/index.html`. */
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink";
  /** Permission bits, setuid, setgid and sticky, as chmod(2) has them. */
  readonly mode: number;
  /** Nanoseconds since 1970, in decimal digits. */
  readonly modificationTime: string;
  /** Of a file; 0 for everything else. */
  readonly sizeBytes: number;
  /** The bytes of a file that was read whole, and the first few of one that was not. */
  readonly content?: Uint8Array;
  readonly head?: Uint8Array;
  /** The text of a link. */
  readonly target?: string;
}

/** How much of a tree is worth reading. */
export interface TreeLimits {
  readonly paths: number;
  /** Of all files together that are read whole. */
  readonly bytes: number;
  /** False for a file of which the first bytes are enough. */
  readsWhole(path: string, sizeBytes: number): boolean;
  /** Excluded paths: relative, a directory with all below it. */
  leavesOut(path: string): boolean;
}

/** A file system that the engine has made or will make. Reading it makes it. */
export interface Ref {
  readonly id: string;
  /** The graph that made it, for use as an input of another. */
  readonly definition: Definition | undefined;
  /** Reads a whole regular file in bounded pieces; undefined when it is missing or not a regular file. */
  readFile(path: string, limitBytes: number): Promise<Uint8Array | undefined>;
  /** Reads the first bytes of a regular file of any size; undefined as above. */
  readHead(path: string, lengthBytes: number): Promise<Uint8Array | undefined>;
  /** Names below a directory, one level; undefined when it is missing. Directories end in `/`. */
  readDirectory(path: string): Promise<readonly string[] | undefined>;
  /**
   * Reads all that lies below a directory, parents before what they hold; undefined when it is missing, is more than
   * `limits`, or holds anything but files, directories and links. What is too much is found from the lists alone,
   * before any file is read.
   */
  readTree(path: string, limits: TreeLimits): Promise<readonly TreeEntry[] | undefined>;
  evaluate(): Promise<void>;
}

export interface SolveResult {
  /** Undefined for an empty (scratch) result. */
  readonly ref: Ref | undefined;
  /** Per platform ID, where the solved frontend built several. */
  readonly refs: ReadonlyMap<string, Ref>;
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

export interface ResolvedImage {
  /** Empty for an image that exists only in the engine's own (classic) store. */
  readonly digest: string;
  /** The image config as JSON bytes. */
  readonly config: Uint8Array;
  /** The reference to use from here on: a source policy may have rewritten it. */
  readonly reference: string;
}

export interface Warning {
  readonly short: string;
  readonly detail: readonly string[];
  readonly spans: readonly Span[];
  /** Texts of the files that the spans name; a span without its text is not shown. */
  readonly sourceFiles?: readonly SourceFile[];
}

/**
 * The services of a build engine for a frontend (BuildKit's moby.buildkit.v1.frontend.LLBBridge). Failures are thrown
 * as `EngineError`; nothing is retried.
 */
export interface Engine {
  /** Options of the build as the client sent them: `filename`, `target`, `build-arg:NAME` ... */
  readonly options: ReadonlyMap<string, string>;
  readonly sessionId: string;
  /** Platforms that the worker can run, its own first. */
  readonly workerPlatforms: readonly Platform[];
  /**
   * False where an image has no place for attestations and annotations: Docker's classic store, and engines that know
   * of none.
   */
  readonly keepsAttestations: boolean;
  /** True when the engine has the capability (of LLB or of the gateway), so that a definition may declare it. */
  has(capability: string): boolean;
  /** The graph of the frontend's own image; undefined where the engine does not hand it over. */
  ownImage(): Promise<Definition | undefined>;
  solve(
    definition: Definition,
    options?: { readonly cacheImports?: readonly CacheImport[]; readonly evaluate?: boolean },
  ): Promise<SolveResult>;
  /** Runs another frontend, such as `dockerfile.v0`, on the same session. */
  solveFrontend(
    name: string,
    options: ReadonlyMap<string, string>,
    inputs: ReadonlyMap<string, Definition>,
    cacheImports: readonly CacheImport[],
  ): Promise<SolveResult>;
  resolveImage(
    reference: string,
    options: {
      readonly platform: Platform;
      readonly mode: "default" | "pull" | "local";
      readonly logName: string;
      /** Set for `oci-layout` contexts; `parseLayoutReference` takes their values apart. */
      readonly ociLayout?: { readonly sessionId: string; readonly storeId: string };
    },
  ): Promise<ResolvedImage>;
  /** Definitions handed over by the client (`input:` contexts). */
  inputs(): Promise<ReadonlyMap<string, Definition>>;
  warn(warning: Warning): Promise<void>;
}

/**
 * A failure told by the engine. `details` go back to it unchanged, so that the client prints the engine's own snippet.
 */
export class EngineError extends Error {
  readonly code: number;
  /** google.protobuf.Any values: `typeUrl` and bytes. */
  readonly details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
  /** The line of a file that the engine blames, as in `details`. */
  readonly location: { readonly file: string; readonly line: number } | undefined;
  /** Set when the failure is that a mount or a copy found no such path in its tree. */
  readonly missingPath: string | undefined;
  /** Set when the failure is that a step's program ran and failed. */
  readonly exitCode: number | undefined;

  constructor(
    message: string,
    options: Pick<EngineError, "code" | "details"> &
      Partial<Pick<EngineError, "location" | "missingPath" | "exitCode" | "cause">>,
  ) {
    super(message, { cause: options.cause });
    this.name = "EngineError";
    this.code = options.code;
    this.details = options.details;
    this.location = options.location;
    this.missingPath = options.missingPath;
    this.exitCode = options.exitCode;
  }
}

/** A statement about an image (in-toto attestation): its predicate is a file of a tree. */
export interface Attestation {
  readonly predicateType: string;
  readonly ref: Ref;
  readonly path: string;
  /** BuildKit's kind of it, such as `sbom`. */
  readonly reason: string;
}

/** The result of a frontend. */
export interface FrontendResult {
  /** By platform ID; a single-platform build has one. Undefined ref: an empty image. */
  readonly refs: ReadonlyMap<
    string,
    {
      readonly platform: Platform;
      readonly ref: Ref | undefined;
      readonly config: Uint8Array;
      readonly attestations?: readonly Attestation[];
    }
  >;
  /** Annotations of the manifests, and of the index where there is one for several platforms. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Send the map form even for one platform. */
  readonly multiPlatform: boolean;
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}
