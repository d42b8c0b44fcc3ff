import type { ClosureRequest, RequestRoot, StatedRun } from "../closure/model/request.ts";
import { BuildError, type Diagnostic, refuseErrors } from "../diagnostics/diagnostic.ts";
import type { State } from "../formats/llb/state.ts";
import { emptySettings } from "../formats/oci/image-config.ts";
import { settleImage } from "../image/settle-image.ts";
import { closureBuilders } from "../plan/closure-request.ts";
import { composeRuns } from "../plan/compose-runs.ts";
import { contextPaths } from "../plan/context-paths.ts";
import { baseLabel } from "../plan/image-origin.ts";
import { adoptsImage, planSettings, processBuilder } from "../plan/image-process.ts";
import { defaultEpochSeconds } from "../plan/options.ts";
import { listTrees, planRequest, type RequestPlan } from "../plan/request-plan.ts";
import { maximumTrees } from "../plan/resolver-mounts.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { type PlatformBuild, showWarnings } from "./build-context.ts";
import { type BuiltStage, openStages, type Stages } from "./builders/stages.ts";
import { specFileNames } from "./contexts/contexts.ts";
import { type DependencyTree, installDependencies } from "./dependencies/dependencies.ts";
import { checkLock } from "./lock/lock-target.ts";
import type { PlannedImage } from "./planned-image.ts";
import { type InputTree, type Resolvable, type ResolvedClosure, resolveInEngine } from "./resolve/closure-step.ts";
import { resolveObserved } from "./resolve/observed.ts";
import { type ReadApplication, readApplication } from "./resolve/skeletons/application.ts";
import { resolveBySkeletons } from "./resolve/skeletons/resolve-by-skeletons.ts";

/** The inputs of an image beside its own spec. */
export interface Planning {
  /** True for an image whose closure is only taken for its layers: nobody prints it or lies an image over it. */
  readonly isPlain?: boolean;
  /** The base image. */
  readonly baseImage?: PlannedImage;
  /** Programs that the spec does not name among its own. */
  readonly tools?: readonly RequestRoot[];
  /** The name of the resolver's step, and what follows the layer's name in that of its own. */
  readonly resolveName?: string;
  readonly layerNote?: string;
}

/**
 * Solves the builders, resolves the closure, and settles the image's configuration. Throws every finding as
 * `BuildError`.
 */
export async function planImage(build: PlatformBuild, over: Planning = {}): Promise<PlannedImage> {
  const { spec, options } = build;
  const stages = openStages(build, () => contextTree(build).state);
  const inputs = await prepareInputs(build, stages, over);
  const plan = planRequest(spec, {
    specName: options.specName,
    architecture: build.platform.architecture,
    epochSeconds: options.epochSeconds ?? defaultEpochSeconds,
    labels: { ...baseLabel(spec, inputs.main.image), ...options.labels },
    base: inputs.main.settings,
    placed: inputs.main.placed,
    environments: new Map(inputs.builders.map((stage) => [stage.name, stage.env])),
    dependencies: inputs.dependencies,
    runs: await statedRuns(build),
    ...(over.tools === undefined ? {} : { tools: over.tools }),
  });
  checkTreeCount(plan.request);
  const trees = await openTrees(build, stages, { ...inputs, plan });
  await checkLock(build, await stages.made());
  const closure =
    spec.observed === undefined
      ? await resolve(build, plan.request, { trees, application: inputs.application, over })
      : await resolveObserved(build, plan, { ...inEngine(trees, over), stages });
  await report(build, closure.answer.diagnostics);
  const settled = settleImage(spec, { ...plan, request: closure.request }, closure.answer);
  return { closure, ...settled, baseImage: over.baseImage, layerNote: over.layerNote, stages };
}

/** How the Compose files beside the spec run the image. */
async function statedRuns({ contexts, options }: PlatformBuild): Promise<readonly StatedRun[]> {
  return composeRuns(await contexts.readSpecFiles(specFileNames(options.specName)), options);
}

