import type { Span } from "../../diagnostics/diagnostic.ts";
import type { Platform } from "../oci/platform.ts";
import type { Definition } from "./graph.ts";

/** One operation of the graph. Made only by the functions of this folder. */
export interface Vertex {
  readonly op: Op;
  readonly inputs: readonly Output[];
  readonly platform?: Platform;
  readonly options: VertexOptions;
  /** Capabilities that the operation uses. */
  readonly capabilities: readonly string[];
}

/** One file system that an operation makes. */
export interface Output {
  readonly vertex: Vertex;
  readonly index: number;
}

/** A file system; undefined is the empty one (scratch). */
export type State = Output | undefined;

export interface VertexOptions {
  /** The name in progress output and in the image's history. */
  readonly name: string;
  /** Places of the spec that asked for it; a failure prints them. */
  readonly spans?: readonly Span[];
  readonly ignoreCache?: boolean;
  readonly progressGroup?: { readonly id: string; readonly name: string };
}

export interface SourceOp {
  readonly kind: "source";
  readonly identifier: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type ExecMount = { readonly dest: string; readonly readonly?: boolean; readonly selector?: string } & (
  | {
      readonly type: "bind";
      readonly state: State;
      readonly output?: boolean;
      /**
       * `on`: the cache key is the content below the selector, `off`: it is how the state was made. Absent: the engine
       * decides. Hashing a whole builder costs more than it saves where its making is a good key already.
       */
      readonly contentCache?: "on" | "off";
    }
  | {
      readonly type: "cache";
      readonly id: string;
      readonly sharing: "shared" | "private" | "locked";
    }
  | { readonly type: "tmpfs"; readonly sizeBytes?: number }
  | {
      readonly type: "secret";
      readonly id: string;
      readonly uid?: number;
      readonly gid?: number;
      readonly mode: number;
      readonly optional: boolean;
    }
  | { readonly type: "ssh"; readonly id: string; readonly mode: number; readonly optional: boolean }
);

export interface ExecOptions {
  /** The root file system. Its output is kept unless `readonlyRoot`. */
  readonly root: State;
  readonly readonlyRoot?: boolean;
  /** `on`: a read-only root is also known by its content, not by its definition alone. */
  readonly rootContentCache?: "on" | "off";
  readonly args: readonly string[];
  readonly env?: readonly string[];
  readonly cwd?: string;
  readonly user?: string;
  readonly network?: "default" | "none" | "host";
  readonly mounts?: readonly ExecMount[];
  readonly secretEnv?: readonly { readonly id: string; readonly name: string; readonly optional: boolean }[];
  readonly extraHosts?: readonly { readonly host: string; readonly ip: string }[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly hostname?: string;
  readonly cgroupParent?: string;
  readonly proxy?: Readonly<Record<"http" | "https" | "ftp" | "no" | "all", string>>;
  readonly platform?: Platform;
}

export type Owner = { readonly uid: number; readonly gid: number };

/** `mode` and `timestampSeconds` undefined: kept as they are (copy) or the engine's default (make). */
export type FileAction =
  | {
      readonly kind: "copy";
      readonly from: State;
      readonly src: string;
      readonly dest: string;
      readonly owner?: Owner | { readonly userName: string; readonly groupName?: string };
      readonly mode?: number;
      readonly timestampSeconds?: number;
      readonly followSymlink?: boolean;
      readonly contentsOnly?: boolean;
      readonly createDestPath?: boolean;
      readonly allowWildcard?: boolean;
      readonly allowEmptyWildcard?: boolean;
      readonly unpack?: boolean;
      readonly include?: readonly string[];
      readonly exclude?: readonly string[];
    }
  | {
      readonly kind: "make-file";
      readonly path: string;
      readonly mode: number;
      readonly content: Uint8Array;
      readonly owner?: Owner;
      readonly timestampSeconds?: number;
    }
  | {
      readonly kind: "make-directory";
      readonly path: string;
      readonly mode: number;
      readonly makeParents?: boolean;
      readonly owner?: Owner;
      readonly timestampSeconds?: number;
    }
  | { readonly kind: "remove"; readonly path: string; readonly allowNotFound?: boolean };

export type Op =
  | SourceOp
  | { readonly kind: "exec"; readonly exec: ExecOptions }
  | { readonly kind: "file"; readonly base: State; readonly actions: readonly FileAction[] }
  | { readonly kind: "merge"; readonly states: readonly State[] }
  /** Operations of a foreign graph, kept as they came. */
  | { readonly kind: "definition"; readonly definition: Definition };

export type { SourceFile } from "./graph.ts";
