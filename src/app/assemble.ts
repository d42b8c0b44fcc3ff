import type { Manifest } from "../closure/manifest.ts";
import type { Plugins } from "../closure/plugins.ts";
import type { ClosureAnswer, ClosureRequest } from "../closure/request.ts";
import { BuildError, type Diagnostic, isClean } from "../diagnostics/diagnostic.ts";
import type { Platform } from "../engine/engine.ts";
import { composeImageConfig, layerHistory } from "../image/compose-config.ts";
import { finishConfig } from "../image/finish-config.ts";
import { type LayerContents, layerArchive } from "../image/layer-archive.ts";
import type { LayerPlan } from "../image/layers.ts";
import { emptySettings, type ImageSettings } from "../oci/image-config.ts";
import { closureBuilders, composeRequest } from "../plan/closure-request.ts";
import { adoptsImage, notApplication, planSettings, processBuilder, settleSettings } from "../plan/image-process.ts";
import { countTree } from "../rootfs/count.ts";
import { defaultPath } from "../rootfs/default-path.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { subtreeRootFs } from "../rootfs/subtree.ts";
import type { Spec } from "../spec/spec.ts";
import { chooseManager, dependencyMarkers, dependencyPlace } from "./dependencies.ts";
import { answerRequest } from "./resolve.ts";

/** A root file system that the caller hands over. */
export interface AssemblySource {
  readonly root: RootFs;
  readonly settings: ImageSettings;
  /** Regular files and their bytes. */
  count(): FileCount | Promise<FileCount>;
}

interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

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
  /** Finished builders by name: their steps are taken as done. */
  readonly builders: ReadonlyMap<string, AssemblySource>;
  /** The application's installed dependencies. */
  readonly dependencies: AssemblySource | undefined;
  /** The build context, ignore rules applied. */
  readonly context: AssemblySource;
  readonly plugins: Plugins;
  /** Keeps the archive of a layer. */
  writeLayer(name: string, archive: AsyncIterable<Uint8Array>): Promise<Layer>;
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
  readonly warnings: readonly Diagnostic[];
}

/**
 * Makes the image of a spec from finished builders, without an engine: the same closure, the same layers and the same
 * configuration as the frontend's. Throws findings as `BuildError`, SOURCE_NEEDED for what only an engine can make.
 */
export async function assemble<Layer extends AssembledLayer>(
  assembling: Assembling<Layer>,
): Promise<AssembledImage<Layer>> {
  const { spec, platform, epochSeconds, builders, context, plugins } = assembling;
  refuseUnchecked(spec);
  const names = closureBuilders(spec);
  const sources = new Map(names.map((name) => [name, findBuilder(spec, name, builders)]));
  const main = sources.get(processBuilder(spec));
  const planned = planSettings(
    spec,
    adoptsImage(spec) ? (main?.settings ?? emptySettings) : emptySettings,
    assembling.labels,
  );
  const dependencies = await findDependencies(assembling);
  const environments = names.map((name): readonly [string, Readonly<Record<string, string>>] => [
    name,
    { PATH: defaultPath, ...sources.get(name)?.settings.env, ...spec.builders[name]?.env },
  ]);
  const request = composeRequest(spec, {
    architecture: platform.architecture,
    epochSeconds,
    settings: planned,
    searchPaths: new Map(environments.map(([name, env]) => [name, env["PATH"] ?? ""])),
    libraryPaths: new Map(environments.map(([name, env]) => [name, env["LD_LIBRARY_PATH"] ?? ""])),
    dependencies,
    notApplication: notApplication(assembling.specName, dependencies?.manager),
  });
  const trees = await Promise.all(
    request.sources.map(async ({ id }): Promise<Pick<AssemblySource, "root" | "count">> => {
      if (id === "app") return openApplication(assembling, { main, planned, sources });
      if (id === "dependencies") return assembling.dependencies ?? context;
      if (id === "context") return context;
      return sources.get(id.slice("builder:".length)) ?? context;
    }),
  );
  const written = await resolveAndWrite(assembling, request, trees);
  const { answer, manifest, layers, contents } = written;
  if (!isClean(answer.diagnostics)) {
    throw new BuildError(answer.diagnostics.filter((found) => found.severity === "error"));
  }
  const config = composeImageConfig({
    platform,
    settings: settleSettings(spec, planned, answer.config),
    epochSeconds,
    history: layerHistory(answer.layers),
  });
  const diffIds = layers.map(({ diffId }) => diffId);
  return {
    platform,
    config: finishConfig(config, diffIds),
    layers,
    contents,
    figures: answer.figures,
    manifest,
    warnings: [...answer.diagnostics, ...unverified(spec)],
  };

  async function resolveAndWrite(
    { writeLayer }: Pick<Assembling<Layer>, "writeLayer">,
    asked: ClosureRequest,
    opened: readonly Pick<AssemblySource, "root" | "count">[],
  ): Promise<{
    readonly answer: ClosureAnswer;
    readonly manifest: Manifest;
    readonly layers: readonly Layer[];
    readonly contents: LayerContents;
  }> {
    const roots = new Map(asked.sources.map(({ id }, index) => [id, opened[index]?.root ?? context.root]));
    const made: Layer[] = [];
    let plans: readonly LayerPlan[] = [];
    const { answer: found, manifest: closure } = await answerRequest({
      request: asked,
      roots: [...roots.values()],
      plugins,
      async writeLayers(planning) {
        plans = planning;
        for (const { name, entries } of planning) {
          made.push(await writeLayer(name, layerArchive({ entries, roots, epochSeconds })));
        }
      },
      countSources: () => Promise.all(opened.map(async (tree) => tree.count())),
    });
    const entries = new Map(plans.flatMap((plan) => plan.entries.map((entry) => [entry.path, entry])));
    return {
      answer: found,
      manifest: closure,
      layers: made,
      contents: { entries: [...entries.values()], roots, epochSeconds },
    };
  }
}

