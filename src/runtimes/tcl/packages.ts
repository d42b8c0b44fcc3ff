import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { TclPaths } from "./search-path.ts";
import { filesOfIndex, readIndex } from "./source-scan.ts";

/** Where a package was found: the directory of its index with the files that the index names, or a module. */
export interface FoundPackage {
  readonly directory: AbsPath;
  readonly files: readonly AbsPath[];
  readonly isModule: boolean;
}

export interface TclPackages {
  find(name: string): readonly FoundPackage[];
  /** Directories that have an index, sorted. */
  directories(): readonly AbsPath[];
  /** Indexes of the directory, of those above it, and of all that these read in their turn. */
  indexesAround(directory: AbsPath): readonly AbsPath[];
  /** Puts a directory onto `auto_path`. */
  add(directory: AbsPath): Promise<void>;
}

/** How deep indexes lie below `auto_path`: collections read those of their parts. */
const maximumDepth = 3;
const maximumDirectories = 20_000;

/** Reads every `pkgIndex.tcl` and the name of every `.tm` file (package(n), tm(n)). */
export async function indexPackages(paths: TclPaths, files: ProcessFiles): Promise<TclPackages> {
  const byName = new Map<string, FoundPackage[]>();
  const indexes = new Map<AbsPath, AbsPath>();
  /** How deep was looked below each directory. */
  const seen = new Map<AbsPath, number>();

  async function addIndexes(directory: AbsPath, depth: number): Promise<void> {
    if ((seen.get(directory) ?? -1) >= depth || seen.size > maximumDirectories) return;
    seen.set(directory, depth);
    const names = await files.names(directory);
    const index = childOf(directory, "pkgIndex.tcl");
    if (names.has("pkgIndex.tcl") && !indexes.has(directory) && (await files.isFile(index))) {
      indexes.set(directory, index);
      for (const { name, script } of readIndex((await files.readText(index)) ?? "")) {
        const own = filesOfIndex(script).map((file) => toAbsPath(file, directory));
        addFound(name, { directory, files: own, isModule: false });
      }
    }
    if (depth === 0) return;
    for (const name of names) {
      const path = childOf(directory, name);
      if (!name.includes(".") || /\d$/u.test(name))
        if (await files.isDirectory(path)) await addIndexes(path, depth - 1);
    }
  }

  async function addModules(directory: AbsPath, prefix: string): Promise<void> {
    for (const name of await files.names(directory)) {
      const path = childOf(directory, name);
      const [, module] = /^([\w:]+)-\d[\w.]*\.tm$/u.exec(name) ?? [];
      if (module !== undefined) addFound(`${prefix}${module}`, { directory, files: [path], isModule: true });
      else if (/^[A-Za-z_]\w*$/u.test(name) && prefix.length < 200 && (await files.isDirectory(path))) {
        await addModules(path, `${prefix}${name}::`);
      }
    }
  }

  function addFound(name: string, found: FoundPackage): void {
    byName.set(name, [...(byName.get(name) ?? []), found]);
  }

  // Only what is named for it: `/usr/lib` is on the path, and holds all the rest of a system.
  for (const directory of paths.autoPath) await addIndexes(directory, /tcl|tk/iu.test(directory) ? maximumDepth : 1);
  for (const directory of paths.modulePath) await addModules(directory, "");

  return {
    find: (name) => byName.get(name) ?? [],
    directories: () => [...indexes.keys()].toSorted(),
    indexesAround(directory) {
      const above = [...indexes.keys()].filter((one) => isWithin(directory, one));
      const top = above.toSorted((left, right) => left.length - right.length)[0] ?? directory;
      return [...indexes].flatMap(([one, index]) => (isWithin(one, top) ? [index] : []));
    },
    add: (directory) => addIndexes(directory, 1),
  };
}
