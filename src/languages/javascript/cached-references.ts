import { cachedByContent } from "../../rootfs/content-cache.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";
import type { Reference } from "./reference.ts";
import { readReferences } from "./references.ts";

/** What sources of one content refer to, by their paths. */
const known = cachedByContent<Map<AbsPath, readonly Reference[]>>();

/** What a source refers to. The check of the finished image asks again, and sources are long to parse. */
export async function referencesIn(
  source: { readonly path: AbsPath; readonly text: string },
  context: NodeContext,
): Promise<readonly Reference[]> {
  const { proc, tree, packagePaths } = context;
  const file = { root: tree.root, path: source.path };
  const byPath = await known(proc.contentCache, file, () => Promise.resolve(new Map<AbsPath, readonly Reference[]>()));
  const references =
    byPath.get(source.path) ??
    readReferences({ ...source, workdir: proc.workdir, packageRoot: packageRootOf(source.path, packagePaths) });
  byPath.set(source.path, references);
  return references;
}
