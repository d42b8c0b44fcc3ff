import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { errorAt } from "./finding.ts";
import { mergeMaps } from "./merge.ts";
import { keySpanOf, type MapEntry, type MapNode, nodeAt, spanOf } from "./node.ts";
import { topOnlyKeys } from "./schema.ts";

/** How many targets a spec may have. */
export const maxTargets: number = 64;

export interface LaidTargets {
  /** Each target's changes merged into the main image; no target holds targets. */
  readonly trees: ReadonlyMap<string, MapNode>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A list of a target replaces the list of the main image; a list under `add` is appended to it. */
export function layTargets(tree: MapNode): LaidTargets {
  const targets = nodeAt(tree, ["targets"]);
  const trees = new Map<string, MapNode>();
  const diagnostics: Diagnostic[] = [];
  if (targets?.kind !== "map") return { trees, diagnostics };
  const base = without(tree, ["targets"]);
  // More are refused by a rule; what they would cost is not paid first.
  for (const [name, { value }] of [...targets.entries].slice(0, maxTargets)) {
    if (value.kind !== "map") continue;
    diagnostics.push(...checkKeys(tree, name));
    const add = value.entries.get("add")?.value;
    const changed = mergeMaps(withoutProbe(base, value), without(value, ["add", ...topOnlyKeys]), "replace");
    const whole = add?.kind === "map" ? mergeMaps(changed, without(add, topOnlyKeys), "append") : changed;
    trees.set(name, { ...whole, span: value.span });
  }
  return { trees, diagnostics };
}

const probeKeys = ["exec", "http", "tcp"];

/** The main image without what its health check asks, where the target's asks something else. */
function withoutProbe(base: MapNode, target: MapNode): MapNode {
  const own = target.entries.get("healthcheck")?.value;
  const entry = base.entries.get("healthcheck");
  if (own?.kind !== "map" || entry?.value.kind !== "map") return base;
  if (!probeKeys.some((key) => own.entries.has(key))) return base;
  const entries = new Map(base.entries);
  entries.set("healthcheck", { ...entry, value: without(entry.value, probeKeys) });
  return { ...base, entries };
}

function checkKeys(tree: MapNode, name: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const path of [
    ["targets", name],
    ["targets", name, "add"],
  ]) {
    for (const key of topOnlyKeys) {
      if (nodeAt(tree, [...path, key]) === undefined) continue;
      const message = `cannot use the key ${quote(key)}: a target has no such key`;
      found.push(
        errorAt(keySpanOf(tree, [...path, key]), "SPEC_UNKNOWN_KEY", message, "move it to the top of the spec"),
      );
    }
  }
  const add = nodeAt(tree, ["targets", name, "add"]);
  if (add !== undefined && add.kind !== "map") {
    const message = `cannot use targets.${name}.add: expected a map of lists to append to`;
    found.push(
      errorAt(spanOf(tree, ["targets", name, "add"]), "SPEC_WRONG_TYPE", message, "write it as {binaries: [...]}"),
    );
  }
  return found;
}

function without(map: MapNode, keys: readonly string[]): MapNode {
  const entries = new Map<string, MapEntry>(map.entries);
  for (const key of keys) entries.delete(key);
  return { ...map, entries };
}
