import type { ClosureEntry } from "../closure/model/closure.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";

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
    /** What `safe` ships beyond what recorded runs opened; absent without recordings. */
    readonly unobserved?: { readonly files: number; readonly bytes: number };
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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the resolver of the same image wrote it
  return parseMessage(bytes, "the resolver's answer") as ClosureAnswer;
}

/** Reads a request. Throws on bytes that are none: both ends are of one image. */
export function parseClosureRequest(bytes: Uint8Array): ClosureRequest {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the frontend of the same image wrote it
  return parseMessage(bytes, "the closure's request") as ClosureRequest;
}

function parseMessage(bytes: Uint8Array, name: string): object {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const isKnown = typeof parsed === "object" && parsed !== null && "version" in parsed && parsed.version === 1;
  invariant(isKnown, `${name} is of another version`);
  return parsed;
}
