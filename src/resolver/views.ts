import type { ClosureRequest, RequestView } from "../closure/model/request.ts";
import { generatedTreeId, openView, type TreeRoot, type View } from "../closure/model/view.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { type MemoryEntry, memoryRootFs } from "../rootfs/memory.ts";
import { type RootFs, rootPath } from "../rootfs/rootfs.ts";
import { nsswitchPath, printNsswitch } from "../system/nss.ts";
import { type SpecFile, specFiles } from "./spec-files.ts";

/** The views of a request over its trees, with generated files on top. */
export async function openViews(request: ClosureRequest, roots: readonly RootFs[]): Promise<ReadonlyMap<string, View>> {
  const treesOf = (view: RequestView): readonly TreeRoot[] =>
    view.trees.map((id) => {
      const index = request.trees.findIndex((tree) => tree.id === id);
      const tree = request.trees[index];
      const root = roots[index];
      invariant(tree !== undefined && root !== undefined, `the request has no source "${id}"`);
      return { ...tree, root };
    });
  const plain = new Map(request.views.map((view) => [view.name, openView(view, treesOf(view))]));
  const located = await specFiles(request, plain);
  return new Map(
    request.views.map((view) => {
      const trees = treesOf(view);
      const isBuilder = trees.some((tree) => tree.kind === "builder");
      const generated = generatedTree(
        request,
        located.filter(({ home }) => home !== view.name),
      );
      return [view.name, openView(view, isBuilder ? [...trees, generated] : trees)];
    }),
  );
}

/** Files of the spec, and its name services: they decide what loads, whatever the builder's own say. */
function generatedTree(request: ClosureRequest, located: readonly SpecFile[]): TreeRoot {
  const { nss } = request.system;
  const nsswitch: readonly (readonly [string, MemoryEntry])[] =
    nss.length === 0 ? [] : [[nsswitchPath, { content: printNsswitch(nss) }]];
  const files = located.map(({ path, entry }): readonly [string, MemoryEntry] => [path, entry]);
  return { id: generatedTreeId, prefix: rootPath, kind: "extra", root: memoryRootFs([...nsswitch, ...files]) };
}
