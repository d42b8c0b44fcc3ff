import type { Installation } from "../../closure/model/request.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { State } from "../../formats/llb/state.ts";
import { cacheFolder, type Install } from "../../languages/install.ts";
import type { PackageManager } from "../../languages/manager.ts";
import { dependencyLocation, dependencyMarkers, planInstall } from "../../plan/dependency-managers.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { AppSpec, InterpreterSpec, ManagerName } from "../../spec/spec.ts";
import type { PlatformBuild } from "../build-context.ts";
import type { BuiltStage } from "../builders/stages.ts";
import { cacheId, execIn, vertexOptions } from "../builders/steps.ts";
import { projectKey } from "./project-key.ts";

/** An installed dependency tree, apart from the builder and the application so that each is cached alone. */
export interface DependencyTree {
  readonly manager: ManagerName;
  readonly state: State;
  /** Where programs see it. */
  readonly prefix: AbsPath;
  /** The interpreter to use instead of the builder's: that of the virtual environment. */
  readonly interpreter: AbsPath | undefined;
  readonly installation: Installation;
}

const pointer = "/app/dependencies";

/**
 * Installs what the application's lock file or list names, with the builder's own package manager, production
 * dependencies only. Undefined when the application lists none. Throws DEPENDENCIES_UNSUPPORTED, DEPENDENCIES_MISSING.
 */
export async function installDependencies(
  build: PlatformBuild,
  pendingStage: Promise<BuiltStage>,
  app: AppSpec,
  interpreter: InterpreterSpec | undefined,
): Promise<DependencyTree | undefined> {
  if (app.dependencies === "none" || app.from !== "context") return undefined;
  const directory = app.src.replace(/^\.?\/+/u, "").replace(/^\.$/u, "");
  const at = (name: string) => (directory === "" ? name : `${directory}/${name}`);
  // The stage asks the registry, the files come from the client: neither waits for the other.
  const [stage, found] = await Promise.all([pendingStage, build.contexts.readContextFiles(dependencyMarkers.map(at))]);
  const own = new Map([...found].map(([name, bytes]) => [name.slice(at("").length), bytes]));
  const planned = planInstall(app, interpreter, own);
  if (planned === undefined) return undefined;
  const { manager, facts, install: running } = planned;
  const install = app.runsDependencyScripts === false ? withoutScripts(running, facts) : running;
  const sources = copyFromContext(build, directory, planned.reads, facts.makes);
  const texts = facts.lists.flatMap((name) => {
    const bytes = own.get(name);
    return bytes === undefined ? [] : [[name, new TextDecoder().decode(bytes)] as const];
  });
  const project = projectKey(new Map(texts));
  const location = dependencyLocation(manager, app, interpreter?.path);
  return {
    manager,
    state: runInstall(build, stage, { install, manager, project, sources, directory: app.dest, location }),
    ...location,
    installation: { command: install.title, scripts: app.runsDependencyScripts !== false },
  };
}

/** The same without programs of packages. Throws DEPENDENCIES_UNSUPPORTED where the manager always runs them. */
function withoutScripts(install: Install, { name, withoutScripts: quiet }: PackageManager): Install {
  if (quiet === undefined) {
    throw new BuildError([
      {
        severity: "error",
        code: "DEPENDENCIES_UNSUPPORTED",
        message: `cannot keep scripts of packages from running: ${name} has no setting for that`,
        hint: "write scripts: true, or install them in a build step and write dependencies: none",
        pointer,
      },
    ]);
  }
  const { words = [], env = {} } = quiet;
  return {
    ...install,
    title: `${install.title}, without scripts`,
    args: [...install.args, ...words],
    env: { ...install.env, ...env },
  };
}

interface Run {
  readonly manager: ManagerName;
  readonly install: Install;
  /** Of its cache. */
  readonly project: string;
  readonly sources: State;
  /** Where the application will lie, and its lists do now. */
  readonly directory: string;
  readonly location: Pick<DependencyTree, "prefix">;
}

/** The dependencies that the manager installs. Its changes elsewhere are dropped. */
function runInstall(build: PlatformBuild, stage: BuiltStage, run: Run): State {
  const { install, manager, project, sources, location } = run;
  const directory = toAbsPath(run.directory);
  const cache = cacheFolder(manager);
  const { mounts } = execIn(build, stage, pointer, {
    name: install.title,
    args: install.args,
    env: { HOME: "/root", ...install.env },
    user: "root",
    workdir: directory,
    network: "default",
    mounts: [
      { type: "bind", dest: directory, state: sources, ...(location.prefix === directory ? { output: true } : {}) },
      ...(location.prefix === directory
        ? []
        : [{ type: "bind" as const, dest: location.prefix, state: undefined, output: true }]),
      { type: "cache", dest: cache, id: cacheId(build, `pith-${manager}-${project}`), sharing: "shared" },
    ],
  });
  return mounts.get(location.prefix);
}

/** Files of the application's directory (all of them when `names` is undefined) as a tree of their own. */
function copyFromContext(
  build: PlatformBuild,
  directory: string,
  names: readonly string[] | undefined,
  exclude: readonly string[],
): State {
  const at = (name: string) => (directory === "" ? name : `${directory}/${name}`);
  const context = build.contexts.contextState(names?.map(at) ?? [directory]);
  return editFiles(
    undefined,
    names === undefined
      ? [{ kind: "copy", from: context, src: `/${directory}`, dest: "/", contentsOnly: true, exclude }]
      : names.map((name) => ({
          kind: "copy" as const,
          from: context,
          src: `/${at(name)}`,
          dest: `/${name}`,
          ...(name.includes("/") ? { createDestPath: true } : {}),
        })),
    vertexOptions(build, "app", "/app", `copy ${names?.join(" ") ?? "the application"} for its dependencies`),
  );
}
