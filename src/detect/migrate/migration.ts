import type { SpecKey } from "../candidate.ts";

/** Something of the old file that a spec cannot say. */
export interface LeftOut {
  readonly line: number | undefined;
  /** As it is written there. */
  readonly what: string;
  /** Why, and what to write instead. */
  readonly reason: string;
}

/** What a file of another tool is as a spec. */
export interface Migration {
  /** The keys of the spec, in the order in which they are written. */
  readonly keys: readonly SpecKey[];
  readonly leftOut: readonly LeftOut[];
}

/** Why a file gives no spec. */
export interface NoMigration {
  readonly reason: string;
  readonly hint: string;
}

/** The names of the build context: whether one is a directory decides what a copy of it is. */
export interface ContextNames {
  isDirectory(path: string): boolean;
  /** Names of the entries of a directory; those of directories are not told apart. */
  namesIn(directory: string): readonly string[];
}

/** The same of a list of files. */
export function contextNames(files: readonly string[]): ContextNames {
  return {
    isDirectory: (path) => path === "." || files.some((file) => file.startsWith(`${path}/`)),
    namesIn(directory) {
      const below = directory === "." ? "" : `${directory}/`;
      const inside = files.filter((file) => file.startsWith(below));
      return [...new Set(inside.map((file) => file.slice(below.length).replace(/\/.*$/u, "")))];
    },
  };
}
