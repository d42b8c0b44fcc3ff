import { contentOf } from "../plan/planned-tree.ts";
import { patchBytes } from "../rootfs/byte-patch.ts";
import type { LayerContents, WrittenEntry } from "./layer-archive.ts";
import type { PulledFile, PulledNode, PulledTree } from "./pulled-tree.ts";

/** Reads bytes of the archive of a layer. */
export type ReadPulled = (layer: number, range: { readonly offset: number; readonly length: number }) => Uint8Array;

/** A path that is not in a pulled tree as it was planned; `how` completes a sentence that begins with it. */
export interface PulledDifference {
  readonly path: string;
  readonly how: string;
}

/**
 * Compares what a puller gets with what is to be in the image: each path with its kind, mode, owner, time, link, size
 * and other names, and that there is nothing else. With `read`, also the bytes of what was generated or changed.
 * Undefined where both are the same.
 */
export function comparePulled(
  { root }: PulledTree,
  { entries, epochSeconds }: Pick<LayerContents, "entries" | "epochSeconds">,
  read?: ReadPulled,
): PulledDifference | undefined {
  const planned = new Map<string, WrittenEntry>(entries.map((entry) => [entry.path, entry]));
  const firstNames = new Map<PulledFile, string>();
  const paths = new Map<string, string>();
  const compare = (path: string, node: PulledNode): string | undefined => {
    const entry = planned.get(path);
    if (entry === undefined) return "is there unasked";
    planned.delete(path);
    const difference = attributesDiffer(entry, node, epochSeconds);
    if (difference !== undefined || node.kind !== "file") return difference;
    const source = entry.hardLinkTo ?? path;
    const known = firstNames.get(node);
    if (known !== undefined) return known === source ? undefined : `is the same file as ${known}`;
    const other = paths.get(source);
    if (other !== undefined) return `is not the same file as ${other}`;
    firstNames.set(node, source);
    paths.set(source, path);
    return read !== undefined && bytesDiffer(entry, node, read) ? "has other bytes" : undefined;
  };
  const pending: (readonly [string, PulledNode])[] = [...root.names].map(([name, node]) => [`/${name}`, node]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, node] = next;
    const how = compare(path, node);
    if (how !== undefined) return { path, how };
    if (node.kind !== "directory") continue;
    for (const [name, child] of node.names) pending.push([`${path}/${name}`, child]);
  }
  const [missing] = planned.keys();
  return missing === undefined ? undefined : { path: missing, how: "is missing" };
}

function attributesDiffer(entry: WrittenEntry, node: PulledNode, mtimeSeconds: number): string | undefined {
  const { kind, mode, uid, gid, sizeBytes, target } = entry;
  if (node.kind !== kind) return `is a ${node.kind} and not a ${kind}`;
  if (kind !== "symlink" && node.mode !== mode)
    return `has the mode ${node.mode.toString(8)} and not ${mode.toString(8)}`;
  if (node.uid !== uid || node.gid !== gid) return `belongs to ${String(node.uid)}:${String(node.gid)}`;
  if (node.mtimeSeconds !== mtimeSeconds) return "has another time";
  if (node.hasXattrs) return "has extended attributes";
  if (node.kind === "symlink" && node.target !== target) return "leads elsewhere";
  if (node.kind === "file" && node.sizeBytes !== sizeBytes) return `has ${String(node.sizeBytes)} bytes`;
  return undefined;
}

/** Copied files have the bytes of their tree; generated or changed bytes are compared. */
function bytesDiffer(
  { content, patch }: WrittenEntry,
  { layer, offset, sizeBytes }: PulledFile,
  read: ReadPulled,
): boolean {
  if (content !== undefined) {
    return Buffer.compare(read(layer, { offset, length: sizeBytes }), contentOf(content)) !== 0;
  }
  if (patch === undefined) return false;
  const wanted = patchBytes(patch);
  return Buffer.compare(read(layer, { offset: offset + patch.offset, length: wanted.length }), wanted) !== 0;
}