/** The inputs of the trees of a request. */
interface Inputs {
  /** The builder whose root the image's process sees. */
  readonly main: BuiltStage;
  /** Every builder that the closure sees. */
  readonly builders: readonly BuiltStage[];
  readonly dependencies: DependencyTree | undefined;
  /** The application's sources, where their skeletons do in their place. */
  readonly application: ReadApplication | undefined;
}

async function prepareInputs(build: PlatformBuild, stages: Stages, { isPlain }: Planning): Promise<Inputs> {
  const { spec } = build;
  const pendingMain = stages.find(processBuilder(spec));
  const isRun = spec.trace !== undefined || spec.observed !== undefined;
  const takesSkeletons = isPlain === true && !isRun && !adoptsImage(spec);
  const [main, dependencies, application] = await Promise.all([
    pendingMain,
    spec.app === undefined ? undefined : installDependencies(build, pendingMain, spec.app, spec.interpreter),
    takesSkeletons
      ? readApplication(build, planSettings(spec, emptySettings, {}), async () => stages.findTree("context"))
      : undefined,
  ]);
  const builders = await Promise.all(closureBuilders(spec).map((name) => stages.find(name)));
  return { main, builders, dependencies, application };
}

/** The frontend's image has mount points for so many. */
function checkTreeCount({ trees }: ClosureRequest): void {
  if (trees.length <= maximumTrees) return;
  throw new BuildError([
    {
      severity: "error",
      code: "TOO_MANY_SOURCES",
      message: `cannot resolve the closure: it takes files from ${String(trees.length)} trees, and at most ${String(maximumTrees)} are possible`,
      hint: "gather the files of several builders in one with copy steps",
      pointer: "/builders",
    },
  ]);
}

async function openTrees(
  build: PlatformBuild,
  stages: Stages,
  { main, builders, dependencies, plan }: Inputs & { readonly plan: RequestPlan },
): Promise<readonly InputTree[]> {
  const application = await openApplication(build, stages, { main, plan });
  const whole = (state: State): InputTree => ({ state, directory: "/", byContent: false });
  return listTrees<InputTree>(plan.request, {
    application: () => application,
    dependencies: () => whole(dependencies?.state),
    context: () => contextTree(build),
    builder: (name) => whole(builders.find((stage) => stage.name === name)?.state),
  });
}

function contextTree({ spec, contexts }: PlatformBuild): InputTree {
  return { state: contexts.contextState(contextPaths(spec)), directory: "/", byContent: true };
}

async function openApplication(
  { spec }: PlatformBuild,
  stages: Stages,
  { main, plan }: Pick<Inputs, "main"> & { readonly plan: RequestPlan },
): Promise<InputTree> {
  const { app } = spec;
  if (app === undefined) return { state: main.state, directory: plan.settings.workdir ?? "/", byContent: false };
  const state = await stages.findTree(app.from);
  return { state, directory: toAbsPath(app.src), byContent: app.from === "context" };
}

/** Resolves by the skeletons of the application where they tell enough, else by its files. */
async function resolve(
  build: PlatformBuild,
  request: ClosureRequest,
  { trees, application, over }: Pick<Inputs, "application"> & Resolvable & { readonly over: Planning },
): Promise<ResolvedClosure> {
  const bySkeletons = application && (await resolveBySkeletons(build, request, { trees, application }));
  return bySkeletons ?? resolveInEngine(build, request, inEngine(trees, over));
}

function inEngine(trees: readonly InputTree[], { baseImage, resolveName }: Planning): Resolvable {
  return { trees, baseImage: baseImage?.closure, name: resolveName };
}

async function report(build: PlatformBuild, diagnostics: readonly Diagnostic[]): Promise<void> {
  const located = diagnostics.map((found) => ({
    ...found,
    message: found.message + originText(build, found),
    span: found.span ?? build.spanOf(found.pointer ?? ""),
  }));
  refuseErrors(located);
  await showWarnings(build, located);
}

/** The second place of a finding, which a snippet of the first does not show. */
function originText(build: PlatformBuild, { origin }: Diagnostic): string {
  if (origin === undefined) return "";
  const { file, start } = build.spanOf(origin);
  return `; brought in by ${file}:${String(start.line)}`;
}
