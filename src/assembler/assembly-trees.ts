import { BuildError, type Checked, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { emptySettings, type ImageSettings } from "../formats/oci/image-config.ts";
import type { DependencyLocation } from "../languages/manager.ts";
import { closureBuilders } from "../plan/closure-request.ts";
import { chooseManager, dependencyLocation, dependencyMarkers } from "../plan/dependency-managers.ts";
import { planSettings, processBuilder } from "../plan/image-process.ts";
import { countTree } from "../rootfs/count.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, joinPaths, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { subtreeRootFs } from "../rootfs/subtree.ts";
import type { ManagerName, Spec } from "../spec/spec.ts";

interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** A tree that files of an image come from. */
export interface AssemblyTree {
  readonly root: RootFs;
  /** Regular files and their bytes. */
  count(): FileCount | Promise<FileCount>;
  /** Which of these files have file capabilities; undefined where nothing here can tell. */
  findFileCapabilities(paths: readonly AbsPath[]): Promise<ReadonlySet<AbsPath> | undefined>;
}

/** A root file system that the caller hands over. */
export interface AssemblyRoot extends AssemblyTree {
  readonly settings: ImageSettings;
}

export interface Gathering {
  readonly spec: Spec;
  readonly builders: ReadonlyMap<string, AssemblyRoot>;
  readonly dependencies: AssemblyRoot | undefined;
  readonly context: AssemblyRoot;
}

export interface GatheredTrees {
  /** All builders that the closure takes files from, by name. */
  readonly builders: ReadonlyMap<string, AssemblyRoot>;
  /** The one whose root the image's process sees. */
  readonly main: AssemblyRoot;
  readonly dependencies: InstalledDependencies | undefined;
  /** The application's directory. */
  readonly application: AssemblyTree;
}

type InstalledDependencies = { readonly manager: ManagerName } & DependencyLocation;

/**
 * Finds all trees of a spec. Throws everything that is missing at once: SOURCE_NEEDED, FILE_MISSING, what dependencies
 * lack.
 */
export async function gatherTrees(gathering: Gathering): Promise<GatheredTrees> {
  const { spec } = gathering;
  const problems: Diagnostic[] = [];
  const take = <T>({ value, diagnostics }: Checked<T>): T | undefined => {
    problems.push(...diagnostics.filter(({ message }) => problems.every((known) => known.message !== message)));
    return value;
  };
  const builders = new Map<string, AssemblyRoot>();
  for (const name of new Set([processBuilder(spec), ...closureBuilders(spec)])) {
    const found = take(findBuilder(gathering, name));
    if (found !== undefined) builders.set(name, found);
  }
  const dependencies = take(await findDependencies(gathering));
  const main = builders.get(processBuilder(spec));
  const application = take(await openApplication(gathering, main));
  if (problems.length > 0 || main === undefined || application === undefined) throw new BuildError(problems);
  return { builders, main, dependencies, application };
}

/** The tree of a builder: handed over, or that of the builder which it goes on from without a step. */
function findBuilder(gathering: Gathering, name: string): Checked<AssemblyRoot> {
  const { spec, builders } = gathering;
  const given = builders.get(name);
  if (given !== undefined) return { value: given, diagnostics: [] };
  const builder = spec.builders[name];
  const steps = [
    ...(builder?.packages ?? []).slice(0, 1).map(() => ({ what: "packages", pointer: `/builders/${name}/packages` })),
    ...(builder?.build ?? []).map((step, index) => ({
      what: step.kind === "run" ? JSON.stringify(step.command) : "copy",
      pointer: `/builders/${name}/build/${String(index)}`,
    })),
  ];
  if (steps.length === 0 && builder?.from.kind === "name" && spec.builders[builder.from.name] !== undefined) {
    return findBuilder(gathering, builder.from.name);
  }
  const why =
    steps[0] === undefined ? "its base image is not here" : `it has the step ${steps[0].what}, which takes an engine`;
  return missing({
    code: "SOURCE_NEEDED",
    message: `cannot make the builder ${name}: ${why}`,
    hint: `hand it over finished, with --source ${name}=oci:DIR (docker build --target builder:${name} makes it), or build with docker build`,
    pointer: steps[0]?.pointer ?? `/builders/${name}/from`,
  });
}

function missing<T>(found: Omit<Diagnostic, "severity">): Checked<T> {
  return { value: undefined, diagnostics: [{ severity: "error", ...found }] };
}

async function findDependencies({ spec, context, dependencies }: Gathering): Promise<Checked<InstalledDependencies>> {
  const none = { value: undefined, diagnostics: [] };
  const { app, interpreter } = spec;
  if (app === undefined || app.dependencies === "none" || app.from !== "context") return none;
  const found = new Set<string>();
  for (const name of dependencyMarkers) {
    if ((await resolveLinks(context.root, toAbsPath(name, toAbsPath(app.src)))) !== undefined) found.add(name);
  }
  let manager: ManagerName | undefined;
  try {
    manager = chooseManager(app, interpreter, (name) => found.has(name));
  } catch (failure) {
    if (failure instanceof BuildError) return { value: undefined, diagnostics: failure.diagnostics };
    throw failure;
  }
  if (manager === undefined) return none;
  if (dependencies !== undefined) {
    return { value: { manager, ...dependencyLocation(manager, app, interpreter?.path) }, diagnostics: [] };
  }
  return missing({
    code: "SOURCE_NEEDED",
    message: `cannot install the application's dependencies: ${manager} takes an engine`,
    hint: "hand them over installed, with --dependencies dir:PATH (docker build --target dependencies makes them), or write dependencies: none where they are in a builder",
    pointer: "/app/dependencies",
  });
}

/** The application's directory. Without an `app` of the spec, the image's working directory in its builder. */
async function openApplication(gathering: Gathering, main: AssemblyRoot | undefined): Promise<Checked<AssemblyTree>> {
  const { spec, context } = gathering;
  const { app } = spec;
  const isOfContext = app?.from === "context";
  const opened =
    app === undefined || isOfContext
      ? { value: app === undefined ? main : context, diagnostics: [] }
      : findBuilder(gathering, app.from);
  const tree = opened.value;
  if (tree === undefined) return { value: undefined, diagnostics: opened.diagnostics };
  const directory = app === undefined ? (settingsOf(spec, main).workdir ?? "/") : app.src;
  const resolved = await resolveLinks(tree.root, toAbsPath(directory));
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "directory") {
    return missing({
      code: "FILE_MISSING",
      message: `cannot find the application in ${directory}: ${isOfContext ? "the build context" : "its builder"} has no such directory`,
      hint: isOfContext ? "correct the path, or look whether .dockerignore leaves it out" : "correct the path",
      pointer: "/app",
    });
  }
  return { value: subtree(tree, resolved.real), diagnostics: [] };
}

/** The settings of the spec and of an adopted image. */
function settingsOf(spec: Spec, main: AssemblyRoot | undefined): ImageSettings {
  return planSettings(spec, main?.settings ?? emptySettings, {});
}

function subtree(tree: AssemblyTree, directory: AbsPath): AssemblyTree {
  const root = subtreeRootFs(tree.root, directory);
  return {
    root,
    count: () => countTree(root),
    async findFileCapabilities(paths) {
      const found = await tree.findFileCapabilities(paths.map((path) => joinPaths(directory, path)));
      return found === undefined ? undefined : new Set(paths.filter((path) => found.has(joinPaths(directory, path))));
    },
  };
}
