import { plannedTree } from "../closure/check/planned-tree.ts";
import { checkClosed } from "../closure/check/self-check.ts";
import type { ClosureEntry } from "../closure/model/closure.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import {
  type ClosureAnswer,
  type ClosureRequest,
  layerEntry,
  type RequestView,
  type UnwrittenLayer,
} from "../closure/model/request.ts";
import { generatedTreeId, openView, type TreeRoot, type View } from "../closure/model/view.ts";
import { resolveClosure } from "../closure/walk/resolve.ts";
import { type SpecFile, specFiles } from "../closure/walk/spec-files.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { isClean } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { type LayerPlan, planLayers } from "../image/layers.ts";
import type { Manifest } from "../inspect/manifest/manifest.ts";
import { checkPolicy, type FindFileCapabilities } from "../inspect/policy/policy.ts";
import { readDistribution } from "../packages/shared/os-release.ts";
import { type MemoryEntry, memoryRootFs } from "../rootfs/memory.ts";
import { type RootFs, rootPath } from "../rootfs/rootfs.ts";
import { type YieldToEventLoop, yieldingRootFs } from "../rootfs/yield-to-event-loop.ts";
import { nsswitchPath, printNsswitch } from "../system/nss.ts";
import { readImageFacts } from "./image-facts.ts";
import { type BaseImage, planOver } from "./overlay-image.ts";
import { countEntries, countUnknowns } from "./statistics.ts";

interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

export interface Resolving {
  readonly request: ClosureRequest;
  /** The trees of `request.sources`, in their order. */
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  /** What the check of the finished image waits for between two questions; that of `roots` is theirs. */
  readonly yieldToEventLoop?: YieldToEventLoop;
  /** Writes the layers and compares what came of them with the plans; throws when they differ. */
  writeLayers(plans: readonly LayerPlan[]): Promise<void>;
  /** Which files of the sources have file capabilities, of those asked for; asked only where a policy forbids them. */
  readonly findFileCapabilities?: FindFileCapabilities;
  /** The value of `request.secrets[index]`; undefined where it was not given. */
  secretAt?(index: number): Uint8Array | undefined;
  /** The base image, of which no layer is written again. */
  readonly baseImage?: BaseImage | undefined;
  /** Regular files of each source, several names of one as several, and their bytes, each file's once. */
  countTrees(): readonly FileCount[] | Promise<readonly FileCount[]>;
}

/**
 * Answers a request: resolves the closure, writes its layers, and resolves it again inside them. Findings are part of the
 * answer; after an error nothing is written.
 */
export async function answerRequest(
  resolving: Resolving,
): Promise<{ readonly answer: ClosureAnswer; readonly manifest: Manifest }> {
  const { request, plugins } = resolving;
  const views = await openViews(request, resolving.roots);
  const closure = await resolveClosure(request, views, plugins);
  const view = views.get(request.process.view);
  invariant(view !== undefined, "the request has no view for the image's process");
  const { config, findings } = await readImageFacts(closure, { request, view });
  const counted = countEntries(closure.entries, closure.packages);
  const trees = treesOf(resolving);
  const tree = plannedTree(closure.entries, { trees, epochSeconds: request.epochSeconds });
  const planned = resolving.yieldToEventLoop === undefined ? tree : yieldingRootFs(tree, resolving.yieldToEventLoop);
  const policy = await checkPolicy({
    request,
    entries: closure.entries,
    figures: counted,
    ...(resolving.findFileCapabilities === undefined ? {} : { findFileCapabilities: resolving.findFileCapabilities }),
    packages: closure.packages,
    root: planned,
    trees,
    secrets: (request.secrets ?? []).flatMap((secret, index) => {
      const value = resolving.secretAt?.(index);
      return value === undefined ? [] : [{ ...secret, value }];
    }),
  });
  const before = [...closure.diagnostics, ...findings, ...policy.diagnostics];
  const plans = isClean(before) ? await planAll(resolving, closure.entries) : [];
  const { written, unwritten } = splitLayers(plans, request);
  // The files are copied while the closure is resolved again in the tree that they will be.
  const writing = written.length === 0 ? undefined : resolving.writeLayers(written);
  const checking =
    plans.length === 0 ? undefined : checkClosed(closure, { request, layers: [planned], plugins, views });
  // Nobody prints a closure of skeletons, so that nobody asks for the sources' figures. What fails first ends it all.
  const isPrinted = request.trees.every(({ skeletons }) => skeletons !== true);
  const counting = (checking ?? Promise.resolve()).then(async () => (isPrinted ? resolving.countTrees() : []));
  const [after = [], counts] = await Promise.all([checking, counting, writing]);
  const diagnostics = [...before, ...soften(after, request)];
  const figures = {
    ...counted,
    builderPackages: closure.builderPackages,
    builderFiles: sum(counts.map((one) => one.files)),
    builderBytes: sum(counts.map((one) => one.bytes)),
    ...(closure.reported.length === 0 ? {} : { reportedLibraries: closure.reported.length }),
    ...(closure.unknowns.length === 0 ? {} : { unknowns: countUnknowns(closure.unknowns) }),
  };
  const distribution = await readDistribution(view.root);
  const names = plans.map((plan) => plan.name);
  const { architecture, epochSeconds } = request;
  return {
    answer: {
      version: 1,
      diagnostics,
      figures,
      config,
      layers: names,
      ...(unwritten.length === 0 ? {} : { unwritten }),
    },
    manifest: {
      version: 1,
      architecture,
      epochSeconds,
      ...(distribution === undefined ? {} : { distribution }),
      figures,
      config,
      layers: names,
      ...(policy.record === undefined ? {} : { policy: policy.record }),
      packages: closure.packages,
      ...(closure.reported.length === 0 ? {} : { reported: closure.reported }),
      ...(closure.unknowns.length === 0 ? {} : { unknowns: closure.unknowns }),
      ...(closure.leftOut.length === 0 ? {} : { leftOut: closure.leftOut }),
      entries: withFolders(closure.entries, plans),
    },
  };
}

