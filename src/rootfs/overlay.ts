import { DirectoryFinder, type PhysicalTree, rootFsOver } from "./physical.ts";
import {
  type AbsPath,
  type ByteRange,
  baseName,
  childOf,
  type FileStat,
  isWithin,
  parentOf,
  type RootFs,
  rootPath,
} from "./rootfs.ts";

/** One root of an overlay. Its own root appears at `prefix`. */
export interface OverlayLayer {
  readonly id: string;
  readonly prefix: AbsPath;
  readonly root: RootFs;
}

/** A place in one of the layers. */
export interface LayerPath {
  readonly id: string;
  readonly path: AbsPath;
}

export interface OverlayRootFs extends RootFs {
  /**
   * The layer that shows at a path, and the path there. Links in parents are followed; undefined when nothing is there.
   */
  layerOf(path: AbsPath): Promise<LayerPath | undefined>;
}

/**
 * Lays roots over each other, lowest first, each at its prefix (whose links are followed in what lies below, as
 * mount(2) does). A file or link hides everything below it; directories merge, with the attributes of the highest.
 */
export function overlayRootFs(layers: readonly OverlayLayer[]): OverlayRootFs {
  return overMounts(mountPoints(layers));
}

function overMounts(mounted: Promise<readonly Mount[]>): OverlayRootFs {
  const tree = new MergedTree(mounted);
  const directories = new DirectoryFinder(tree);

  async function topOf(path: AbsPath): Promise<Shown["top"]> {
    const known = tree.known(path);
    if (known !== undefined) return known.top;
    const directory = await directories.at(parentOf(path));
    if (directory === undefined) return undefined;
    return (await tree.at(path === rootPath ? rootPath : childOf(directory, baseName(path)))).top;
  }

  const linked = rootFsOver(tree);
  // Many sources of one directory ask what lies beside them.
  const listings = new Map<AbsPath, readonly string[]>();
  return {
    ...linked,
    async readDirectory(path) {
      const names = listings.get(path) ?? (await linked.readDirectory(path));
      if (names !== undefined) listings.set(path, names);
      return names;
    },
    async lstat(path) {
      const known = tree.known(path);
      return known === undefined ? linked.lstat(path) : known.top?.stat;
    },
    async readFile(path, range) {
      return tree.known(path)?.top?.stat.kind === "file" ? tree.read(path, range) : linked.readFile(path, range);
    },
    async layerOf(path) {
      const mountedPath = (await topOf(path))?.path;
      return mountedPath && { id: mountedPath.mount.id, path: mountedPath.path };
    },
    async contentKey(path) {
      const top = await topOf(path);
      if (top?.path === undefined || top.stat.kind !== "file") return undefined;
      const { mount, path: inLayer } = top.path;
      return mount.root.contentKey === undefined ? `${mount.id}\0${inLayer}` : mount.root.contentKey(inLayer);
    },
  };
}

/** The mounts as one tree, by names whose parents are no links. */
class MergedTree implements PhysicalTree {
  readonly #mounted: Promise<readonly Mount[]>;
  readonly #seen = new Map<AbsPath, Shown>();

  constructor(mounted: Promise<readonly Mount[]>) {
    this.#mounted = mounted;
  }

  /** The earlier observation at a path. */
  known(path: AbsPath): Shown | undefined {
    return this.#seen.get(path);
  }

  async at(path: AbsPath): Promise<Shown> {
    const known = this.#seen.get(path);
    if (known !== undefined) return known;
    const answer = await this.#look(path);
    this.#seen.set(path, answer);
    return answer;
  }

  async lstat(path: AbsPath): Promise<FileStat | undefined> {
    return (await this.at(path)).top?.stat;
  }

  async list(path: AbsPath): Promise<readonly string[]> {
    const { paths: mountedPaths } = await this.at(path);
    const names = new Set<string>();
    for (const mount of await this.#mounted) {
      if (mount.point !== path && isWithin(mount.point, path)) names.add(firstBelow(mount.point, path));
    }
    for (const { mount, path: inLayer } of mountedPaths) {
      for (const name of (await mount.root.readDirectory(inLayer)) ?? []) names.add(name);
    }
    return [...names];
  }

  async read(path: AbsPath, range: ByteRange | undefined): Promise<Uint8Array | undefined> {
    const { top } = await this.at(path);
    return top?.path && (await top.path.mount.root.readFile(top.path.path, range));
  }

  async #look(path: AbsPath): Promise<Shown> {
    const mounts = await this.#mounted;
    const above = path === rootPath ? undefined : parentOf(path);
    const parent = above && (this.known(above) ?? (await this.at(above)));
    const mountedPaths: MountedPath[] = [];
    for (const mount of mounts) {
      if (mount.point === path) mountedPaths.push({ mount, path: rootPath });
      const holder = parent?.paths.find((mountedPath) => mountedPath.mount === mount);
      if (holder !== undefined) mountedPaths.push({ mount, path: childOf(holder.path, baseName(path)) });
    }
    const merged: MountedPath[] = [];
    let top: Shown["top"];
    for (const mountedPath of mountedPaths.reverse()) {
      const stat = await mountedPath.mount.root.lstat(mountedPath.path);
      if (stat === undefined) continue;
      top ??= { path: mountedPath, stat };
      if (stat.kind !== "directory") break;
      merged.unshift(mountedPath);
    }
    if (top !== undefined) return { top, paths: merged.length === 0 ? noPaths : merged };
    // A prefix that no lower layer has: its parents are made.
    const isImplied = mounts.some((mount) => isWithin(mount.point, path));
    if (!isImplied) return nothing;
    return { top: { path: undefined, stat: impliedDirectory }, paths: noPaths };
  }
}

interface Mount {
  readonly id: string;
  readonly root: RootFs;
  readonly point: AbsPath;
}

interface MountedPath {
  readonly mount: Mount;
  readonly path: AbsPath;
}

interface Shown {
  /** The visible entry; `path` is undefined for a directory that only a prefix implies. */
  readonly top: { readonly path: MountedPath | undefined; readonly stat: FileStat } | undefined;
  /** The layers whose directories merge here, lowest first. */
  readonly paths: readonly MountedPath[];
}

const noPaths: readonly MountedPath[] = [];
const nothing: Shown = { top: undefined, paths: noPaths };
/** A directory that nothing but a path below it asks for. */
export const impliedDirectory: FileStat = {
  kind: "directory",
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  mtimeSeconds: 0,
};

async function mountPoints(layers: readonly OverlayLayer[]): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const { id, root, prefix } of layers) {
    const below = overMounts(Promise.resolve([...mounts]));
    mounts.push({ id, root, point: await mountPoint(below, prefix) });
  }
  return mounts;
}

/** The prefix with the links of what exists of it followed. */
async function mountPoint(below: RootFs, prefix: AbsPath): Promise<AbsPath> {
  const real = await new DirectoryFinder(below).at(prefix);
  if (real !== undefined || prefix === rootPath) return real ?? prefix;
  return childOf(await mountPoint(below, parentOf(prefix)), baseName(prefix));
}

function firstBelow(path: AbsPath, directory: AbsPath): string {
  const rest = path.slice(directory === rootPath ? 1 : directory.length + 1);
  return rest.slice(0, rest.includes("/") ? rest.indexOf("/") : undefined);
}
