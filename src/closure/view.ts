import { type AbsPath, compareBytes, type FileStat, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import type { RequestSource } from "./request.ts";

/** A source of the request with the tree that stands behind it. */
export interface SourceRoot extends RequestSource {
  readonly root: RootFs;
}

/** Where a real path of a view comes from. */
export interface Place {
  readonly source: SourceRoot;
  /** The path inside the source's own tree. */
  readonly path: AbsPath;
  readonly stat: FileStat;
}

/** A link met on the way. `via` is the link that led here; undefined where the asked path itself did. */
export interface PassedLink {
  readonly path: AbsPath;
  readonly via: AbsPath | undefined;
}

/** What following every link of a path meets, as the kernel would (path_resolution(7), at most 40 links). */
export interface Walk {
  readonly links: readonly PassedLink[];
  /** The real path at the end, or the place where the walk stopped. */
  readonly real: AbsPath;
  /** The last link that the end was reached through as a whole path, as in `PassedLink`. */
  readonly via: AbsPath | undefined;
  readonly place: Place | undefined;
  readonly problem: "missing" | "loop" | undefined;
}

/** A root file system as a program sees it: sources laid over each other. */
export interface View {
  readonly name: string;
  readonly root: RootFs;
  /** Lowest first. */
  readonly sources: readonly SourceRoot[];
  /** Follows all links, the last component's too. */
  walk(path: AbsPath): Promise<Walk>;
  /** What lies at a path that passes through no link. */
  place(real: AbsPath): Promise<Place | undefined>;
  /** Names in a real directory, sorted by bytes. */
  list(real: AbsPath): Promise<readonly string[]>;
}

interface Directory {
  /** Topmost first. */
  readonly places: readonly Place[];
  /** Prefixes of sources make directories that no tree holds. */
  readonly isVirtual: boolean;
}

const maxLinks = 40;
const virtualStat: FileStat = { kind: "directory", mode: 0o755, uid: 0, gid: 0, sizeBytes: 0, mtimeSeconds: 0 };

/** Lays sources over each other, lowest first. A directory over a directory merges; everything else hides what is below. */
export function openView(name: string, sources: readonly SourceRoot[]): View {
  const topFirst = [...sources].reverse();
  const directories = new Map<AbsPath, Directory | undefined>();
  const parents = new Map<AbsPath, Walk>();

  async function openRootDirectory(): Promise<Directory> {
    return openDirectoryOf("/" as const, (source) =>
      source.prefix === "/" ? source.root.lstat(source.prefix) : Promise.resolve(undefined),
    );
  }

  async function openDirectoryOf(
    path: string,
    statIn: (source: SourceRoot) => Promise<FileStat | undefined>,
  ): Promise<Directory> {
    const real = toAbsPath(path);
    const places: Place[] = [];
    let isVirtual = false;
    for (const source of topFirst) {
      if (source.prefix !== "/" && isAbove(real, source.prefix)) {
        isVirtual = true;
        continue;
      }
      const stat = source.prefix === real ? await source.root.lstat(toAbsPath("/")) : await statIn(source);
      if (stat === undefined) continue;
      if (stat.kind !== "directory") break;
      places.push({ source, path: insideOf(source, real), stat });
    }
    return { places, isVirtual };
  }

  async function openDirectory(real: AbsPath): Promise<Directory | undefined> {
    const known = directories.get(real);
    if (known !== undefined || directories.has(real)) return known;
    const opened = real === "/" ? await openRootDirectory() : await openChild(real);
    const answer = opened !== undefined && (opened.places.length > 0 || opened.isVirtual) ? opened : undefined;
    directories.set(real, answer);
    return answer;
  }

  async function openChild(real: AbsPath): Promise<Directory | undefined> {
    const parent = await openDirectory(parentOf(real));
    if (parent === undefined) return undefined;
    const holders = new Set(parent.places.map((place) => place.source));
    return openDirectoryOf(real, (source) =>
      holders.has(source) ? source.root.lstat(insideOf(source, real)) : Promise.resolve(undefined),
    );
  }

  async function place(real: AbsPath): Promise<Place | undefined> {
    if (real === "/") return (await openDirectory(real))?.places[0];
    const parent = await openDirectory(parentOf(real));
    if (parent === undefined) return undefined;
    if (parent.isVirtual || topFirst.some((source) => source.prefix === real)) {
      const directory = await openDirectory(real);
      if (directory !== undefined) return directory.places[0] ?? virtualPlace(real);
    }
    for (const holder of parent.places) {
      const path = toChild(holder.path, real);
      const stat = await holder.source.root.lstat(path);
      if (stat !== undefined) return { source: holder.source, path, stat };
    }
    return undefined;
  }

  function virtualPlace(real: AbsPath): Place | undefined {
    const source = topFirst.find((one) => isAbove(real, one.prefix));
    return source === undefined ? undefined : { source, path: toAbsPath("/"), stat: virtualStat };
  }

  async function list(real: AbsPath): Promise<readonly string[]> {
    const directory = await openDirectory(real);
    if (directory === undefined) return [];
    const above = topFirst.filter((source) => isAbove(real, source.prefix)).map((source) => firstBelow(real, source));
    const [only] = directory.places;
    if (only !== undefined && directory.places.length === 1 && above.length === 0) {
      return (await only.source.root.readDirectory(only.path)) ?? [];
    }
    const names = new Set(above);
    for (const holder of directory.places) {
      for (const child of (await holder.source.root.readDirectory(holder.path)) ?? []) names.add(child);
    }
    return [...names].sort(compareBytes);
  }

  async function walkParent(path: AbsPath): Promise<Walk> {
    const known = parents.get(path);
    if (known !== undefined) return known;
    const walked = await follow(path);
    parents.set(path, walked);
    return walked;
  }

  async function follow(path: AbsPath): Promise<Walk> {
    if (path === "/") {
      return { links: [], real: path, via: undefined, place: await place(path), problem: undefined };
    }
    const parent = await walkParent(parentOf(path));
    if (parent.problem !== undefined || (await openDirectory(parent.real)) === undefined) {
      return { ...parent, via: undefined, place: undefined, problem: parent.problem ?? "missing" };
    }
    const links = parent.links.map((link) => ({ path: link.path, via: undefined }));
    return walkFrom({ start: parent.real, text: path.slice(path.lastIndexOf("/") + 1), links });
  }

  async function walkFrom(from: { start: AbsPath; text: string; links: PassedLink[] }): Promise<Walk> {
    const { links } = from;
    const pending = from.text.split("/").reverse();
    let current = from.start;
    let via: AbsPath | undefined;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === "" || name === ".") continue;
      if (name === "..") {
        current = parentOf(current);
        continue;
      }
      const child = toAbsPath(name, current);
      const isLast = pending.every((rest) => rest === "" || rest === ".");
      if (!isLast && (await openDirectory(child)) !== undefined) {
        current = child;
        continue;
      }
      const found = await place(child);
      if (found === undefined) return { links, real: child, via, place: undefined, problem: "missing" };
      if (found.stat.kind === "link") {
        if (links.length >= maxLinks) return { links, real: child, via, place: undefined, problem: "loop" };
        links.push({ path: child, via });
        if (isLast) via = child;
        const target = found.stat.target ?? "";
        if (target.startsWith("/")) current = toAbsPath("/");
        pending.push(...target.split("/").reverse());
        continue;
      }
      const endsInSlash = isLast && pending.length > 0;
      if ((!isLast || endsInSlash) && found.stat.kind !== "directory") {
        return { links, real: child, via, place: undefined, problem: "missing" };
      }
      current = child;
    }
    return { links, real: current, via, place: await place(current), problem: undefined };
  }

  const root: RootFs = {
    async lstat(path) {
      if (path === "/") return (await place(path))?.stat ?? virtualStat;
      const parent = await walkParent(parentOf(path));
      if (parent.place === undefined) return undefined;
      return (await place(toChild(parent.real, path)))?.stat;
    },
    async readDirectory(path) {
      const found = await realOf(path);
      return found?.stat.kind === "directory" ? list(found.real) : undefined;
    },
    async readFile(path, range) {
      const found = await realOf(path);
      if (found === undefined || found.stat.kind !== "file") return undefined;
      return range === undefined
        ? found.source.root.readFile(found.path)
        : found.source.root.readFile(found.path, range);
    },
  };

  async function realOf(path: AbsPath): Promise<(Place & { readonly real: AbsPath }) | undefined> {
    const parent = path === "/" ? undefined : await walkParent(parentOf(path));
    if (parent?.problem !== undefined) return undefined;
    const real = parent === undefined ? path : toChild(parent.real, path);
    const found = await place(real);
    if (found !== undefined) return { ...found, real };
    return path === "/" && sources[0] !== undefined
      ? { source: sources[0], path, stat: virtualStat, real: path }
      : undefined;
  }

  return { name, sources, root, walk: follow, place, list };
}

function isAbove(path: AbsPath, other: AbsPath): boolean {
  return path !== other && (path === "/" || other.startsWith(`${path}/`));
}

function insideOf(source: SourceRoot, real: AbsPath): AbsPath {
  return source.prefix === "/" ? real : toAbsPath(real.slice(source.prefix.length));
}

function toChild(directory: AbsPath, path: AbsPath): AbsPath {
  return toAbsPath(path.slice(path.lastIndexOf("/") + 1), directory);
}

function firstBelow(real: AbsPath, source: SourceRoot): string {
  const rest = source.prefix.slice(real === "/" ? 1 : real.length + 1);
  return rest.split("/")[0] ?? rest;
}
