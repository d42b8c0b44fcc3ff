import type { ClosureEntry, LayerName } from "../closure/model/closure.ts";
import { layerNames } from "../closure/model/closure.ts";
import { type AbsPath, compareBytes, parentOf, rootPath } from "../rootfs/rootfs.ts";
import type { LayersSpec } from "../spec/spec.ts";

/** One layer of the image as a tree of its own: its entries and the directories above them, sorted by path. */
export interface LayerPlan {
  readonly name: string;
  readonly entries: readonly ClosureEntry[];
}

const packageLayerLimit = 100;
const restName = "packages";

/**
 * Deals the entries out to layers, bottom first; empty layers are left out. Every layer holds the directories above its
 * entries too, with their attributes, so that unpacking one alone never makes a directory up.
 */
export function planLayers(entries: readonly ClosureEntry[], spec: LayersSpec): readonly LayerPlan[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const nameOf = layerNamer(entries, spec);
  const members = new Map<string, Map<AbsPath, ClosureEntry>>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const layer = members.get(name) ?? new Map<AbsPath, ClosureEntry>();
    members.set(name, layer);
    layer.set(entry.path, entry);
    for (let parent = parentOf(entry.path); parent !== rootPath && !layer.has(parent); parent = parentOf(parent)) {
      const above = byPath.get(parent);
      if (above !== undefined) layer.set(parent, above);
    }
  }
  return orderOf(members.keys(), entries, nameOf).map((name) => ({ name, entries: sortLayer(members.get(name)) }));
}

/** The one layer over a base image: the chosen entries, and the directories above it. Undefined when nothing is. */
export function planTopLayer(
  name: string,
  { entries, chosen }: { readonly entries: readonly ClosureEntry[]; readonly chosen: ReadonlySet<AbsPath> },
): LayerPlan | undefined {
  if (chosen.size === 0) return undefined;
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const layer = new Map<AbsPath, ClosureEntry>();
  for (const path of chosen) {
    for (let at = path; at !== rootPath; at = parentOf(at)) {
      const entry = byPath.get(at);
      if (entry !== undefined) layer.set(at, entry);
    }
  }
  return { name, entries: sortLayer(layer) };
}

function sortLayer(layer: ReadonlyMap<AbsPath, ClosureEntry> | undefined): readonly ClosureEntry[] {
  const sorted = [...(layer?.values() ?? [])].sort((left, right) => compareBytes(left.path, right.path));
  return sorted.map((entry) => {
    if (entry.hardLinkTo === undefined || layer?.has(entry.hardLinkTo) === true) return entry;
    const { hardLinkTo: _, ...alone } = entry;
    return alone;
  });
}

function layerNamer(entries: readonly ClosureEntry[], spec: LayersSpec): (entry: ClosureEntry) => string {
  if (spec === "single") return () => "image";
  if (spec === "per-package") return packageNamer(entries);
  const locations = new Map(layerNames.map((layer) => [layer, listedLayer(layer, spec)]));
  return (entry) => locations.get(entry.layer) ?? entry.layer;
}

/** A layer that is not listed joins the nearest listed one below it, or else the lowest one. */
function listedLayer(layer: LayerName, listed: readonly LayerName[]): LayerName {
  const candidates = layerNames.slice(0, layerNames.indexOf(layer) + 1).filter((name) => listed.includes(name));
  return candidates.at(-1) ?? layerNames.find((name) => listed.includes(name)) ?? layer;
}

/**
 * One layer for each of the largest packages, one for the rest of them, and the usual ones for what no package owns.
 */
function packageNamer(entries: readonly ClosureEntry[]): (entry: ClosureEntry) => string {
  const sizes = new Map<string, number>();
  for (const { owner, sizeBytes } of entries) {
    if (owner !== undefined) sizes.set(owner, (sizes.get(owner) ?? 0) + sizeBytes);
  }
  const largestFirst = [...sizes].sort(([a, left], [b, right]) => right - left || compareBytes(a, b));
  const own = new Set(largestFirst.slice(0, packageLayerLimit - layerNames.length - 1).map(([owner]) => owner));
  return ({ owner, layer, kind }) => {
    if (owner === undefined || kind === "directory") return layer;
    return own.has(owner) ? owner.replaceAll(/[^A-Za-z0-9.+-]/g, "-") : restName;
  };
}

function orderOf(
  names: Iterable<string>,
  entries: readonly ClosureEntry[],
  nameOf: (entry: ClosureEntry) => string,
): readonly string[] {
  const heights = new Map<string, number>();
  for (const entry of entries) {
    const name = nameOf(entry);
    heights.set(name, Math.min(heights.get(name) ?? layerNames.length, layerNames.indexOf(entry.layer)));
  }
  const height = (name: string): number => heights.get(name) ?? 0;
  const isUsual = (name: string): boolean => layerNames.some((layer) => layer === name);
  return [...names].sort(
    (a, b) => height(a) - height(b) || Number(isUsual(b)) - Number(isUsual(a)) || compareBytes(a, b),
  );
}
