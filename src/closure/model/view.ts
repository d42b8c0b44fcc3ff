import { contextRootFs } from "../../rootfs/ignored.ts";
import { linkLimit, pathComponents } from "../../rootfs/links.ts";
import { overlayRootFs } from "../../rootfs/overlay.ts";
import {
  type AbsPath,
  baseName,
  childOf,
  type FileStat,
  parentOf,
  type RootFs,
  rootPath,
  toAbsPath,
} from "../../rootfs/rootfs.ts";
import type { RequestSource, RequestView } from "./request.ts";

/** A source of the request with the tree that stands behind it. */
export interface SourceRoot extends RequestSource {
  readonly root: RootFs;
}

/** What lies at a real path of a view. `source` is undefined for a directory that only a source's prefix implies. */
export interface Place {
  readonly stat: FileStat;
  readonly source: SourceRoot | undefined;
  /** The path inside the source's own tree. */
  readonly path: AbsPath;
}

/** A link met on the way. `via` is the link that led here; undefined where the asked path itself did. */
export interface PassedLink {
  readonly path: AbsPath;
  readonly via: AbsPath | undefined;
}

/** What following every link of a path meets, as the kernel would (path_resolution(7)). */
export interface Walk {
  readonly links: readonly PassedLink[];
  /** The real path at the end, or the place where the walk stopped. */
  readonly real: AbsPath;
  /** The last link that stood for the whole rest of the path; undefined where the asked path itself leads to the end. */
  readonly via: AbsPath | undefined;
  /** Undefined when nothing is there, or the links do not end. */
  readonly stat: FileStat | undefined;
  readonly isLoop: boolean;
}

/** A root file system as a program sees it: sources laid over each other. */
export interface View {
  readonly name: string;
  /** PATH of the builder; undefined or empty where it is not known. */
  readonly searchPath: string | undefined;
  /** LD_LIBRARY_PATH of the builder, where it has one. */
  readonly libraryPath: string | undefined;
  readonly root: RootFs;
  /** Lowest first. */
  readonly sources: readonly SourceRoot[];
  /** Follows all links, the last component's too. */
  walk(path: AbsPath): Promise<Walk>;
  /** Where a path that passes through no link comes from. */
  place(real: AbsPath): Promise<Place | undefined>;
}

/** Id of the source of files that Pith makes and programs must see while the closure is resolved. */
export const madeSourceId = "pith";

/** Lays sources over each other, lowest first. */
export function openView(
  { name, searchPath, libraryPath }: Pick<RequestView, "name" | "searchPath" | "libraryPath">,
  sources: readonly SourceRoot[],
): View {
  const root = overlayRootFs(
    sources.map((source) =>
      source.hides === undefined ? source : { ...source, root: contextRootFs(source.root, source.hides) },
    ),
  );
  const byId = new Map(sources.map((source) => [source.id, source]));
  const walkedParents = new Map<AbsPath, Walk>();

  async function walk(path: AbsPath): Promise<Walk> {
    if (path === rootPath) {
      return { links: [], real: path, via: undefined, stat: await root.lstat(path), isLoop: false };
    }
    const parent = await walkParent(parentOf(path));
    if (parent.stat === undefined) return parent;
    return walkOn(parent, baseName(path));
  }

  async function walkParent(path: AbsPath): Promise<Walk> {
    const known = walkedParents.get(path);
    if (known !== undefined) return known;
    const walked = await walk(path);
    // For what lies below, no link of the way stands for the whole path.
    const parent = { ...walked, via: undefined, links: walked.links.map((link) => ({ ...link, via: undefined })) };
    walkedParents.set(path, parent);
    return parent;
  }

  async function walkOn(parent: Walk, name: string): Promise<Walk> {
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
      if (stat?.kind !== "link") {
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

  async function place(real: AbsPath): Promise<Place | undefined> {
    const stat = await root.lstat(real);
    if (stat === undefined) return undefined;
    const found = await root.sourceOf(real);
    const source = found === undefined ? undefined : byId.get(found.id);
    return { stat, source, path: found?.path ?? toAbsPath("/") };
  }

  return { name, searchPath, libraryPath, sources, root, walk, place };
}
