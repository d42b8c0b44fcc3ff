import { cachedByContent } from "../../rootfs/content-cache.ts";
import { type AbsPath, isWithin, parentOf } from "../../rootfs/rootfs.ts";
import type { ModuleTree } from "./module-tree.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";
import type { Reference } from "./reference.ts";
import { readReferences } from "./references.ts";

/** A source whose text is read when it is asked for, if nobody knows yet what it says. */
export interface Source {
  readonly path: AbsPath;
  readonly readText: () => Promise<string>;
}

/** A source of a tree, read once at most. */
export function sourceIn(tree: ModuleTree, path: AbsPath): Source {
  let text: Promise<string | undefined> | undefined;
  return {
    path,
    readText: async () => {
      text ??= tree.readText(path);
      return (await text) ?? "";
    },
  };
}

/** A source whose text is at hand. */
export function textSource({ path, text }: { readonly path: AbsPath; readonly text: string }): Source {
  return { path, readText: () => Promise.resolve(text) };
}

/** What sources of one content refer to, by their paths. */
const referencesByPath = cachedByContent<Map<AbsPath, readonly Reference[]>>();

/** What a source refers to. The check of the finished image asks again, and sources are long to parse. */
export async function referencesIn({ path, readText }: Source, context: NodeContext): Promise<readonly Reference[]> {
  const { proc, tree, packagePaths } = context;
  const file = { root: tree.root, path };
  const byPath = await referencesByPath(proc.contentCache, file, () =>
    Promise.resolve(new Map<AbsPath, readonly Reference[]>()),
  );
  const known = byPath.get(path);
  if (known !== undefined) return known;
  const packageRoot = packageRootOf(path, packagePaths);
  // The application's directory ships by its own rules: others name what they need of theirs.
  const isElsewhere = packageRoot === undefined && proc.appRoot !== undefined && !isWithin(path, proc.appRoot);
  const home = isElsewhere ? ((await tree.scopeOf(parentOf(path))) ?? parentOf(path)) : packageRoot;
  const references = readReferences({ path, text: await readText(), workdir: proc.workdir, packageRoot, home });
  byPath.set(path, references);
  return references;
}
