import type { Plugins } from "../closure/model/plugins.ts";
import type { ClosureRequest, RequestRoot, StatedRun } from "../closure/model/request.ts";
import { type Diagnostic, refuseErrors } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { finishConfig } from "../image/finish-config.ts";
import { type LayerContents, layerArchive, readEntry } from "../image/layer-archive.ts";
import type { LayerPlan } from "../image/layers.ts";
import { imageConfig, settleImage } from "../image/settle-image.ts";
import type { Manifest } from "../inspect/manifest/manifest.ts";
import type { TreePath } from "../inspect/policy/policy.ts";
import type { ClosureAnswer } from "../plan/closure-exchange.ts";
import type { HeldLock } from "../plan/lock.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { builderEnvironment, listTrees, planRequest, type RequestPlan } from "../plan/request-plan.ts";
import { answerRequest } from "../resolver/answer.ts";
import type { BaseImage } from "../resolver/overlay-image.ts";
import type { Recording } from "../rootfs/recording.ts";
import type { RootFs } from "../rootfs/rootfs.ts";
import { type YieldToEventLoop, yieldingRootFs } from "../rootfs/yield-to-event-loop.ts";
import type { Spec } from "../spec/spec.ts";
import {
  type AssemblyRoot,
  type AssemblyTree,
  type GatheredTrees,
  type Gathering,
  gatherTrees,
} from "./assembly-trees.ts";
import { checkBuilders } from "./held-builders.ts";

/** A layer that was written somewhere. */
export interface AssembledLayer {
  readonly name: string;
  /** Digest of its archive. */
  readonly diffId: string;
}

export interface Assembling<Layer extends AssembledLayer> {
  readonly spec: Spec;
  readonly specName: string;
  readonly platform: Platform;
  readonly epochSeconds: number;
  readonly labels: Readonly<Record<string, string>>;
  /** How services of Compose run the image. */
  readonly runs?: readonly StatedRun[];
  /** Recorded runs that cut the closure. */
  readonly observed?: readonly Recording[] | undefined;
  /** Finished builders by name: their steps are taken as done. */
  readonly builders: ReadonlyMap<string, AssemblyRoot>;
  /** The application's installed dependencies. */
  readonly dependencies: AssemblyRoot | undefined;
  /** The build context, ignore rules applied. */
  readonly context: AssemblyRoot;
  readonly plugins: Plugins;
  /** What the builders have to be. */
  readonly lock?: HeldLock | undefined;
  /** Awaited between two questions to the trees, so that signals are heard. */
  readonly yieldToEventLoop: YieldToEventLoop;
  /** Keeps the archive of a layer; `contents` is what it is made of. An archive that is not read costs nothing. */
  writeLayer(name: string, archive: AsyncIterable<Uint8Array>, contents: LayerContents): Promise<Layer>;
  /** Answers from before, of who makes the image of a spec again and again. */
  readonly known?: KnownAnswers;
}

/** What the resolver found for a request. */
export interface Answered {
  readonly answer: ClosureAnswer;
  readonly manifest: Manifest;
  /** The layers, bottom first. */
  readonly plans: readonly LayerPlan[];
}

/** Remembers what the resolver found, and for which files. */
export interface KnownAnswers {
  /** The answer to a request where none of its files has changed in a way that matters; undefined: ask anew. */
  find(request: ClosureRequest, roots: ReadonlyMap<string, RootFs>): Promise<Answered | undefined>;
  /** Keeps the answer to the request that was last sought. */
  keep(answered: Answered): void;
}

/** An image that is ready to be stored. */
export interface AssembledImage<Layer extends AssembledLayer> {
  readonly platform: Platform;
  readonly config: Uint8Array;
  /** Bottom first. */
  readonly layers: readonly Layer[];
  /** All layers as one tree. */
  readonly contents: LayerContents;
  readonly figures: ClosureAnswer["figures"];
  readonly manifest: Manifest;
  readonly request: ClosureRequest;
  /** The trees of the request, by id. */
  readonly roots: ReadonlyMap<string, RootFs>;
  readonly warnings: readonly Diagnostic[];
}

