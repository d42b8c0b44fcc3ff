import type { Plugins } from "../closure/model/plugins.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import { type Diagnostic, isClean } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { LayerPlan } from "../image/layers.ts";
import type { Manifest, PartDependency } from "../inspect/manifest/manifest.ts";
import { checkPolicy, type FindFileCapabilities } from "../inspect/policy/policy.ts";
import { readDistribution } from "../packages/shared/os-release.ts";
import type { ClosureAnswer } from "../plan/closure-exchange.ts";
import { plannedTree } from "../plan/planned-tree.ts";
import type { RootFs } from "../rootfs/rootfs.ts";
import { type YieldToEventLoop, yieldingRootFs } from "../rootfs/yield-to-event-loop.ts";
import { readApplicationIdentity } from "./application-identity.ts";
import { readImageFacts } from "./image-facts.ts";
import { planImageLayers, splitLayers, withFolders } from "./layer-plans.ts";
import { type ObservedClosure, resolveObserved } from "./observed.ts";
import type { BaseImage } from "./overlay-image.ts";
import { partDependencies } from "./part-dependencies.ts";
import { placedRoots } from "./placed-roots.ts";
import { checkClosed } from "./self-check.ts";
import { countEntries, countUnknowns, countUnobserved } from "./statistics.ts";
import { openViews } from "./views.ts";

/** The closure without its graph, which is large. */
type SettledClosure = Omit<ObservedClosure, "nodes">;

interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

export interface Resolving {
  readonly request: ClosureRequest;
  /** The trees of `request.trees`, in their order. */
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  /** Awaited by the check of the finished image between two questions; that of `roots` is theirs. */
  readonly yieldToEventLoop?: YieldToEventLoop;
  /** Writes the layers and compares what came of them with the plans; throws when they differ. */
  writeLayers(plans: readonly LayerPlan[]): Promise<void>;
  /** Which of these files of the trees have file capabilities; asked only where a policy forbids them. */
  readonly findFileCapabilities?: FindFileCapabilities;
  /** The value of `request.secrets[index]`; undefined where it was not given. */
  secretAt?(index: number): Uint8Array | undefined;
  /** The base image, of which no layer is written again. */
  readonly baseImage?: BaseImage | undefined;
  /** Regular files of each tree, several names of one as several, and their bytes, each file's once. */
  countTrees(): readonly FileCount[] | Promise<readonly FileCount[]>;
}

/**
 * Answers a request: resolves the closure, writes its layers, and resolves it again inside them. Findings are part of
 * the answer; after an error nothing is written.
 */
export async function answerRequest(
  asked: Resolving,
): Promise<{ readonly answer: ClosureAnswer; readonly manifest: Manifest }> {
  const { plugins } = asked;
  const views = await openViews(asked.request, asked.roots);
  const view = views.get(asked.request.process.view);
  invariant(view !== undefined, "the request has no view for the image's process");
  const placed = await placedRoots(asked.request.process, view);
  const request = { ...asked.request, roots: [...asked.request.roots, ...placed] };
  const resolving = { ...asked, request };
  const { closure, dependencies } = await resolve(request, views, plugins);
  const image = await readImageFacts(closure, { request, view });
  const counted = countEntries(closure.entries, closure.packages);
  const planned = planTree(resolving, closure);
  const policy = await judge(resolving, { closure, counted, planned });
  const before = [...closure.diagnostics, ...image.findings, ...policy.diagnostics];
  const trees = treesOf(resolving);
  const { baseImage } = resolving;
  const plans = isClean(before) ? await planImageLayers(closure.entries, { request, trees, baseImage }) : [];
  const { written, unwritten } = splitLayers(plans, request);
  // Recordings leave out what code names: the closure of what is left is smaller by intent.
  const isChecked = plans.length > 0 && closure.unobserved === undefined;
  const check = isChecked ? () => checkClosed(closure, { request, layers: [planned], plugins, views }) : undefined;
  const { after, counts } = await writeAndCheck(resolving, written, check);
  const figures = {
    ...counted,
    builderPackages: closure.builderPackages,
    builderFiles: sum(counts.map((one) => one.files)),
    builderBytes: sum(counts.map((one) => one.bytes)),
    ...(closure.reported.length === 0 ? {} : { reportedLibraries: closure.reported.length }),
    ...(closure.unknowns.length === 0 ? {} : { unknowns: countUnknowns(closure.unknowns) }),
    ...(closure.unobserved === undefined ? {} : { unobserved: countUnobserved(closure.unobserved) }),
  };
  const layers = plans.map(({ name }) => name);
  const distribution = await readDistribution(view.root);
  const application = await readApplicationIdentity(request.trees, resolving.roots);
  const installation = request.trees.find(({ kind }) => kind === "dependencies")?.installation;
  return {
    answer: {
      version: 1,
      diagnostics: [...before, ...soften(after, request)],
      figures,
      config: image.config,
      ...givenIn(closure),
      layers,
      ...(unwritten.length === 0 ? {} : { unwritten }),
    },
    manifest: {
      version: 1,
      architecture: request.architecture,
      epochSeconds: request.epochSeconds,
      ...(distribution === undefined ? {} : { distribution }),
      figures,
      config: image.config,
      layers,
      ...(installation === undefined ? {} : { installation }),
      ...(policy.record === undefined ? {} : { policy: policy.record }),
      ...(application === undefined ? {} : { application }),
      packages: closure.packages,
      ...(dependencies.length === 0 ? {} : { dependencies }),
      ...(closure.reported.length === 0 ? {} : { reported: closure.reported }),
      ...(closure.unknowns.length === 0 ? {} : { unknowns: closure.unknowns }),
      ...(closure.leftOut.length === 0 ? {} : { leftOut: closure.leftOut }),
      ...(closure.unobserved === undefined ? {} : { unobserved: closure.unobserved }),
      entries: withFolders(closure.entries, plans),
    },
  };
}