/** The tree of a builder: handed over, or that of the builder which it goes on from without a step. */
function findBuilder(spec: Spec, name: string, builders: ReadonlyMap<string, AssemblySource>): AssemblySource {
  const given = builders.get(name);
  if (given !== undefined) return given;
  const builder = spec.builders[name];
  const steps = [
    ...(builder?.packages ?? []).slice(0, 1).map(() => ({ what: "packages", pointer: `/builders/${name}/packages` })),
    ...(builder?.build ?? []).map((step, index) => ({
      what: step.kind === "run" ? JSON.stringify(step.command) : "copy",
      pointer: `/builders/${name}/build/${String(index)}`,
    })),
  ];
  if (steps.length === 0 && builder?.from.kind === "name" && spec.builders[builder.from.name] !== undefined) {
    return findBuilder(spec, builder.from.name, builders);
  }
  const why =
    steps[0] === undefined ? "its base image is not here" : `it has the step ${steps[0].what}, which takes an engine`;
  throw new BuildError([
    {
      severity: "error",
      code: "SOURCE_NEEDED",
      message: `cannot make the builder ${name}: ${why}`,
      hint: `hand it over finished, with --source ${name}=oci:DIR, or build with docker build`,
      pointer: steps[0]?.pointer ?? `/builders/${name}/from`,
    },
  ]);
}

async function findDependencies<Layer extends AssembledLayer>({
  spec,
  context,
  dependencies,
}: Assembling<Layer>): Promise<({ readonly manager: "pip" | "npm" } & ReturnType<typeof dependencyPlace>) | undefined> {
  const { app, interpreter } = spec;
  if (app === undefined || app.dependencies === "none" || app.from !== "context") return undefined;
  const found = new Set<string>();
  for (const name of dependencyMarkers) {
    if ((await resolveLinks(context.root, toAbsPath(name, toAbsPath(app.src)))) !== undefined) found.add(name);
  }
  const manager = chooseManager(app, interpreter, (name) => found.has(name));
  if (manager === undefined) return undefined;
  if (dependencies !== undefined) return { manager, ...dependencyPlace(manager, app, interpreter?.path) };
  throw new BuildError([
    {
      severity: "error",
      code: "SOURCE_NEEDED",
      message: `cannot install the application's dependencies: ${manager} takes an engine`,
      hint: "hand them over installed, with --dependencies dir:PATH, or write dependencies: none where they are in a builder",
      pointer: "/app/dependencies",
    },
  ]);
}

async function openApplication<Layer extends AssembledLayer>(
  { spec, context, builders }: Assembling<Layer>,
  found: {
    readonly main: AssemblySource | undefined;
    readonly planned: ImageSettings;
    readonly sources: ReadonlyMap<string, AssemblySource>;
  },
): Promise<Pick<AssemblySource, "root" | "count">> {
  const { app } = spec;
  const isOfContext = app?.from === "context";
  const tree =
    app === undefined
      ? found.main
      : isOfContext
        ? context
        : (found.sources.get(app.from) ?? findBuilder(spec, app.from, builders));
  const directory = app === undefined ? (found.planned.workdir ?? "/") : app.src;
  const place = tree === undefined ? undefined : await resolveLinks(tree.root, toAbsPath(directory));
  if (tree === undefined || place === undefined || place === "loop" || place.stat.kind !== "directory") {
    throw new BuildError([
      {
        severity: "error",
        code: "FILE_MISSING",
        message: `cannot find the application in ${directory}: ${isOfContext ? "the build context" : "its builder"} has no such directory`,
        hint: isOfContext ? "correct the path, or look whether .dockerignore leaves it out" : "correct the path",
        pointer: "/app",
      },
    ]);
  }
  const root = subtreeRootFs(tree.root, place.real);
  return { root, count: () => countTree(root) };
}

/** A policy that cannot be judged here must not pass for one that holds. */
function refuseUnchecked(spec: Spec): void {
  const index = spec.policy?.forbid.indexOf("file-capability") ?? -1;
  if (index === -1) return;
  throw new BuildError([
    {
      severity: "error",
      code: "POLICY_UNCHECKED",
      message: "cannot check the policy file-capability: extended attributes of builders are read in an engine only",
      hint: "build with docker build, or leave the word out",
      pointer: `/policy/forbid/${index}`,
    },
  ]);
}

/** Checks of the spec run programs, which takes an engine. */
function unverified(spec: Spec): readonly Diagnostic[] {
  if (spec.verify.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "VERIFY_NOT_RUN",
      message: "cannot run the checks of verify: programs run in an engine only",
      hint: "run the image's checks with docker build, or by hand",
      pointer: "/verify",
    },
  ];
}
