import type { AbsPath } from "../rootfs/rootfs.ts";

/** The facts of an application whose dependencies are to be installed. */
export interface Listed {
  /** Whether a lock file says which versions. */
  readonly isLocked: boolean;
  /** Whether a file that tells how dependencies are installed is there. */
  readonly has: (name: string) => boolean;
  /** Its text; empty where it is not there. */
  readonly text: (name: string) => string;
  /** Where the application will lie. */
  readonly prefix: AbsPath;
  /** The interpreter as the spec names it. */
  readonly interpreter: string;
}

/** How a package manager is run in the builder. */
export interface Install {
  /** For progress, as a person would type it. */
  readonly title: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The files that it reads. Undefined: all that its manager knows. */
  readonly reads?: readonly string[];
  /** Whether it reads more of the application than the files that list dependencies. */
  readonly needsSources: boolean;
}

/** Where a package manager keeps what it loads between builds, by its name. */
export function cacheFolder(name: string): string {
  return `/var/cache/pith/${name}`;
}

/** Runs a script of a POSIX shell with words after it. */
export function shell(script: string, ...words: readonly string[]): readonly string[] {
  return ["/bin/sh", "-ec", script, "install", ...words];
}
