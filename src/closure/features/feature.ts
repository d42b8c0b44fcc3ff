import type { ElfFile } from "../../elf/elf-file.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import type { Finding, Need } from "../closure.ts";
import type { ClosureRequest } from "../request.ts";

/** A path that Pith makes itself, in place of whatever the builder has there. */
export type MadePath = {
  readonly path: AbsPath;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly why: string;
} & (
  | { readonly kind: "file"; readonly content: string | Uint8Array }
  | { readonly kind: "directory" }
  | { readonly kind: "link"; readonly target: string }
);

export type FeatureYield = { readonly need: Need } | { readonly made: MadePath } | { readonly finding: Finding };

/** What a feature may look at: the closure of everything that the spec names. */
export interface FeatureContext {
  readonly request: ClosureRequest;
  /** The view of the image's own process. */
  readonly root: RootFs;
  /** Paths that are in so far, by real name. */
  has(path: AbsPath): boolean;
  /** The ELF objects that are in, in the order of their paths. */
  readonly objects: readonly { readonly path: AbsPath; readonly elf: ElfFile }[];
  /** Names of the run-times that processes of the image have. */
  readonly runtimes: ReadonlySet<string>;
  /** True when a library was found only through the loader's cache. */
  readonly usesLoaderCache: boolean;
}

/** One named choice of the system: what must lie beside the programs. */
export interface Feature {
  readonly name: string;
  /** The place in the normalised spec that asks for it. */
  readonly pointer: string;
  apply(context: FeatureContext): AsyncIterable<FeatureYield>;
}
