import { longestPath } from "../../rootfs/hostile-limits.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { namesIn } from "../../rootfs/listings.ts";
import { type AbsPath, baseName, childOf, parentOf, type RootFs, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { type PackageJson, parsePackageJson } from "./package-json.ts";

/** Files as Node's module loader sees them: links are followed, and every answer is remembered. */
export interface ModuleTree {
  readonly root: RootFs;
  /** The file or directory at a path behind its links; undefined when there is neither. */
  kindOf(path: AbsPath): Promise<"file" | "directory" | undefined>;
  realPath(path: AbsPath): Promise<AbsPath | undefined>;
  readText(path: AbsPath): Promise<string | undefined>;
  /** The package.json in a directory; undefined when there is none that is valid. */
  packageIn(directory: AbsPath): Promise<PackageJson | undefined>;
  /** The nearest directory at or above `directory` that has a package.json, not looking past a `node_modules`. */
  scopeOf(directory: AbsPath): Promise<AbsPath | undefined>;
}

interface ModulePath {
  readonly real: AbsPath;
  readonly kind: "file" | "directory" | undefined;
}

const everything: ModulePath = { real: rootPath, kind: "directory" };

const trees = new WeakMap<RootFs, ModuleTree>();

/** The files of a root, remembered for as long as it is: the processes of an image ask for the same. */
export function moduleTree(root: RootFs): ModuleTree {
  const tree = trees.get(root) ?? openTree(root);
  trees.set(root, tree);
  return tree;
}

function openTree(root: RootFs): ModuleTree {
  const locations = new Map<AbsPath, ModulePath>();
  const packages = new Map<AbsPath, PackageJson | undefined>();
  const scopes = new Map<AbsPath, AbsPath | undefined>();

  const locationOf = async (path: AbsPath): Promise<ModulePath | undefined> => {
    if (path.length > longestPath) return undefined;
    const known = locations.get(path);
    if (known !== undefined) return known;
    const location = await find(path);
    // Most of what sources name is nowhere: the listings of directories tell that again.
    if (location !== undefined) locations.set(path, location);
    return location;
  };
  const find = async (path: AbsPath): Promise<ModulePath | undefined> => {
    const parent = path === rootPath ? undefined : await locationOf(parentOf(path));
    if (parent === undefined || parent.kind !== "directory") return path === rootPath ? everything : undefined;
    if (!(await namesIn(root, parent.real)).has(baseName(path))) return undefined;
    const real = parent.real === parentOf(path) ? path : childOf(parent.real, baseName(path));
    const stat = await root.lstat(real);
    if (stat?.kind !== "symlink") return stat && { real, kind: kindIn(stat.kind) };
    const resolved = await resolveLinks(root, real);
    return resolved === undefined || resolved === "loop"
      ? undefined
      : { real: resolved.real, kind: kindIn(resolved.stat.kind) };
  };
  const readText = async (path: AbsPath): Promise<string | undefined> => {
    const location = await locationOf(path);
    const bytes = location?.kind === "file" ? await root.readFile(location.real) : undefined;
    return bytes && new TextDecoder().decode(bytes);
  };
  const packageIn = async (directory: AbsPath): Promise<PackageJson | undefined> => {
    if (packages.has(directory)) return packages.get(directory);
    const text = await readText(toAbsPath("package.json", directory));
    const found = text === undefined ? undefined : parsePackageJson(text);
    packages.set(directory, found);
    return found;
  };
  const scopeOf = async (directory: AbsPath): Promise<AbsPath | undefined> => {
    if (scopes.has(directory)) return scopes.get(directory);
    const isEnd = directory === "/" || directory.endsWith("/node_modules");
    const here = isEnd ? undefined : await packageIn(directory);
    const scope = here === undefined && !isEnd ? await scopeOf(parentOf(directory)) : here && directory;
    scopes.set(directory, scope);
    return scope;
  };
  return {
    root,
    kindOf: async (path) => (await locationOf(path))?.kind,
    realPath: async (path) => (await locationOf(path))?.real,
    readText,
    packageIn,
    scopeOf,
  };
}

function kindIn(kind: string): "file" | "directory" | undefined {
  return kind === "file" || kind === "directory" ? kind : undefined;
}
