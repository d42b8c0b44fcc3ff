import type { Checked, Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { composeTree } from "./compose.ts";
import { guardText } from "./guard.ts";
import { mergeMaps } from "./merge.ts";
import { type MapEntry, type MapNode, nodeAt, type SpecNode, spanOf, textAt } from "./node.ts";
import type { SourceFile } from "./source.ts";

/** Finds the application in a directory of the build context, and answers the spec that builds it. */
export type DetectSpec = (folder: string) => Promise<Checked<string>>;

/** A spec with what detection has found below it. */
export interface DetectedTree {
  /** Undefined where nothing was found. */
  readonly tree: MapNode | undefined;
  readonly file: SourceFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const ofDetection = " (detected)";

/** True for a place in what detection has put below a spec. */
export function isDetected({ file }: Pick<Span, "file">): boolean {
  return file.endsWith(ofDetection);
}

/** Keys that say where the files of an image come from, or what it runs. */
const decisive = ["from", "packages", "build", "builders", "binaries", "libraries", "entrypoint", "serverless"];

/** True for a spec that leaves all of it to detection: it says neither where its files come from nor what runs. */
export function leavesToDetection(tree: MapNode): boolean {
  const interpreter = nodeAt(tree, ["interpreter"]);
  const isNamed = interpreter?.kind === "scalar" || nodeAt(tree, ["interpreter", "path"]) !== undefined;
  const app = textAt(tree, ["app", "from"]);
  return !isNamed && (app === undefined || app === "context") && !decisive.some((key) => tree.entries.has(key));
}

/** Puts the spec of the detected application below what a spec says, as the first of its includes. */
export async function putOnDetected(tree: MapNode, file: string, detect: DetectSpec): Promise<DetectedTree> {
  const written = textAt(tree, ["app"]) ?? textAt(tree, ["app", "src"]) ?? "";
  const folder = written.replace(/^(?:\.?\/+)+/u, "").replace(/^\.$|\/+$/u, "");
  const { value, diagnostics } = await detect(folder);
  const located = diagnostics.map((one) => ({ ...one, span: spanOf(tree, folder === "" ? [] : ["app"]) }));
  if (value === undefined) return { tree: undefined, file: undefined, diagnostics: located };
  const name = `${file}${ofDetection}`;
  const bytes = new TextEncoder().encode(value);
  const guarded = guardText(name, bytes);
  const composed = guarded.value === undefined ? undefined : composeTree(name, guarded.value);
  const found = [...located, ...guarded.diagnostics, ...(composed?.diagnostics ?? [])];
  const merged = composed?.tree && mergeMaps(composed.tree, withoutFolder(tree), "append");
  return { tree: merged, file: { name, bytes }, diagnostics: found };
}

/** The directory that was looked into: what is found there says which part of it ships. */
function withoutFolder(tree: MapNode): MapNode {
  const app = tree.entries.get("app");
  if (app === undefined) return tree;
  const entries = new Map<string, MapEntry>(tree.entries);
  entries.delete("app");
  if (app.value.kind === "map") {
    const own = new Map([...app.value.entries].filter(([key]) => key !== "src"));
    const value: SpecNode = { ...app.value, entries: own };
    if (own.size > 0) entries.set("app", { ...app, value });
  }
  return { ...tree, entries };
}
