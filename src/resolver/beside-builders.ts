import type { ClosureEntry } from "../closure/model/closure.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import { openView, type TreeRoot, type View } from "../closure/model/view.ts";
import type { SettledClosure } from "../closure/walk/resolve.ts";
import { type AbsPath, childOf, joinPaths, parentOf, type RootFs, rootPath } from "../rootfs/rootfs.ts";

/**
 * The views of a request with the builders' own trees, and above them what the image has at another path than they:
 * programs that move, and files that the spec copies. A closure of these views rests on the same facts as the first
 * one, so that only what has moved can make them differ.
 */
export function besideBuilders(
  { entries }: SettledClosure,
  {
    request,
    builders,
    image,
  }: { readonly request: ClosureRequest; readonly builders: ReadonlyMap<string, View>; readonly image: RootFs },
): ReadonlyMap<string, View> {
  return new Map(
    request.views.map((view) => {
      const trees = builders.get(view.name)?.trees ?? [];
      const paths = entries.filter((entry) => isElsewhere(entry, trees)).map(({ path }) => path);
      const moved: TreeRoot = {
        id: "image",
        prefix: rootPath,
        kind: "builder",
        root: partOf(image, { paths, prefix: rootPath }),
      };
      return [view.name, openView(view, [...trees, moved])];
    }),
  );
}

/** True for a file of a tree that lies at another path than the trees of a view have it. */
function isElsewhere({ path, tree }: ClosureEntry, trees: readonly TreeRoot[]): boolean {
  if (tree === undefined) return false;
  const own = trees.find(({ id }) => id === tree.id);
  return own === undefined || joinPaths(own.prefix, tree.path) !== path;
}

/** Some paths of a root below a prefix, with the directories above them, as a root of its own. */
export function partOf(
  root: RootFs,
  { paths: own, prefix }: { readonly paths: readonly AbsPath[]; readonly prefix: AbsPath },
): RootFs {
  const paths = new Set<AbsPath>([prefix]);
  for (let path of own) for (; !paths.has(path); path = parentOf(path)) paths.add(path);
  const fullPath = (path: AbsPath): AbsPath => joinPaths(prefix, path);
  return {
    ...(root.contentKey === undefined ? {} : { contentKey: async (path) => root.contentKey?.(fullPath(path)) }),
    lstat: async (path) => (paths.has(fullPath(path)) ? root.lstat(fullPath(path)) : undefined),
    async readDirectory(path) {
      const full = fullPath(path);
      const names = paths.has(full) ? await root.readDirectory(full) : undefined;
      return names?.filter((name) => paths.has(childOf(full, name)));
    },
    async readFile(path, range) {
      const full = fullPath(path);
      if (!paths.has(full)) return undefined;
      return range === undefined ? root.readFile(full) : root.readFile(full, range);
    },
  };
}
