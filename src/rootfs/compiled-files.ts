import type { BytePatch } from "./byte-patch.ts";
import type { AbsPath, FileStat } from "./rootfs.ts";

/** Files that a run-time compiles from sources, and takes only while they fit their source. */
export interface CompiledFiles {
  /** Names of directories that hold compiled files and nothing else. */
  readonly directories: readonly string[];
  /** How much of a file's beginning `judge` gets. */
  readonly headBytes: number;
  /** The source of a compiled file; undefined for other files. */
  sourceOf(path: AbsPath): AbsPath | undefined;
  /** For files whose source, which may be a directory, only their beginning tells. */
  readonly byContent?: {
    readonly paths: RegExp;
    readonly headBytes: number;
    sourceOf(head: Uint8Array): AbsPath | undefined;
  };
  /**
   * Whether a file still fits its source, which in the image has the time `epochSeconds`: it ships as it is, with a
   * patch, or, where it is stale, not at all.
   */
  judge(head: Uint8Array, source: FileStat, epochSeconds: number): "keep" | "stale" | BytePatch;
}

/** The source of a file that is compiled by any of these run-times. */
export function sourceOfCompiled(kinds: readonly CompiledFiles[], path: AbsPath): AbsPath | undefined {
  for (const kind of kinds) {
    const source = kind.sourceOf(path);
    if (source !== undefined) return source;
  }
  return undefined;
}
