import type { AbsPath } from "../rootfs/rootfs.ts";
import type { ManagerName } from "../spec/spec.ts";
import type { Install, Listed } from "./install.ts";

/** The files that show which package manager installs an application's dependencies, and how it does. */
export interface PackageManager {
  readonly name: ManagerName;
  /** Lock files: with `auto`, any of them decides for this manager. */
  readonly locks: readonly string[];
  /** Lists of dependencies, of which one has to be there. */
  readonly lists: readonly string[];
  /** Other files that it reads where they are there. */
  readonly reads: readonly string[];
  /** Patterns of what it makes in the application's directory: a copy of the developer's does not ship. */
  readonly makes: readonly string[];
  /** True where `auto` runs it for a list alone, with nothing locked. */
  readonly installsUnlocked?: true;
  install(listed: Listed): Install;
  /**
   * What keeps it from running programs of the packages that it installs: words after its command, and variables.
   * Absent: nothing does.
   */
  readonly withoutScripts?: {
    readonly words?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
}

/** Where programs see the dependencies that a manager has installed, and the interpreter that comes with them. */
export interface DependencyLocation {
  readonly prefix: AbsPath;
  /** The interpreter of a virtual environment, in place of the builder's; undefined: there is none. */
  readonly interpreter: AbsPath | undefined;
}

/** The package managers of a language. */
export interface LanguageManagers {
  /** The beginnings of the names of its interpreters. */
  readonly language: string;
  /** In the order in which `auto` looks: a lock is surer than a list, and what is common comes first. */
  readonly managers: readonly PackageManager[];
  /** Locks of managers that cannot be run. Where nothing else is locked, going on by another list would be a guess. */
  readonly foreignLocks: readonly { readonly name: string; readonly manager: string }[];
  /** Where dependencies lie, by the interpreter as the spec names it. Undefined: in the application's directory. */
  readonly locate?: (interpreter: string | undefined) => DependencyLocation;
}
