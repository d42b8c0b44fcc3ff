import type { Span } from "../diagnostics/diagnostic.ts";
import { type MapNode, nodeAt, type Path, parsePointer, spanOf } from "./node.ts";
import { sortedPaths } from "./normalise.ts";

/** Places of the spec by pointer. */
export interface SpanIndex {
  /**
   * The place of the deepest known ancestor of an RFC 6901 pointer, into the normalised Spec (`/builders/main/from`,
   * `/image/cmd/0`) or into the document as written (`/from`, `/cmd/0`). The empty pointer is the first key.
   */
  spanOf(pointer: string): Span;
  /** True when the document says something at the pointer; false where the language's default holds. */
  isWritten(pointer: string): boolean;
}

/** Trees behind an index: the whole document, and each target merged into it. */
export interface IndexedTrees {
  readonly file: string;
  readonly main: MapNode | undefined;
  readonly targets: ReadonlyMap<string, MapNode>;
}

/** An index over merged trees. Nothing is computed before it is asked for. */
export function spanIndex(trees: IndexedTrees): SpanIndex {
  return {
    spanOf: (pointer) => locate(trees, parsePointer(pointer)),
    isWritten: (pointer) => isWritten(trees, parsePointer(pointer)),
  };
}

function isWritten({ main, targets }: IndexedTrees, segments: readonly string[]): boolean {
  const target = segments[0] === "targets" && segments.length > 2 ? targets.get(segments[1] ?? "") : undefined;
  const tree = target ?? main;
  const rest = target === undefined ? segments : segments.slice(2);
  if (tree === undefined || rest.length === 0) return false;
  return [toWritten(rest, tree), rest].some((path) => knownDepth(tree, path) === path.length);
}

function locate({ file, main, targets }: IndexedTrees, segments: readonly string[]): Span {
  if (main === undefined) return { file, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const candidates = [
    { tree: main, path: toWritten(segments, main) },
    { tree: main, path: segments },
  ];
  const target = segments[0] === "targets" ? targets.get(segments[1] ?? "") : undefined;
  if (target !== undefined && segments.length > 2) {
    const rest = segments.slice(2);
    const depth = (path: Path) => (knownDepth(target, path) === 0 ? 0 : knownDepth(target, path) + 2);
    const inTarget = [toWritten(rest, target), rest].map((path) => ({ tree: target, path, depth: depth(path) }));
    const [deepest] = inTarget.toSorted((a, b) => b.depth - a.depth);
    const written = knownDepth(main, segments);
    if (deepest !== undefined && deepest.depth >= written) return spanOf(deepest.tree, deepest.path);
  }
  const [best] = candidates.toSorted((a, b) => knownDepth(b.tree, b.path) - knownDepth(a.tree, a.path));
  return best === undefined ? spanOf(main, []) : spanOf(best.tree, best.path);
}

function knownDepth(tree: MapNode, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    if (nodeAt(tree, path.slice(0, length)) !== undefined) return length;
  }
  return 0;
}

/** A path of the normalised spec as the document has it. */
function toWritten(segments: readonly string[], tree: MapNode): Path {
  const [first, second, ...rest] = segments;
  if (first === "builders" && second !== undefined) return builderPath(second, rest, tree);
  if (first === "image" && second !== undefined) return [imageKeys[second] ?? second, ...healthcheckPath(second, rest)];
  if (first === "serverless" && second !== undefined)
    return second === "handler" ? ["handler", ...rest] : ["serverless"];
  if (first === "system" && second === "locales") return ["system", "locale", ...rest];
  if (first === "files" && second !== undefined) {
    const files = nodeAt(tree, ["files"]);
    const paths = files?.kind === "map" && /^\d+$/.test(second) ? sortedPaths(files.entries.keys()) : [];
    const key = paths[Number(second)];
    const renamed = rest[0] === "target" ? ["symlink"] : rest;
    return key === undefined ? segments : ["files", key, ...renamed];
  }
  return segments;
}

const imageKeys: Readonly<Record<string, string>> = { stopSignal: "stop-signal" };
const healthcheckKeys: Readonly<Record<string, string>> = {
  intervalNanoseconds: "interval",
  timeoutNanoseconds: "timeout",
  startPeriodNanoseconds: "start-period",
};

function healthcheckPath(key: string, rest: readonly string[]): readonly string[] {
  const [first, ...others] = rest;
  return key !== "healthcheck" || first === undefined ? rest : [healthcheckKeys[first] ?? first, ...others];
}

function builderPath(name: string, rest: readonly string[], tree: MapNode): Path {
  const isLong = name !== "main" || nodeAt(tree, ["builders", "main"]) !== undefined;
  const [key, index, ...others] = rest;
  // Of the short form only these keys are the builder's; `env` and the like at the top are the image's.
  if (!isLong && !shortKeys.has(key ?? "")) return ["from"];
  const base = isLong ? ["builders", name] : [];
  if (key === "from" && index !== undefined) return [...base, "from", fromKeys[index] ?? index, ...others];
  if (key !== "build" || index === undefined) return [...base, ...rest];
  const step = [...base, "build", index];
  const [field, ...more] = others;
  if (field === undefined) return step;
  if (nodeAt(tree, [...step, "copy"]) !== undefined) return [...step, "copy", field, ...more];
  return [...step, field === "command" ? "run" : field, ...more];
}

/** Keys of the builder `main` that may stand at the top. */
const shortKeys: ReadonlySet<string> = new Set(["from", "packages", "snapshot", "build"]);

const fromKeys: Readonly<Record<string, string>> = { path: "dockerfile", url: "git" };
