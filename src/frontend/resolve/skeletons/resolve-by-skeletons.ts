import type { ClosureRequest } from "../../../closure/model/request.ts";
import { isClean } from "../../../diagnostics/diagnostic.ts";
import type { FileAction } from "../../../formats/llb/state.ts";
import { matchGlob } from "../../../rootfs/glob.ts";
import type { PlatformBuild } from "../../build-context.ts";
import { type InputTree, type ResolvedClosure, resolveInEngine } from "../closure-step.ts";
import type { ReadApplication } from "./application.ts";
import { addedBytes, layerActions } from "./layer.ts";

const appId = "app";

/**
 * True for a request whose answer does not depend on the bytes of an application beyond its skeletons. A policy looks
 * for secrets, sizes and markers in what ships; a platform's client is told of the function in its source.
 */
function allowsSkeletons({ policy, secrets, process: proc }: ClosureRequest): boolean {
  return policy === undefined && secrets === undefined && proc.call === undefined;
}

/**
 * Resolves a closure with skeletons in place of the application's sources, so that the engine recalls it after an edit
 * that changes no skeleton, and adds the application's files to their layers. Undefined where only the sources
 * themselves will do.
 */
export async function resolveBySkeletons(
  build: PlatformBuild,
  request: ClosureRequest,
  { trees, application }: { readonly trees: readonly InputTree[]; readonly application: ReadApplication },
): Promise<ResolvedClosure | undefined> {
  const { skeletons, leftOut } = application;
  const input = request.trees.find(({ id }) => id === appId);
  const excluded = input?.exclude ?? [];
  // An unread file has to be one that neither ships nor is seen.
  const isWhole = leftOut.every((path) => excluded.some((pattern) => matchGlob(pattern, path)));
  if (!isWhole || !allowsSkeletons(request)) return undefined;
  const inputs = request.trees.map((one) => (one.id === appId ? { ...one, skeletons: true as const } : one));
  const closure = await resolveInEngine(
    build,
    { ...request, trees: inputs },
    { trees: trees.map((tree, index) => (inputs[index]?.id === appId ? skeletons : tree)) },
  );
  const { answer } = closure;
  if (!isClean(answer.diagnostics)) return closure;
  const { figures, unwritten = [] } = answer;
  const added = new Map<string, readonly FileAction[]>();
  for (const layer of unwritten) {
    added.set(layer.name, await layerActions(build, layer, { application, epochSeconds: request.epochSeconds }));
  }
  const bytes = figures.bytes + addedBytes(unwritten, application);
  return { ...closure, answer: { ...answer, figures: { ...figures, bytes } }, added, wholeTrees: trees };
}