/** Made directories that belong to an account: its home, and places of the application that it writes. */
function givenIn({ entries }: SettledClosure): Pick<ClosureAnswer, "given"> {
  const given = entries.filter(({ kind, tree, uid }) => kind === "directory" && tree === undefined && uid !== 0);
  return given.length === 0 ? {} : { given: given.map(({ path }) => path) };
}

/** The closure without its graph, which nothing needs once it is known who needs whom. */
async function resolve(
  ...asked: Parameters<typeof resolveObserved>
): Promise<{ readonly closure: SettledClosure; readonly dependencies: readonly PartDependency[] }> {
  const { nodes, ...closure } = await resolveObserved(...asked);
  return { closure, dependencies: partDependencies({ ...closure, nodes }) };
}

/** The tree that the image will be. */
function planTree(resolving: Resolving, { entries }: SettledClosure): RootFs {
  const { request, yieldToEventLoop } = resolving;
  const tree = plannedTree(entries, { trees: treesOf(resolving), epochSeconds: request.epochSeconds });
  return yieldToEventLoop === undefined ? tree : yieldingRootFs(tree, yieldToEventLoop);
}

/** Checks the policy of the spec, and looks for secrets of the build. */
async function judge(
  resolving: Resolving,
  {
    closure,
    counted,
    planned,
  }: { readonly closure: SettledClosure; readonly counted: ReturnType<typeof countEntries>; readonly planned: RootFs },
): ReturnType<typeof checkPolicy> {
  const { request, findFileCapabilities } = resolving;
  return checkPolicy({
    request,
    entries: closure.entries,
    figures: counted,
    ...(findFileCapabilities === undefined ? {} : { findFileCapabilities }),
    packages: closure.packages,
    root: planned,
    trees: treesOf(resolving),
    secrets: (request.secrets ?? []).flatMap((secret, index) => {
      const value = resolving.secretAt?.(index);
      return value === undefined ? [] : [{ ...secret, value }];
    }),
  });
}

/** Writes layers while the closure is resolved again in the tree that they will be. The first failure ends both. */
async function writeAndCheck(
  resolving: Resolving,
  written: readonly LayerPlan[],
  check: (() => Promise<readonly Diagnostic[]>) | undefined,
): Promise<{ readonly after: readonly Diagnostic[]; readonly counts: readonly FileCount[] }> {
  const writing = written.length === 0 ? undefined : resolving.writeLayers(written);
  const checking = check?.();
  // Skeleton requests are never reported, so statistics of the trees are skipped.
  const isReported = resolving.request.trees.every(({ skeletons }) => skeletons !== true);
  const counting = (checking ?? Promise.resolve()).then(async () => (isReported ? resolving.countTrees() : []));
  const [after = [], counts] = await Promise.all([checking, counting, writing]);
  return { after, counts };
}

function treesOf({ request, roots }: Resolving): ReadonlyMap<string, RootFs> {
  return new Map(
    request.trees.flatMap(({ id }, index) => (roots[index] === undefined ? [] : [[id, roots[index]] as const])),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function soften(found: readonly Diagnostic[], request: ClosureRequest): readonly Diagnostic[] {
  if (request.closure.missing === "error") return found;
  return found.map((one) => ({ ...one, severity: "warning" }));
}
