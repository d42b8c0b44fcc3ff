import { type AbsPath, compareBytes, type FileStat, levelsOf, parentOf, rootPath } from "../../rootfs/rootfs.ts";
import { type Evidence, type LayerName, layerNames, type Reason, scriptOfArguments } from "./closure.ts";
import type { TreeRoot } from "./view.ts";

/** A path that will be in the image, while the closure is being made. */
export interface GraphNode {
  readonly path: AbsPath;
  readonly stat: FileStat;
  /** Undefined for directories that nothing but a prefix implies, and for what Pith makes. */
  readonly tree: TreeRoot | undefined;
  readonly treePath: AbsPath;
  readonly view: string;
  /** The content of a generated file. */
  readonly content?: string | Uint8Array;
  /** Owner and mode are stated by the spec, not taken from the tree. */
  readonly fromSpec?: boolean;
  readonly edges: Reason[];
  layer: LayerName | undefined;
}

/** Marks a `Reason.from` that is a pointer into the spec; no path starts so. */
export function pointerReason(pointer: string): string {
  return `#${pointer}`;
}

/** The pointer in a `Reason.from`; undefined when it is a path. */
export function pointerOf(from: string): string | undefined {
  return from.startsWith("#") ? from.slice(1) : undefined;
}

/** Puts the lowest of two layers; undefined gives way. */
export function lowerLayer(left: LayerName | undefined, right: LayerName | undefined): LayerName | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return layerNames.indexOf(left) <= layerNames.indexOf(right) ? left : right;
}

/**
 * One reason for each path, so that following `from` always ends at a pointer: the shortest chain, then the smallest
 * asker by bytes, then the smallest sentence. A directory that nothing asks for is there for the first of its children.
 */
export function chooseReasons(nodes: ReadonlyMap<AbsPath, GraphNode>): ReadonlyMap<AbsPath, Reason> {
  const named: ReadonlyMap<string, GraphNode> = nodes;
  // A run-time starts for a script because something named the script: that is the better reason, by any longer chain.
  const length = ({ why }: Reason): number => (why === scriptOfArguments ? 1000 : 1);
  const outgoing = new Map<string, Map<string, number>>();
  for (const { path, edges } of nodes.values()) {
    for (const edge of edges) {
      const known = outgoing.get(edge.from) ?? new Map<string, number>();
      outgoing.set(edge.from, known.set(path, Math.min(known.get(path) ?? length(edge), length(edge))));
    }
  }
  const depths = new Map<string, number>();
  const reasons = new Map<AbsPath, Reason>();
  const reached: string[][] = [[...outgoing.keys()].filter((from) => pointerOf(from) !== undefined)];
  for (let depth = 0; depth < reached.length; depth++) {
    for (const from of reached[depth]?.filter((one) => !depths.has(one)) ?? []) {
      depths.set(from, depth);
      const own = named.get(from);
      const reason = smallest(own?.edges.filter((edge) => (depths.get(edge.from) ?? depth) + length(edge) === depth));
      if (own !== undefined && reason !== undefined) reasons.set(own.path, reason);
      for (const [path, further] of outgoing.get(from) ?? []) (reached[depth + further] ??= []).push(path);
    }
  }
  addDirectories(nodes, { reasons, depths });
  return reasons;
}

function smallest(edges: readonly Reason[] = []): Reason | undefined {
  return edges.toSorted(compareReasons)[0];
}

/** All kinds of evidence, the strongest first. */
export const evidenceOrder: readonly Evidence[] = ["proved", "declared", "rule", "package", "string", "bound", "user"];

function compareReasons(left: Reason, right: Reason): number {
  return (
    compareBytes(left.from, right.from) ||
    compareBytes(left.why, right.why) ||
    evidenceOrder.indexOf(left.evidence) - evidenceOrder.indexOf(right.evidence)
  );
}

function addDirectories(
  nodes: ReadonlyMap<AbsPath, GraphNode>,
  { reasons, depths }: { readonly reasons: Map<AbsPath, Reason>; readonly depths: Map<string, number> },
): void {
  const firstChild = new Map<AbsPath, { readonly path: AbsPath; readonly depth: number }>();
  // Children before parents: a directory may be there for another directory.
  const byLevel: AbsPath[][] = [];
  for (const path of nodes.keys()) (byLevel[levelsOf(path)] ??= []).push(path);
  for (const path of byLevel.toReversed().flatMap((paths) => (paths ?? []).sort(compareBytes))) {
    const known = firstChild.get(path);
    if (!reasons.has(path)) {
      reasons.set(path, { from: known?.path ?? "#", why: "lies in it", evidence: "proved" });
      depths.set(path, (known?.depth ?? 0) + 1);
    }
    const depth = depths.get(path) ?? 0;
    const parent = parentOf(path);
    const sibling = firstChild.get(parent);
    if (parent === rootPath) continue;
    if (
      sibling === undefined ||
      depth < sibling.depth ||
      (depth === sibling.depth && compareBytes(path, sibling.path) < 0)
    ) {
      firstChild.set(parent, { path, depth });
    }
  }
}

/** The reasons of a path up to the spec, nearest first. */
export function chainOf(reasons: ReadonlyMap<string, Reason>, path: string): readonly Reason[] {
  const chain: Reason[] = [];
  const seen = new Set<string>();
  for (let at = path; pointerOf(at) === undefined && !seen.has(at); ) {
    seen.add(at);
    const reason = reasons.get(at);
    if (reason === undefined) break;
    chain.push(reason);
    at = reason.from;
  }
  return chain;
}
