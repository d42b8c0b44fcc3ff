import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Observation } from "./observed.ts";
import { isNamed, namesIn } from "./output-names.ts";

/** A path that a program was not allowed to open, make or change. */
export interface DeniedPath {
  readonly path: AbsPath;
  /** The program that asked; empty when it could not be told. */
  readonly program: string;
}

/** What the kernel's errors EACCES, EPERM and EROFS are called in outputs. */
const refusals = /permission denied|EACCES|not permitted|EPERM|read-only file system|EROFS/iu;

/** Kernel interfaces: programs ask for more than they need of them. */
const foreign: readonly AbsPath[] = ["/dev", "/proc", "/sys"].map((path) => toAbsPath(path));

/** At most so many are told. */
const pathLimit = 50;

/**
 * Paths that a failed program was denied, the last first. Only those that its output names count, or all where it
 * speaks of a refusal: programs try to write caches, too, and go on without them.
 */
export function findDenied(seen: readonly Observation[], output: string): readonly DeniedPath[] {
  const names = namesIn(output);
  const denied = seen
    .filter(({ kind, path }) => kind === "denied" && !foreign.some((directory) => isWithin(path, directory)))
    .toReversed()
    .map(({ path, program }) => ({ path, program }));
  const named = denied.filter(({ path }) => isNamed(path, names));
  return (named.length > 0 || !refusals.test(output) ? named : denied).slice(0, pathLimit);
}
