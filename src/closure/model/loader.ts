import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { LdSoCacheEntry } from "../../formats/elf/ld-so-cache.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import type { Yield } from "./closure.ts";

/** A simulation of the dynamic loader for one process: which objects it has loaded, and what one more brings. */
export interface LoaderProcess {
  /** The files that execve(2) and the loader open to start it: PT_INTERP, LD_PRELOAD, DT_NEEDED breadth first. */
  startUp(): Promise<readonly Yield[]>;
  /** The files that loading `path` into the process opens beyond itself. Empty for an object that is loaded already. */
  loadObject(path: AbsPath): Promise<readonly Yield[]>;
  /** The file that loading `soname` would open, as asked for by the program or by `requester`. */
  find(soname: string, requester?: AbsPath): Promise<AbsPath | undefined>;
  /** Logical paths of loaded objects, in load order, the program first. */
  loaded(): readonly AbsPath[];
  /** True when a path was found only through the loader's cache, so that the image needs a cache as well. */
  usesCache(): boolean;
  /** The entries that such a cache has to hold, in no order; `makeLdSoCache` writes it. */
  cacheEntries(): readonly LdSoCacheEntry[];
}

export interface LoaderOptions {
  readonly root: RootFs;
  readonly program: AbsPath;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: AbsPath;
  /** The dynamic loader where it is not PT_INTERP: `ld.so PROGRAM`, which also runs what names none. */
  readonly loader?: AbsPath;
  readElf(path: AbsPath): Promise<ElfFile | undefined>;
  /** Why a file that `readElf` does not answer cannot be read, as a clause; undefined when it is not an ELF file. */
  describeElf?(path: AbsPath): Promise<string | undefined>;
  /** LD_LIBRARY_PATH of the builder, which the image does not have. Only hints are made of it. */
  readonly builderLibraryPath?: string;
  /** The directory that the program will stand in, where it is not the one that it stands in now. */
  readonly origin?: AbsPath;
}
