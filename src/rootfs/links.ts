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
  const pending = pathComponents(text).reverse();
  // A path that ends in a slash or a dot names a directory.
  const wantsDirectory = /(?:\/|\/\.|\/\.\.)$/u.test(text);
  const visited = new Set<AbsPath>();
  let current = rootPath;
  let hops = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === "..") {
      current = parentOf(current);
      continue;
    }
    const next = childOf(current, name);
    const stat = await root.lstat(next);
    if (stat === undefined) return undefined;
    if (stat.kind === "symlink") {
      if (++hops > linkLimit) return "loop";
      const target = stat.target ?? "";
      if (target === "") return undefined;
      visited.add(next);
      if (target.startsWith("/")) current = rootPath;
      pending.push(...pathComponents(target).reverse());
    } else if (pending.length === 0) {
      if (wantsDirectory && stat.kind !== "directory") return undefined;
      return { real: next, stat, visited: [...visited] };
    } else if (stat.kind === "directory") {
      visited.add(next);
      current = next;
    } else {
      return undefined;
    }
  }
  const stat = await root.lstat(current);
  visited.delete(current);
  return stat && { real: current, stat, visited: [...visited] };
}

/** The components of a path, without empty ones and `.`; `..` stays. */
export function pathComponents(path: string): string[] {
  return path.split("/").filter((component) => component !== "" && component !== ".");
}
