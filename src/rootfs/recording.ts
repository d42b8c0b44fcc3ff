import type { AbsPath } from "./rootfs.ts";

/** What one run of a program opened, as a tracer saw it in a builder. */
export interface Recording {
  /** The place of the spec that names it: `/closure/observed/0`. */
  readonly pointer: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** When it ran, as RFC 3339 in UTC; undefined where nobody says. */
  readonly recordedAt?: string;
  /** Files that were opened or started, and directories that were listed: sorted, by the names that were asked for. */
  readonly paths: readonly AbsPath[];
}

/** A recording without its paths, as a manifest names it. */
export interface RecordingSummary extends Omit<Recording, "paths" | "pointer"> {
  /** The number of paths. */
  readonly paths: number;
}

/** Files of one directory that `safe` ships and no recorded run led to. */
export interface UnobservedDirectory {
  readonly path: AbsPath;
  readonly files: number;
  readonly bytes: number;
}

/** What `closure.observed` left out of what `safe` ships. */
export interface Unobserved {
  readonly recordings: readonly RecordingSummary[];
  readonly files: number;
  readonly bytes: number;
  /** Sorted by path. Of a directory here, other files may ship. */
  readonly directories: readonly UnobservedDirectory[];
}
