import { expect } from "vitest";
import type { Plugins } from "../../src/closure/model/plugins.ts";
import type { ClosureRequest } from "../../src/closure/model/request.ts";
import { openView, type View } from "../../src/closure/model/view.ts";
import { type Closure, resolveClosure } from "../../src/closure/walk/resolve.ts";
import { skeletonMaker } from "../../src/frontend/resolve/skeletons/skeleton-maker.ts";
import { isWithin, type RootFs, toAbsPath } from "../../src/rootfs/rootfs.ts";

interface Resolving {
  readonly request: ClosureRequest;
  readonly views: ReadonlyMap<string, View>;
  readonly plugins: Plugins;
}

/** Resolves again with the skeletons of the application's sources, and compares all but sizes. */
export async function expectSameBySkeletons(closure: Closure, { request, views, plugins }: Resolving): Promise<void> {
  const { appRoot } = request.process;
  const interpreter = request.roots.find((root) => root.kind === "interpreter")?.path;
  const maker =
    appRoot === undefined || interpreter === undefined
      ? undefined
      : await skeletonMaker({ ...request.process, appRoot, interpreter });
  if (appRoot === undefined || maker === undefined || request.process.call !== undefined) return;
  const replace = (path: string, text: string): string => {
    const isSource = isWithin(toAbsPath(path), appRoot) && maker.sources.test(path);
    return (isSource ? maker.skeletonOf(path.slice(appRoot.length), text) : undefined) ?? text;
  };
  const skeletonViews = new Map(
    [...views].map(([name, view]) => {
      const sources = view.trees.map((tree) => {
        const prefix = tree.prefix === "/" ? "" : tree.prefix;
        return { ...tree, root: replacingRootFs(tree.root, (path, text) => replace(prefix + path, text)) };
      });
      const { searchPath, libraryPath } = view;
      const paths = {
        ...(searchPath === undefined ? {} : { searchPath }),
        ...(libraryPath === undefined ? {} : { libraryPath }),
      };
      return [name, openView({ name, ...paths }, sources)];
    }),
  );
  expect(comparable(await resolveClosure(request, skeletonViews, plugins))).toEqual(comparable(closure));
}

function comparable({ entries, diagnostics }: Closure): unknown {
  const isBytecode = (path: string): boolean => path.endsWith(".pyc");
  return {
    entries: entries.filter(({ path }) => !isBytecode(path)).map((entry) => ({ ...entry, sizeBytes: 0 })),
    diagnostics,
  };
}

/** A root in which `replace` has the last word about the text of a file. */
export function replacingRootFs(root: RootFs, replace: (path: string, text: string) => string): RootFs {
  return {
    lstat: async (path) => root.lstat(path),
    readDirectory: async (path) => root.readDirectory(path),
    async readFile(path, range) {
      const bytes = await root.readFile(path);
      if (bytes === undefined) return undefined;
      const text = new TextDecoder().decode(bytes);
      const replaced = replace(path, text);
      const known = replaced === text ? bytes : Buffer.from(replaced);
      return range === undefined ? known : known.subarray(range.offset, range.offset + range.length);
    },
  };
}
