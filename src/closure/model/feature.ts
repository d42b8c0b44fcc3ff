import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { LdSoCacheEntry } from "../../formats/elf/ld-so-cache.ts";
import type { AbsPath, FileStat, RootFs } from "../../rootfs/rootfs.ts";
import type { Evidence, Finding, InstalledPackage, LayerName, Need } from "./closure.ts";
import type { ClosureRequest } from "./request.ts";

/** A path that Pith makes itself, in place of whatever the builder has there. */
export type GeneratedPath = {
  readonly path: AbsPath;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly why: string;
  /** Default: `user`. */
  readonly evidence?: Evidence;
} & (
  | { readonly kind: "file"; readonly content: string | Uint8Array }
  | { readonly kind: "directory" }
  | { readonly kind: "symlink"; readonly target: string }
);

export type FeatureYield =
  | { readonly need: Need; readonly from?: AbsPath }
  | { readonly generated: GeneratedPath }
  | { readonly finding: Finding };

/** The context of a feature: the closure of everything that the spec names. */
export interface FeatureContext {
  readonly request: ClosureRequest;
  /** The view of the image's own process. */
  readonly root: RootFs;
  /** The files of the build context that the spec names; undefined where it names none. */
  readonly context: RootFs | undefined;
  /** The paths that are in so far, by real name, sorted. */
  readonly paths: readonly { readonly path: AbsPath; readonly stat: FileStat }[];
  /** Files that were read as configuration because something names them, by real path. */
  readonly configurations: ReadonlySet<AbsPath>;
  /** Texts that tell what the installation of packages that ship made: accounts, directories. */
  readonly installTexts: readonly string[];
  /** The ELF objects that are in, sorted by path; run-times have the layer `interpreter`. */
  readonly objects: readonly { readonly path: AbsPath; readonly elf: ElfFile; readonly layer: LayerName | undefined }[];
  /** The libraries that the loader found only through its cache, so that the image needs one as well. */
  readonly loaderCache: readonly LdSoCacheEntry[];
  /** The file as the builder has it, below what Pith makes. */
  readBuilder(path: AbsPath): Promise<Uint8Array | undefined>;
  /** The package of the distribution that lists a path. */
  ownerOf(path: AbsPath): Promise<InstalledPackage | undefined>;
  /** The file that loading `soname` into the image's process would open. */
  findLibrary(soname: string): Promise<AbsPath | undefined>;
}

/** One named choice of the system: what must lie beside the programs. */
export interface Feature {
  readonly name: string;
  /** The place in the normalised spec that asks for it. */
  readonly pointer: string;
  apply(context: FeatureContext): AsyncIterable<FeatureYield>;
}
