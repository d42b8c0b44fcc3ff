import type { RequestRoot } from "../closure/model/request.ts";
import { BuildError, type Diagnostic, isClean } from "../diagnostics/diagnostic.ts";
import { groupDigits } from "../diagnostics/numbers.ts";
import { editFiles } from "../formats/llb/ops/file.ts";
import type { FileAction, State } from "../formats/llb/state.ts";
import { emptySettings, type ImageSettings } from "../formats/oci/image-config.ts";
import { composeImageConfig, layerHistory } from "../image/compose-config.ts";
import { closureBuilders, composeRequest, usesContextFiles } from "../plan/closure-request.ts";
import { adoptsImage, notApplication, planSettings, processBuilder, settleSettings } from "../plan/image-process.ts";
import { defaultEpochSeconds } from "../plan/options.ts";
import { describeUnknowns } from "../plan/unknown-summary.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import type { AppSpec } from "../spec/spec.ts";
import { type PlatformBuild, progressName, showWarnings } from "./build-context.ts";
import { type BuiltStage, openStages } from "./builders/stages.ts";
import { installDependencies } from "./dependencies/dependencies.ts";
import type { Ref } from "./engine.ts";
import { checkLock } from "./lock/lock-target.ts";
import type { PlannedImage } from "./planned-image.ts";
import { type InputTree, maximumTrees, resolveInEngine } from "./resolve/closure-step.ts";
import { readApplication } from "./resolve/skeletons/application.ts";
import { resolveBySkeletons } from "./resolve/skeletons/resolve-by-skeletons.ts";
import { solveState } from "./solve.ts";
import { traceClosure } from "./verify/trace.ts";
import { verifyImage } from "./verify/verify.ts";

/** What an image has beside its own spec. */
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

/** Solves the builders, resolves the closure, and settles the image's configuration. Throws every finding as `BuildError`. */
export async function planImage(build: PlatformBuild, over: Planning = {}): Promise<PlannedImage> {
  const { spec } = build;
  const stages = openStages(build, () => build.contexts.contextState(contextPaths(build)));
  const pendingMain = stages.find(processBuilder(spec));
  const [main, dependencies, application] = await Promise.all([
    pendingMain,
    spec.app === undefined ? undefined : installDependencies(build, pendingMain, spec.app, spec.interpreter),
    over.isPlain === true && spec.trace === undefined && !adoptsImage(spec)
      ? readApplication(build, planSettings(spec, emptySettings, {}), async () => stages.findTree("context"))
      : undefined,
  ]);
  const planned = planSettings(spec, adoptsImage(spec) ? main.settings : emptySettings, build.options.labels);
  const epochSeconds = build.options.epochSeconds ?? defaultEpochSeconds;
  const builders = await Promise.all(closureBuilders(spec).map((name) => stages.find(name)));
  const composed = composeRequest(spec, {
    architecture: build.platform.architecture,
    epochSeconds,
    settings: planned,
    searchPaths: new Map(builders.map((stage) => [stage.name, stage.searchPath])),
    libraryPaths: new Map(builders.map((stage) => [stage.name, stage.env["LD_LIBRARY_PATH"] ?? ""])),
    dependencies,
    notApplication: notApplication(build.options.specName, dependencies?.manager),
  });
  const request = { ...composed, roots: [...composed.roots, ...(over.tools ?? [])] };
  if (request.trees.length > maximumTrees) {
    throw new BuildError([
      {
        severity: "error",
        code: "TOO_MANY_SOURCES",
        message: `cannot resolve the closure: it takes files from ${String(request.trees.length)} trees, and at most ${String(maximumTrees)} are possible`,
        hint: "gather the files of several builders in one with copy steps",
        pointer: "/builders",
      },
    ]);
  }
  const appTree = await openAppTree(build, stages.findTree, main, planned);
  const trees = request.trees.map((tree): InputTree => {
    if (tree.id === "app") return appTree;
    if (tree.id === "dependencies") return { state: dependencies?.state, directory: "/", byContent: false };
    if (tree.id === "context") {
      return { state: build.contexts.contextState(contextPaths(build)), directory: "/", byContent: true };
    }
    const stage = builders.find(({ name }) => `builder:${name}` === tree.id);
    return { state: stage?.state, directory: "/", byContent: false };
  });
  await checkLock(build, await stages.made());
  const bySkeletons = application && (await resolveBySkeletons(build, request, { trees, application }));
  const resolvable = { trees, baseImage: over.baseImage?.closure, name: over.resolveName };
  const closure = bySkeletons ?? (await resolveInEngine(build, request, resolvable));
  const { answer } = closure;
  await report(build, answer.diagnostics);
  const settings = settleSettings(spec, planned, answer.config);
  return { closure, settings, epochSeconds, baseImage: over.baseImage, layerNote: over.layerNote };
}

