import { longestPath } from "./hostile-limits.ts";
import { type AbsPath, childOf, type FileStat, parentOf, type RootFs, rootPath } from "./rootfs.ts";

/** Links that one path may pass, as on Linux (path_resolution(7)). */
export const linkLimit = 40;

/** Where a path leads. */
export interface ResolvedFile {
  /** The name with no link on its way, of something that is not a link. */
  readonly real: AbsPath;
  readonly stat: FileStat;
  /** Every link and directory met on the way, in walking order, each by a name whose parents are no links. */
  readonly visited: readonly AbsPath[];
}

/**
 * Walks a path as the kernel does in a chroot into the root: at most 40 links, absolute ones start at the root again,
 * `..` is taken after links and stops at the root, and nothing lies below a file. `path` may be relative to `base` and
 * may hold `..`, which is then physical. Answers undefined when nothing is there, and `loop` when the links do not end.
 */
export async function resolveLinks(
  root: RootFs,
  path: string,
  base: AbsPath = rootPath,
): Promise<ResolvedFile | "loop" | undefined> {
  // `base` may pass links itself, so that it is walked too.
  const text = path.startsWith("/") ? path : `${base}/${path}`;
  if (text.length > longestPath + base.length) return undefined;
  const walk = new PathWalk(text);
  // A path that ends in a slash or a dot names a directory.
  const wantsDirectory = /(?:\/|\/\.|\/\.\.)$/u.test(text);
  const visited = new Set<AbsPath>();
  for (let next = walk.next(); next !== undefined; next = walk.next()) {
    const stat = await root.lstat(next);
    if (stat === undefined) return undefined;
    if (stat.kind === "symlink") {
      const followed = walk.follow(stat.target);
      if (followed !== "on") return followed === "loop" ? "loop" : undefined;
      visited.add(next);
    } else if (walk.isAtEnd()) {
      if (wantsDirectory && stat.kind !== "directory") return undefined;
      return { real: next, stat, visited: [...visited] };
    } else if (stat.kind === "directory") {
      visited.add(next);
      walk.enter(next);
    } else {
      return undefined;
    }
  }
  const stat = await root.lstat(walk.directory());
  visited.delete(walk.directory());
  return stat && { real: walk.directory(), stat, visited: [...visited] };
}

/**
 * A walk along a path: the directory that it has come to, and the names that are left. Who walks looks at each name.
 */
export class PathWalk {
  readonly #pending: string[];
  #directory = rootPath;
  #hops = 0;

  constructor(path: string) {
    this.#pending = pathComponents(path).reverse();
  }

  /** The next name, below the directory; undefined at the end. `..` is taken on the way and stops at the root. */
  next(): AbsPath | undefined {
    for (let name = this.#pending.pop(); name !== undefined; name = this.#pending.pop()) {
      if (name !== "..") return childOf(this.#directory, name);
      this.#directory = parentOf(this.#directory);
    }
    return undefined;
  }

  /** The directory that the walk has come to: a name with no link on its way. */
  directory(): AbsPath {
    return this.#directory;
  }

  isAtEnd(): boolean {
    return this.#pending.length === 0;
  }

  /** Goes into the directory that `next` named. */
  enter(directory: AbsPath): void {
    this.#directory = directory;
  }

  /** Goes on with the text of the link that `next` named; not when it is empty, or one link too many. */
  follow(target: string | undefined): "on" | "empty" | "loop" {
    if (++this.#hops > linkLimit) return "loop";
    if (target === undefined || target === "") return "empty";
    if (target.startsWith("/")) this.#directory = rootPath;
    this.#pending.push(...pathComponents(target).reverse());
    return "on";
  }
}

/** The components of a path, without empty ones and `.`; `..` stays. */
export function pathComponents(path: string): string[] {
  return path.split("/").filter((component) => component !== "" && component !== ".");
}
