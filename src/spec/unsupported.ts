import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { errorAt } from "./finding.ts";
import { type MapNode, nodeAt, type Path, pathText, spanOf } from "./node.ts";

interface Unbuilt {
  readonly path: Path;
  /** The values that are not built. Others are for the schema to judge. */
  readonly refused: readonly string[];
  readonly hint: string;
}

// Keys of the language whose meaning is not built yet. They are refused, never ignored.
const unbuilt: readonly Unbuilt[] = [
  { path: ["interpreter", "bytecode"], refused: ["only"], hint: "leave the key out, or use keep or drop" },
  {
    path: ["app", "dependencies"],
    refused: ["maven", "gradle"],
    hint: "build the jars in a build step, and write dependencies: none",
  },
];

/** SPEC_NOT_SUPPORTED for every key that asks for what is not built yet. */
export function findUnsupported(tree: MapNode): readonly Diagnostic[] {
  return unbuilt.flatMap(({ path, refused, hint }) => {
    const node = nodeAt(tree, path);
    if (node?.kind !== "scalar" || !refused.some((value) => value === node.value)) return [];
    const message = `cannot use ${pathText(path)}: ${String(node.value)}: not supported yet`;
    return [errorAt(spanOf(tree, path), "SPEC_NOT_SUPPORTED", message, hint)];
  });
}
