import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf } from "../../rootfs/rootfs.ts";
import { normaliseName } from "./normalise-name.ts";
import { joinsNamespace } from "./source-text.ts";

interface Naming {
  /** The name of the distribution. */
  readonly name: string;
  readonly site: AbsPath;
  readonly files: ProcessFiles;
}

/**
 * The top-level packages of a distribution that records no files. Of a namespace that it shares with others, only the
 * package is its own that it has its name from: `zope/interface` of `zope.interface`, `google/api_core` of
 * `google-api-core`.
 */
export async function placesInNamespaces(tops: readonly AbsPath[], naming: Naming): Promise<readonly AbsPath[]> {
  const places: AbsPath[] = [];
  for (const top of tops) places.push((await placeInNamespace(top, naming)) ?? top);
  return [...new Set(places)];
}

/** The package below a namespace, or below one within it, that a distribution has its name from. */
async function placeInNamespace(namespace: AbsPath, naming: Naming): Promise<AbsPath | undefined> {
  const { name, site, files } = naming;
  const wanted = normaliseName(name);
  const normalised = (path: AbsPath): string => normaliseName(path.slice(site.length + 1).replaceAll("/", "."));
  if (!wanted.startsWith(`${normalised(namespace)}-`) || !(await isNamespace(namespace, files))) return undefined;
  const stems = new Set(Array.from(await files.names(namespace), (entry) => entry.split(".")[0] ?? ""));
  const inner = [...stems]
    .filter((stem) => stem !== "")
    .map((stem) => childOf(namespace, stem))
    .sort();
  const found = inner.find((path) => normalised(path) === wanted);
  if (found !== undefined) return found;
  for (const path of inner) {
    const deeper = await placeInNamespace(path, naming);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** A package without a source of its own, or with one that joins other directories of its name. */
async function isNamespace(directory: AbsPath, files: ProcessFiles): Promise<boolean> {
  if (!(await files.isDirectory(directory))) return false;
  const source = childOf(directory, "__init__.py");
  return !(await files.isFile(source)) || joinsNamespace((await files.readText(source)) ?? "");
}
