import type { ProcessContext, Role } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { HeldCommands } from "./held-commands.ts";
import type { ModuleTree } from "./module-tree.ts";
import type { Reach } from "./reach.ts";
import type { ModuleResolver } from "./resolver.ts";

/** What was asked for as bundlers find it, and whether there is a bundler at all. */
export interface Bundling {
  hasBundler: boolean;
  readonly asked: Set<"pages" | "sources">;
}

/** What a package.json says in a field of another package: `{"nyc": {"exclude": ["lib/bench.js"]}}`. */
export interface Setting {
  readonly directory: AbsPath;
  readonly field: string;
  readonly texts: readonly string[];
}

/** The parts that one node process shares. */
export interface NodeContext {
  readonly proc: ProcessContext;
  readonly tree: ModuleTree;
  readonly resolver: ModuleResolver;
  /** For sources that a compiler takes, or a loader that the command line names. */
  readonly compiler: ModuleResolver;
  /** True where modules load before the program, which may change how others are found. */
  readonly hasLoader: boolean;
  readonly reach: Reach;
  readonly heldCommands: HeldCommands;
  readonly bundling: Bundling;
  /** Directories of installed packages that are not `node_modules`. */
  readonly packagePaths: readonly AbsPath[];
  /** Packages of which every file was asked for already. */
  readonly wholePackages: Set<AbsPath>;
  /** Packages of which files were asked for as they are reached. */
  readonly partialPackages: Set<AbsPath>;
  /** Settings of packages, each with the directory of the package that reads it, should that one ship. */
  readonly heldSettings: Map<Setting, AbsPath>;
  /** True where sources in TypeScript run as they are. */
  readonly runsTypeScript: boolean;
  /** True where modules may have addresses, and lie in a cache once they were downloaded. */
  readonly downloads: boolean;
}

/** How node takes a file that it loads: addons go through dlopen. */
export function roleOf(path: AbsPath): Role {
  return path.endsWith(".node") ? "object" : "module";
}