/** Lays the closure's layers on an empty image, and runs the spec's checks in it. */
export async function solveImage(
  build: PlatformBuild,
  image: PlannedImage,
): Promise<{ readonly ref: Ref | undefined; readonly config: Uint8Array }> {
  const layers = layersOf(image);
  const below = image.baseImage === undefined ? undefined : layersOf(image.baseImage).length;
  let state: State;
  let stateBelow: State;
  for (const [index, located] of layers.entries()) {
    const { layer, from } = located;
    if (index === below) stateBelow = state;
    state = editFiles(state, actionsOf(located), {
      name: progressName(
        build,
        "pith",
        `${layer === layers[0]?.layer ? `closure of ${figures(image)}: ` : ""}layer ${layer}${from === image.closure.output ? (image.layerNote ?? "") : ""}`,
      ),
      spans: [build.spanOf("")],
    });
  }
  await Promise.all([verifyImage(build, image, { state, below: stateBelow }), traceClosure(build, image, state)]);
  const config = composeImageConfig({
    platform: build.platform,
    settings: image.settings,
    epochSeconds: image.epochSeconds,
    history: layerHistory(layers.map(({ layer }) => layer)),
  });
  return { ref: state === undefined ? undefined : await solveState(build, state), config };
}

interface LayerLocation {
  readonly layer: string;
  readonly from: State;
  /** False where nothing of it was written. */
  readonly isWritten: boolean;
  readonly added: readonly FileAction[];
}

/** All layers, lowest first, each with the tree that holds it. */
function layersOf({ closure, baseImage }: PlannedImage): readonly LayerLocation[] {
  const { answer, added, output } = closure;
  const own = answer.layers.map((layer): LayerLocation => {
    const isWritten = answer.unwritten?.find(({ name }) => name === layer)?.hasRest ?? true;
    return { layer, from: output, isWritten, added: added?.get(layer) ?? [] };
  });
  return [...(baseImage === undefined ? [] : layersOf(baseImage)), ...own];
}

/** What makes a layer: the archive of the resolver's, and over it what it had no files for. */
function actionsOf({ layer, from, isWritten, added }: LayerLocation): readonly FileAction[] {
  if (!isWritten) return added;
  return [{ kind: "copy", from, src: `/layers/${layer}.tar`, dest: "/", unpack: true }, ...added];
}

/** The closure in one line: `1,213 files, 41.2 MB, 38 of 142 packages`. */
function figures(image: PlannedImage): string {
  const { files, bytes, packages, builderPackages, reportedLibraries = 0, unknowns } = image.closure.answer.figures;
  const megabytes = (bytes / 1e6).toFixed(1);
  const known = `${groupDigits(files)} files, ${megabytes} MB, ${String(packages)} of ${String(builderPackages)} packages`;
  const count = unknowns === undefined ? known : `${known}, ${describeUnknowns(unknowns)}`;
  // Who misses a feature at run time finds here that something may have been left out.
  if (reportedLibraries === 0) return count;
  return `${count}, ${reportedLibraries === 1 ? "1 library" : `${String(reportedLibraries)} libraries`} only named in strings left out`;
}

async function report(build: PlatformBuild, diagnostics: readonly Diagnostic[]): Promise<void> {
  const located = diagnostics.map((found) => ({
    ...found,
    message: found.message + originText(build, found),
    span: found.span ?? build.spanOf(found.pointer ?? ""),
  }));
  if (!isClean(located)) throw new BuildError(located.filter((found) => found.severity === "error"));
  await showWarnings(build, located);
}

/** The second place of a finding, which a snippet of the first does not show. */
function originText(build: PlatformBuild, { origin }: Diagnostic): string {
  if (origin === undefined) return "";
  const { file, start } = build.spanOf(origin);
  return `; brought in by ${file}:${String(start.line)}`;
}

async function openAppTree(
  build: PlatformBuild,
  findTree: (name: string) => Promise<State>,
  main: BuiltStage,
  settings: ImageSettings,
): Promise<InputTree> {
  const { app } = build.spec;
  if (app === undefined) return { state: main.state, directory: settings.workdir ?? "/", byContent: false };
  const state = await findTree(app.from);
  return { state, directory: toAbsPath(app.src), byContent: app.from === "context" };
}

/** Paths of the build context that the build reads, so that no others are transferred; undefined: all. */
export function contextPaths(build: PlatformBuild): readonly string[] | undefined {
  const { spec } = build;
  const paths = new Set<string>();
  if (usesAppFromContext(spec.app)) paths.add(cleanPath(spec.app.src));
  for (const builder of Object.values(spec.builders)) {
    for (const step of builder.build) {
      if (step.kind === "copy" && step.from === "context") {
        for (const source of step.src) paths.add(source.includes("**") ? "" : cleanPath(source));
      }
      if (step.kind === "run" && step.mounts.some((mount) => mount.type === "bind" && mount.from === "context")) {
        paths.add("");
      }
    }
  }
  for (const file of spec.files) {
    if (file.kind === "copy" && file.from === "context") paths.add(/[*?[]/u.test(file.src) ? "" : cleanPath(file.src));
  }
  if (Array.isArray(spec.system.certificates)) {
    for (const certificate of spec.system.certificates) paths.add(cleanPath(String(certificate)));
  }
  return paths.has("") || (paths.size === 0 && !usesContextFiles(spec)) ? undefined : [...paths].sort();
}

function usesAppFromContext(app: AppSpec | undefined): app is AppSpec {
  return app !== undefined && app.from === "context";
}

function cleanPath(path: string): string {
  return toAbsPath(path).slice(1);
}
