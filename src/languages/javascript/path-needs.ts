import type { Yield } from "../../closure/model/closure.ts";
import { cachedByContent } from "../../rootfs/content-cache.ts";
import { sharedFiles } from "../../rootfs/listings.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { mayNamePaths, namedPathNeeds } from "../named-paths.ts";
import type { Source } from "./cached-references.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";

const mayName = cachedByContent<boolean>();

/** Data, configuration and programs that a source names by absolute paths, wherever it hands them. */
export async function* pathNeeds(source: Source, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  const { path } = source;
  // What has no ending may be anything, such as the recipe of an image.
  if (!baseName(path).includes(".") && !(await source.readText()).startsWith("#!")) return;
  const file = { root: tree.root, path };
  if (!(await mayName(proc.contentCache, file, async () => mayNamePaths(await source.readText())))) return;
  const isPackaged = packageRootOf(path, packagePaths) !== undefined;
  const naming = { source: path, files: sharedFiles(tree.root), isPackaged };
  for await (const one of namedPathNeeds(await source.readText(), naming)) {
    const bound = "unknown" in one ? one.unknown.bound : undefined;
    // Packages are found by their names.
    if (bound?.kind !== "directory" || !bound.path.includes("/node_modules")) yield one;
  }
}
