import { contextRootFs } from "../../rootfs/ignored.ts";
import { overlayRootFs } from "../../rootfs/overlay.ts";
import { pathResolver, type ResolvedPath } from "../../rootfs/resolved-path.ts";
import { type AbsPath, type FileStat, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import type { RequestTree, RequestView } from "./request.ts";

/** A tree of the request with its root file system. */
export interface TreeRoot extends RequestTree {
  readonly root: RootFs;
}

/** The entry at a real path of a view. `tree` is undefined for a directory that only a tree's prefix implies. */
export interface TreeLocation {
  readonly stat: FileStat;
  readonly tree: TreeRoot | undefined;
  /** The path inside the tree. */
  readonly path: AbsPath;
}

/** A root file system as a program sees it: an overlay of trees. */
export interface View {
  readonly name: string;
  /** PATH of the builder; undefined or empty where it is not known. */
  readonly searchPath: string | undefined;
  /** LD_LIBRARY_PATH of the builder, where it has one. */
  readonly libraryPath: string | undefined;
  readonly root: RootFs;
  /** Lowest first. */
  readonly trees: readonly TreeRoot[];
  /** Follows all links, the last component's too. */
  resolve(path: AbsPath): Promise<ResolvedPath>;
  /** Where a path that passes through no link comes from. */
  locate(real: AbsPath): Promise<TreeLocation | undefined>;
}

/** Id of the tree of generated files that programs must see while the closure is resolved. */
export const generatedTreeId = "pith";

/** Opens an overlay of trees, lowest first. */
export function openView(
  { name, searchPath, libraryPath }: Pick<RequestView, "name" | "searchPath" | "libraryPath">,
  trees: readonly TreeRoot[],
): View {
  const root = overlayRootFs(
    trees.map((tree) => (tree.hides === undefined ? tree : { ...tree, root: contextRootFs(tree.root, tree.hides) })),
  );
  const byId = new Map(trees.map((tree) => [tree.id, tree]));

  async function locate(real: AbsPath): Promise<TreeLocation | undefined> {
    const stat = await root.lstat(real);
    if (stat === undefined) return undefined;
    const found = await root.layerOf(real);
    const tree = found === undefined ? undefined : byId.get(found.id);
    return { stat, tree, path: found?.path ?? toAbsPath("/") };
  }

  return { name, searchPath, libraryPath, trees, root, resolve: pathResolver(root), locate };
}
