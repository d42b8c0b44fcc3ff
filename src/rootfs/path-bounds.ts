import { type AbsPath, isWithin, parentOf, toAbsPath } from "./rootfs.ts";
import { isDataForAll, isSystemDirectory } from "./system-directories.ts";

/** Paths of which one is meant: of a list, below a directory, in a package's directory, or with a beginning. */
export type PathBound =
  | { readonly kind: "paths"; readonly paths: readonly AbsPath[] }
  | { readonly kind: "directory" | "package"; readonly path: AbsPath }
  | { readonly kind: "prefix"; readonly prefix: string };

/** Where to look for the paths of a bound. */
export interface BoundStart {
  readonly directory: AbsPath;
  readonly admits: (path: AbsPath) => boolean;
  /** False for directories that hold nothing of the bound. */
  readonly leads: (path: AbsPath) => boolean;
}

/** True for a directory that many packages share: it bounds nothing, unless it is one of data. */
export function isSharedBound(bound: PathBound): boolean {
  if (bound.kind === "paths") return false;
  if (bound.kind !== "prefix") return isSystemDirectory(bound.path) && !isDataForAll(bound.path);
  return bound.prefix.endsWith("/") && isSystemDirectory(toAbsPath(bound.prefix));
}

/**
 * The directory that holds all that a bound could mean: of a list, the innermost that all of it lies in. Undefined
 * where many packages share that.
 */
export function directoryOf(bound: PathBound): AbsPath | undefined {
  if (bound.kind === "prefix") return parentOf(toAbsPath(`${bound.prefix}x`));
  if (bound.kind !== "paths") return bound.path;
  const [first, ...others] = bound.paths;
  if (first === undefined) return undefined;
  let directory = parentOf(first);
  while (!others.every((path) => isWithin(path, directory))) directory = parentOf(directory);
  return isSharedBound({ kind: "directory", path: directory }) ? undefined : directory;
}

/** The directories or files at which the paths of a bound begin. */
export function startsOf(bound: PathBound): readonly BoundStart[] {
  const all = (): boolean => true;
  if (bound.kind === "paths") return bound.paths.map((directory) => ({ directory, admits: all, leads: all }));
  if (bound.kind !== "prefix") return [{ directory: bound.path, admits: all, leads: all }];
  const { prefix } = bound;
  const directory = prefix.endsWith("/") ? toAbsPath(prefix) : parentOf(toAbsPath(prefix));
  const leads = (path: AbsPath): boolean => path.startsWith(prefix) || `${prefix}/`.startsWith(`${path}/`);
  return [{ directory, admits: (path) => path.startsWith(prefix), leads }];
}