/** The base image and the tools of a debug image. */
export interface AssemblingOver<Layer extends AssembledLayer> {
  readonly baseImage: AssembledImage<Layer>;
  /** Programs that the spec does not name among its own. */
  readonly tools: readonly RequestRoot[];
}

/**
 * Makes the image of a spec from finished builders, without an engine: the same closure, the same layers and the same
 * configuration as the frontend's. Throws findings as `BuildError`, SOURCE_NEEDED for what only an engine can make.
 */
export async function assemble<Layer extends AssembledLayer>(
  assembling: Assembling<Layer>,
  over?: AssemblingOver<Layer>,
): Promise<AssembledImage<Layer>> {
  const { spec, platform } = assembling;
  const gathered = await gatherTrees(assembling);
  const { lock, plugins } = assembling;
  const { builders } = gathered;
  if (lock !== undefined) await checkBuilders(lock, { builders, platform: formatPlatform(platform), plugins });
  const planned = planRequest(spec, {
    specName: assembling.specName,
    architecture: platform.architecture,
    epochSeconds: assembling.epochSeconds,
    labels: assembling.labels,
    base: gathered.main.settings,
    environments: environmentsOf(spec, gathered),
    dependencies: gathered.dependencies,
    ...(assembling.runs === undefined ? {} : { runs: assembling.runs }),
    ...(over === undefined ? {} : { tools: over.tools }),
  });
  const { observed } = assembling;
  const plan = observed === undefined ? planned : { ...planned, request: { ...planned.request, observed } };
  const trees = openTrees(assembling, gathered, plan);
  const written = await resolveAndWrite(assembling, { request: plan.request, trees, baseImage: over?.baseImage });
  const { answer, manifest, contents } = written;
  refuseErrors(answer.diagnostics);
  const layers = [...(over?.baseImage.layers ?? []), ...written.layers];
  const settled = settleImage(spec, plan, answer);
  return {
    platform,
    config: finishConfig(
      imageConfig(settled, { platform, layers: layers.map(({ name }) => name) }),
      layers.map(({ diffId }) => diffId),
    ),
    layers,
    contents: over === undefined ? contents : layContents(over.baseImage.contents, contents),
    figures: answer.figures,
    manifest,
    request: plan.request,
    roots: written.roots,
    warnings: answer.diagnostics,
  };
}

function environmentsOf(
  spec: Spec,
  { builders }: GatheredTrees,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  return new Map(
    [...builders].map(([name, { settings }]) => [name, builderEnvironment(settings.env, spec.builders[name])]),
  );
}

/** The trees of a request by id, in its order. */
function openTrees(
  { context, dependencies }: Pick<Gathering, "context" | "dependencies">,
  { application, builders }: GatheredTrees,
  { request }: RequestPlan,
): ReadonlyMap<string, AssemblyTree> {
  const trees = listTrees<AssemblyTree>(request, {
    application: () => application,
    dependencies: () => present(dependencies, "the dependencies"),
    context: () => context,
    builder: (name) => present(builders.get(name), `builder ${name}`),
  });
  return new Map(request.trees.map(({ id }, index) => [id, present(trees[index], id)]));
}

function present<T>(tree: T | undefined, name: string): T {
  invariant(tree !== undefined, `no tree was gathered for ${name}`);
  return tree;
}