interface SplitLayers {
  readonly written: readonly LayerPlan[];
  readonly unwritten: readonly UnwrittenLayer[];
}

/** Sets entries aside of which only skeletons are here: whoever has the files writes those. */
function splitLayers(plans: readonly LayerPlan[], { trees }: ClosureRequest): SplitLayers {
  const ids = new Set(trees.flatMap(({ id, skeletons }) => (skeletons === true ? [id] : [])));
  const isAside = ({ kind, tree }: ClosureEntry): boolean =>
    kind !== "directory" && tree !== undefined && ids.has(tree.id);
  const written: LayerPlan[] = [];
  const unwritten: UnwrittenLayer[] = [];
  for (const plan of plans) {
    const { name } = plan;
    const rest = plan.entries.filter((entry) => !isAside(entry));
    const isWhole = rest.length === plan.entries.length;
    const hasRest = rest.some(({ kind }) => kind !== "directory");
    if (isWhole || hasRest) written.push({ name, entries: rest });
    if (isWhole) continue;
    const entries = plan.entries.filter((entry) => entry.kind === "directory" || isAside(entry)).map(layerEntry);
    unwritten.push({ name, hasRest, entries });
  }
  return { written, unwritten };
}

async function planAll(resolving: Resolving, entries: readonly ClosureEntry[]): Promise<readonly LayerPlan[]> {
  const { baseImage, request } = resolving;
  if (baseImage === undefined) return planLayers(entries, request.layers);
  return planOver(entries, { baseImage, trees: treesOf(resolving) });
}

function treesOf({ request, roots }: Resolving): ReadonlyMap<string, RootFs> {
  return new Map(
    request.trees.flatMap(({ id }, index) => (roots[index] === undefined ? [] : [[id, roots[index]] as const])),
  );
}

/** The views of a request over the trees of its sources, with what Pith itself puts there on top. */
export async function openViews(request: ClosureRequest, roots: readonly RootFs[]): Promise<ReadonlyMap<string, View>> {
  const treesOf = (view: RequestView): readonly TreeRoot[] =>
    view.trees.map((id) => {
      const index = request.trees.findIndex((tree) => tree.id === id);
      const tree = request.trees[index];
      const root = roots[index];
      invariant(tree !== undefined && root !== undefined, `the request has no source "${id}"`);
      return { ...tree, root };
    });
  const plain = new Map(request.views.map((view) => [view.name, openView(view, treesOf(view))]));
  const located = await specFiles(request, plain);
  return new Map(
    request.views.map((view) => {
      const trees = treesOf(view);
      const isBuilder = trees.some((tree) => tree.kind === "builder");
      const generated = generatedTree(
        request,
        located.filter(({ home }) => home !== view.name),
      );
      return [view.name, openView(view, isBuilder ? [...trees, generated] : trees)];
    }),
  );
}

/** Files of the spec, and its name services: they decide what loads, whatever the builder's own say. */
function generatedTree(request: ClosureRequest, located: readonly SpecFile[]): TreeRoot {
  const { nss } = request.system;
  const nsswitch: readonly (readonly [string, MemoryEntry])[] =
    nss.length === 0 ? [] : [[nsswitchPath, { content: printNsswitch(nss) }]];
  const files = located.map(({ path, entry }): readonly [string, MemoryEntry] => [path, entry]);
  return { id: generatedTreeId, prefix: rootPath, kind: "extra", root: memoryRootFs([...nsswitch, ...files]) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function soften(found: readonly Diagnostic[], request: ClosureRequest): readonly Diagnostic[] {
  if (request.closure.missing === "error") return found;
  return found.map((one) => ({ ...one, severity: "warning" }));
}

function withFolders(entries: readonly ClosureEntry[], plans: readonly LayerPlan[]): Manifest["entries"] {
  const folders = new Map<string, string>();
  // A directory that several layers hold is counted for the lowest.
  for (const plan of plans.toReversed()) {
    for (const entry of plan.entries) folders.set(entry.path, plan.name);
  }
  return entries.map((entry) => ({ ...entry, folder: folders.get(entry.path) ?? entry.layer }));
}
