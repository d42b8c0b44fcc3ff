import { longestPath } from "./hostile-limits.ts";
import { linkLimit, pathComponents } from "./links.ts";
import { type AbsPath, baseName, childOf, type FileStat, parentOf, type RootFs, rootPath } from "./rootfs.ts";

/** A link met on the way. `via` is the link that led here; undefined where the asked path itself did. */
export interface PassedLink {
  readonly path: AbsPath;
  readonly via: AbsPath | undefined;
}

/** The result of following every link of a path, as the kernel would (path_resolution(7)). */
export interface ResolvedPath {
  readonly links: readonly PassedLink[];
  /** The real path at the end, or the place where the walk stopped. */
  readonly real: AbsPath;
  /** The last link that stood for the whole rest of the path; undefined where the asked path leads to the end. */
  readonly via: AbsPath | undefined;
  /** Undefined when nothing is there, or the links do not end. */
  readonly stat: FileStat | undefined;
  readonly isLoop: boolean;
}

/** Follows all links of paths in a root, the last component's too, and remembers what it found of their directories. */
export function pathResolver(root: RootFs): (path: AbsPath) => Promise<ResolvedPath> {
  const resolvedParents = new Map<AbsPath, ResolvedPath>();

  async function resolve(path: AbsPath): Promise<ResolvedPath> {
    const none = { links: [], real: path, via: undefined, isLoop: false };
    if (path.length > longestPath) return { ...none, stat: undefined };
    if (path === rootPath) return { ...none, stat: await root.lstat(path) };
    const directory = parentOf(path);
    const parent = resolvedParents.get(directory) ?? (await resolveParent(directory));
    if (parent.stat === undefined) return parent;
    if (parent.stat.kind !== "directory") return resolveIn(parent, baseName(path));
    const real = parent.real === directory ? path : childOf(parent.real, baseName(path));
    const stat = await root.lstat(real);
    // Most names are no links.
    if (stat?.kind !== "symlink") return { links: parent.links, real, via: undefined, stat, isLoop: false };
    return resolveIn(parent, baseName(path));
  }

  async function resolveParent(path: AbsPath): Promise<ResolvedPath> {
    const resolved = await resolve(path);
    // For what lies below, no link of the way stands for the whole path.
    const parent = { ...resolved, via: undefined, links: resolved.links.map((link) => ({ ...link, via: undefined })) };
    resolvedParents.set(path, parent);
    return parent;
  }

  async function resolveIn(parent: ResolvedPath, name: string): Promise<ResolvedPath> {
    const links = [...parent.links];
    const pending = [name];
    let current = parent.real;
    let via: AbsPath | undefined;
    let stat = parent.stat;
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (stat?.kind !== "directory") return { links, real: current, via, stat: undefined, isLoop: false };
      if (next === "..") {
        current = parentOf(current);
        stat = await root.lstat(current);
        continue;
      }
      const child = childOf(current, next);
      stat = await root.lstat(child);
      if (stat?.kind !== "symlink") {
        current = child;
        continue;
      }
      if (links.length >= linkLimit) return { links, real: child, via, stat: undefined, isLoop: true };
      links.push({ path: child, via });
      if (pending.length === 0) via = child;
      const target = stat.target ?? "";
      if (target.startsWith("/")) current = rootPath;
      stat = await root.lstat(current);
      pending.push(...pathComponents(target).reverse());
    }
    return { links, real: current, via, stat, isLoop: false };
  }

  return resolve;
}