async function resolveAndWrite<Layer extends AssembledLayer>(
  assembling: Assembling<Layer>,
  {
    request,
    trees,
    baseImage,
  }: {
    readonly request: ClosureRequest;
    readonly trees: ReadonlyMap<string, AssemblyTree>;
    readonly baseImage: AssembledImage<Layer> | undefined;
  },
): Promise<{
  readonly answer: ClosureAnswer;
  readonly manifest: Manifest;
  readonly layers: readonly Layer[];
  readonly contents: LayerContents;
  readonly roots: ReadonlyMap<string, RootFs>;
}> {
  const { epochSeconds, yieldToEventLoop, known } = assembling;
  const roots = new Map([...trees].map(([id, { root }]) => [id, yieldingRootFs(root, yieldToEventLoop)]));
  const layers: Layer[] = [];
  const writeLayers = async (plans: readonly LayerPlan[]): Promise<void> => {
    for (const { name, entries } of plans) {
      const own = { entries, roots, epochSeconds };
      layers.push(await assembling.writeLayer(name, layerArchive(own), own));
    }
  };
  const remembered = baseImage === undefined ? await known?.find(request, roots) : undefined;
  if (remembered !== undefined) await writeLayers(remembered.plans);
  const answered = remembered ?? (await askResolver(assembling, { request, trees, baseImage, roots, writeLayers }));
  if (remembered === undefined && baseImage === undefined) known?.keep(answered);
  const { answer, manifest, plans } = answered;
  const entries = new Map(plans.flatMap((plan) => plan.entries.map((entry) => [entry.path, entry])));
  return { answer, manifest, layers, contents: { entries: [...entries.values()], roots, epochSeconds }, roots };
}

/** Resolves a closure while its layers are written. */
async function askResolver<Layer extends AssembledLayer>(
  { plugins, yieldToEventLoop }: Assembling<Layer>,
  asking: {
    readonly request: ClosureRequest;
    readonly trees: ReadonlyMap<string, AssemblyTree>;
    readonly baseImage: AssembledImage<Layer> | undefined;
    readonly roots: ReadonlyMap<string, RootFs>;
    readonly writeLayers: (plans: readonly LayerPlan[]) => Promise<void>;
  },
): Promise<Answered> {
  const { request, trees, baseImage, roots } = asking;
  let plans: readonly LayerPlan[] = [];
  const { answer, manifest } = await answerRequest({
    request,
    roots: [...roots.values()],
    plugins,
    yieldToEventLoop,
    async writeLayers(planning) {
      plans = planning;
      await asking.writeLayers(planning);
    },
    findFileCapabilities: async (locations) => findCapabilities(trees, locations),
    ...(baseImage === undefined ? {} : { baseImage: toBaseImage(baseImage) }),
    countTrees: () => Promise.all([...trees.values()].map(async (tree) => tree.count())),
  });
  return { answer, manifest, plans };
}

/** Asks each tree for its own. Undefined where one of them cannot tell. */
async function findCapabilities(
  trees: ReadonlyMap<string, AssemblyTree>,
  locations: readonly TreePath[],
): Promise<readonly TreePath[] | undefined> {
  const having: TreePath[] = [];
  for (const [id, tree] of trees) {
    const own = locations.filter((location) => location.id === id);
    const found = await tree.findFileCapabilities(own.map(({ path }) => path));
    if (found === undefined) return undefined;
    having.push(...own.filter(({ path }) => found.has(path)));
  }
  return having;
}

function toBaseImage({ manifest, contents }: AssembledImage<AssembledLayer>): BaseImage {
  const written = new Map<string, LayerContents["entries"][number]>(
    contents.entries.map((entry) => [entry.path, entry]),
  );
  return {
    entries: manifest.entries,
    async read({ path }) {
      const entry = written.get(path);
      if (entry === undefined) return undefined;
      const pieces: Uint8Array[] = [];
      for await (const piece of readEntry(entry, contents)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
  };
}

function layContents(lower: LayerContents, upper: LayerContents): LayerContents {
  const entries = new Map([...lower.entries, ...upper.entries].map((entry) => [entry.path, entry]));
  return { ...upper, entries: [...entries.values()], roots: new Map([...lower.roots, ...upper.roots]) };
}
