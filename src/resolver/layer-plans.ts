import type { ClosureEntry } from "../closure/model/closure.ts";
import { type ClosureRequest } from "../closure/model/request.ts";
import { type LayerPlan, planLayers } from "../image/layers.ts";
import type { ManifestEntry } from "../inspect/manifest/manifest.ts";
import { layerEntry, type UnwrittenLayer } from "../plan/closure-exchange.ts";
import type { RootFs } from "../rootfs/rootfs.ts";
import { type BaseImage, planOver } from "./overlay-image.ts";

/** Plans the layers of an image; over another one, a single layer with what that has not. */
export async function planImageLayers(
  entries: readonly ClosureEntry[],
  {
    request,
    trees,
    baseImage,
  }: {
    readonly request: ClosureRequest;
    readonly trees: ReadonlyMap<string, RootFs>;
    readonly baseImage: BaseImage | undefined;
  },
): Promise<readonly LayerPlan[]> {
  return baseImage === undefined ? planLayers(entries, request.layers) : planOver(entries, { baseImage, trees });
}

/** Plans of layers, by who writes them. */
export interface SplitLayers {
  readonly written: readonly LayerPlan[];
  readonly unwritten: readonly UnwrittenLayer[];
}

/** Sets entries aside of which only skeletons are here: whoever has the files writes those. */
export function splitLayers(plans: readonly LayerPlan[], { trees }: ClosureRequest): SplitLayers {
  const ids = new Set(trees.flatMap(({ id, skeletons }) => (skeletons === true ? [id] : [])));
  const isAside = ({ kind, tree }: ClosureEntry): boolean =>
    kind !== "directory" && tree !== undefined && ids.has(tree.id);
  const written: LayerPlan[] = [];
  const unwritten: UnwrittenLayer[] = [];
  for (const plan of plans) {
    const { name } = plan;
    const rest = plan.entries.filter((entry) => !isAside(entry));
    const isWhole = rest.length === plan.entries.length;
    const hasRest = rest.some(({ kind }) => kind !== "directory");
    if (isWhole || hasRest) written.push({ name, entries: rest });
    if (isWhole) continue;
    const entries = plan.entries.filter((entry) => entry.kind === "directory" || isAside(entry)).map(layerEntry);
    unwritten.push({ name, hasRest, entries });
  }
  return { written, unwritten };
}

/** The entries with the layer that each was written to. */
export function withFolders(entries: readonly ClosureEntry[], plans: readonly LayerPlan[]): readonly ManifestEntry[] {
  const folders = new Map<string, string>();
  // A directory that several layers hold is counted for the lowest.
  for (const plan of plans.toReversed()) {
    for (const entry of plan.entries) folders.set(entry.path, plan.name);
  }
  return entries.map((entry) => ({ ...entry, folder: folders.get(entry.path) ?? entry.layer }));
}
