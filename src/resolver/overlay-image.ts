import type { ClosureEntry } from "../closure/model/closure.ts";
import { type LayerPlan, planTopLayer } from "../image/layers.ts";
import type { ManifestEntry } from "../inspect/manifest/manifest.ts";
import { applyPatch } from "../rootfs/byte-patch.ts";
import type { AbsPath, RootFs } from "../rootfs/rootfs.ts";

/** A base image: its entries, and a way to read them. */
export interface BaseImage {
  readonly entries: readonly ManifestEntry[];
  /** The content of a file; undefined when it is not at hand. */
  read(entry: ManifestEntry): Promise<Uint8Array | undefined>;
}

/** The name of the layer that an image has over another one. */
export const topLayerName = "tools";

/**
 * The entries of a closure that the base image lacks or has otherwise, as one layer. What only the base image has stays
 * in it. Empty when nothing differs.
 */
export async function planOver(
  entries: readonly ClosureEntry[],
  { baseImage, trees }: { readonly baseImage: BaseImage; readonly trees: ReadonlyMap<string, RootFs> },
): Promise<readonly LayerPlan[]> {
  const known = new Map<string, ManifestEntry>(baseImage.entries.map((entry) => [entry.path, entry]));
  const chosen = new Set<AbsPath>();
  for (const entry of entries) {
    const below = known.get(entry.path);
    if (below === undefined || !(await isSame(entry, below, { baseImage, trees }))) chosen.add(entry.path);
  }
  const plan = planTopLayer(topLayerName, { entries, chosen });
  return plan === undefined ? [] : [plan];
}

async function isSame(
  entry: ClosureEntry,
  below: ManifestEntry,
  { baseImage, trees }: { readonly baseImage: BaseImage; readonly trees: ReadonlyMap<string, RootFs> },
): Promise<boolean> {
  const keys = ["kind", "mode", "uid", "gid", "sizeBytes", "target"] as const;
  if (keys.some((key) => entry[key] !== below[key])) return false;
  if (entry.kind !== "file") return true;
  const [left, right] = await Promise.all([readEntry(entry, trees), baseImage.read(below)]);
  if (left === undefined || right === undefined) return false;
  return Buffer.compare(applyPatch(left, entry.patch, 0), right) === 0;
}

async function readEntry(
  { content, tree }: ClosureEntry,
  trees: ReadonlyMap<string, RootFs>,
): Promise<Uint8Array | undefined> {
  if (content !== undefined) {
    return "text" in content ? Buffer.from(content.text) : Buffer.from(content.base64, "base64");
  }
  return tree === undefined ? undefined : trees.get(tree.id)?.readFile(tree.path);
}
