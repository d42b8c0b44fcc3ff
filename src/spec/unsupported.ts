import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { errorAt } from "./finding.ts";
import { type MapNode, nodeAt, type Path, pathText, placeOf, type SpecNode } from "./node.ts";

interface Unbuilt {
  readonly path: Path;
  /** Values that ask for nothing, or for what works already. undefined: any value is too much. */
  readonly allowed?: readonly (string | boolean)[];
  /** The only values that are not built, where others are for the schema to refuse. */
  readonly refused?: readonly string[];
}

// Keys of the language whose meaning is not built yet. They are refused, never ignored.
const unbuilt: readonly Unbuilt[] = [
  { path: ["interpreter", "bytecode"], allowed: ["keep", "drop"], refused: ["only"] },
  { path: ["app", "dependencies"], allowed: ["auto", "none", "pip", "npm"] },
];

/** SPEC_NOT_SUPPORTED for every key that asks for what is not built yet. */
export function findUnsupported(tree: MapNode): readonly Diagnostic[] {
  return unbuilt.flatMap(({ path, allowed, refused }) => {
    const node = nodeAt(tree, path);
    if (node === undefined || isAllowed(node, allowed)) return [];
    if (refused !== undefined && !isAllowed(node, refused)) return [];
    const value = allowed !== undefined && node.kind === "scalar" ? `: ${String(node.value)}` : "";
    const message = `cannot use ${pathText(path)}${value}: not supported yet`;
    const hint =
      allowed === undefined ? "leave the key out" : `leave the key out, or use ${allowed.map(String).join(", ")}`;
    return [errorAt(placeOf(tree, path), "SPEC_NOT_SUPPORTED", message, hint)];
  });
}

function isAllowed(node: SpecNode, allowed: readonly (string | boolean)[] = []): boolean {
  return node.kind === "scalar" && allowed.some((value) => value === node.value);
}
