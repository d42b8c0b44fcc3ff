import type { MapEntry, MapNode, SpecNode } from "./node.ts";

/** The merge of two lists under the same key: one after the other, or the later one alone. */
export type ListMerge = "append" | "replace";

// A command line or an ordered choice is one value that happens to be written as a list; half of one makes no sense.
const singleValues: ReadonlySet<string> = new Set([
  "cmd",
  "entrypoint",
  "exec",
  "layers",
  "locale",
  "nss",
  "run",
  "shell",
  "timezone",
]);

// Keys with a short form: the text stands for this key of the map, so that a map merged into it adds to it.
const shortForms: ReadonlyMap<string, string> = new Map([
  ["app", "src"],
  ["interpreter", "path"],
]);

// The forms of `from` exclude each other, so keys of two of them must not meet in one map.
const wholeMaps: ReadonlySet<string> = new Set(["from"]);

/**
 * Lays a later document over an earlier one: maps merge key by key, lists as `lists` says, anything else is replaced by
 * the later value. Lists that are one value (cmd, entrypoint, shell, layers ...) and `from` are always replaced whole.
 */
export function mergeMaps(earlier: MapNode, later: MapNode, lists: ListMerge): MapNode {
  const entries = new Map<string, MapEntry>(earlier.entries);
  for (const [key, entry] of later.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : mergeEntry(key, below, entry, lists));
  }
  return { kind: "map", entries, span: later.span };
}

function mergeEntry(key: string, earlier: MapEntry, later: MapEntry, lists: ListMerge): MapEntry {
  return { keySpan: later.keySpan, value: mergeValues(key, earlier.value, later.value, lists) };
}

function mergeValues(key: string, earlier: SpecNode, later: SpecNode, lists: ListMerge): SpecNode {
  const shortKey = shortForms.get(key);
  if (shortKey !== undefined && earlier.kind === "scalar" && later.kind === "map") {
    const entry = { keySpan: earlier.span, value: earlier };
    return mergeMaps({ kind: "map", entries: new Map([[shortKey, entry]]), span: earlier.span }, later, lists);
  }
  if (earlier.kind === "map" && later.kind === "map" && !wholeMaps.has(key)) return mergeMaps(earlier, later, lists);
  if (earlier.kind === "list" && later.kind === "list" && lists === "append" && !singleValues.has(key)) {
    return { kind: "list", entries: [...earlier.entries, ...later.entries], span: later.span };
  }
  return later;
}
