import type { Yield } from "../../closure/model/closure.ts";
import { cachedByContent } from "../../rootfs/content-cache.ts";
import { sharedFiles } from "../../rootfs/listings.ts";
import { mayNamePaths, namedPathNeeds } from "../named-paths.ts";
import type { Source } from "./cached-references.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";

const mayName = cachedByContent<boolean>();

/** Data, configuration and programs that a source names by absolute paths, wherever it hands them. */
export async function* pathNeeds(source: Source, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  const { path } = source;
  const file = { root: tree.root, path };
  if (!(await mayName(proc.contentCache, file, async () => mayNamePaths(await source.readText())))) return;
  const isPackaged = packageRootOf(path, packagePaths) !== undefined;
  yield* namedPathNeeds(await source.readText(), { source: path, files: sharedFiles(tree.root), isPackaged });
}
