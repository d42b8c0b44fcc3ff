import { PathWalk } from "./links.ts";
import {
  type AbsPath,
  type ByteRange,
  baseName,
  childOf,
  compareBytes,
  type FileStat,
  parentOf,
  type RootFs,
  rootPath,
} from "./rootfs.ts";

/**
 * A file system asked by physical names: every component of a path but the last is known to be a directory. What a
 * back-end implements; `rootFsOver` makes the port of it.
 */
export interface PhysicalTree {
  lstat(path: AbsPath): Promise<FileStat | undefined>;
  /** Asked of directories only. Any order. */
  list(path: AbsPath): Promise<readonly string[]>;
  /** Asked of regular files only. */
  read(path: AbsPath, range: ByteRange | undefined): Promise<Uint8Array | undefined>;
}

/**
 * Adds what the port promises to a tree: links in parents are followed inside the root, and only what fits is opened.
 */
export function rootFsOver(tree: PhysicalTree): RootFs {
  const directories = new DirectoryFinder(tree);

  /** The physical name of a path: its parents resolved, its last component untouched. */
  async function location(path: AbsPath): Promise<AbsPath | undefined> {
    const parent = parentOf(path);
    const directory = await directories.at(parent);
    if (directory === undefined || directory === parent) return directory && path;
    return childOf(directory, baseName(path));
  }

  return {
    async lstat(path) {
      const at = directories.isPlain(parentOf(path)) ? path : await location(path);
      return at === undefined ? undefined : tree.lstat(at);
    },
    async readDirectory(path) {
      const at = directories.isPlain(parentOf(path)) ? path : await location(path);
      if (at === undefined || (await directories.at(at)) !== at) return undefined;
      return [...(await tree.list(at))].sort(compareBytes);
    },
    async readFile(path, range) {
      const at = directories.isPlain(parentOf(path)) ? path : await location(path);
      if (at === undefined || (await tree.lstat(at))?.kind !== "file") return undefined;
      return tree.read(at, range);
    },
  };
}

/** Resolves names of directories to physical ones, and remembers: most questions share their parents. */
export class DirectoryFinder {
  readonly #tree: Pick<PhysicalTree, "lstat">;
  readonly #found = new Map<AbsPath, AbsPath | undefined>([[rootPath, rootPath]]);

  constructor(tree: Pick<PhysicalTree, "lstat">) {
    this.#tree = tree;
  }

  /**
   * True for a directory that was met before, by a name without links: most are, and nobody has to wait for the answer.
   */
  isPlain(path: AbsPath): boolean {
    return this.#found.get(path) === path;
  }

  /** The physical name of a directory; undefined where none is. */
  async at(path: AbsPath): Promise<AbsPath | undefined> {
    const known = this.#found.get(path);
    if (known !== undefined || this.#found.has(path)) return known;
    const real = (await this.#below(path)) ?? (await this.#walk(path));
    this.#found.set(path, real);
    return real;
  }

  /** A directory whose parent is known: most are, and trees may be thousands of levels deep. */
  async #below(path: AbsPath): Promise<AbsPath | undefined> {
    const isKnown = this.isPlain(parentOf(path));
    return isKnown && (await this.#tree.lstat(path))?.kind === "directory" ? path : undefined;
  }

  async #walk(path: AbsPath): Promise<AbsPath | undefined> {
    const steps = new PathWalk(path);
    for (let next = steps.next(); next !== undefined; next = steps.next()) {
      if (this.isPlain(next)) {
        steps.enter(next);
        continue;
      }
      const stat = await this.#tree.lstat(next);
      if (stat?.kind === "directory") {
        this.#found.set(next, next);
        steps.enter(next);
      } else if (stat?.kind !== "symlink" || steps.follow(stat.target) !== "on") return undefined;
    }
    return steps.directory();
  }
}
