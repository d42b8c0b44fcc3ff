import { BuildError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { editFiles } from "../llb/ops/file.ts";
import type { State } from "../llb/state.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import type { AppSpec, InterpreterSpec } from "../spec/spec.ts";
import type { PlatformBuild } from "./build-context.ts";
import type { BuiltStage } from "./stages.ts";
import { cacheId, execIn, vertexOptions } from "./steps.ts";

/** An installed dependency tree, apart from the builder and the application so that each is cached alone. */
export interface DependencyTree {
  readonly manager: "pip" | "npm";
  readonly state: State;
  /** Where programs see it. */
  readonly prefix: AbsPath;
  /** The interpreter to use instead of the builder's: that of the virtual environment. */
  readonly interpreter: AbsPath | undefined;
}

const pointer = "/app/dependencies";
const npmLocks = ["package-lock.json", "npm-shrinkwrap.json"];
const unsupportedLocks: Readonly<Record<string, string>> = {
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "uv.lock": "uv",
  "poetry.lock": "poetry",
  "Pipfile.lock": "pipenv",
};
/** Files that tell how an application's dependencies are installed. */
export const dependencyMarkers: readonly string[] = [
  "package.json",
  ...npmLocks,
  "requirements.txt",
  ...Object.keys(unsupportedLocks),
];
const venv = "/opt/venv";

/**
 * Installs what the application's lock file or requirement list names, with the builder's own package manager, production
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
  const has = (name: string) => found.has(at(name));
  const manager = chooseManager(app, interpreter, has);
  if (manager === undefined) return undefined;
  if (manager === "npm") return installNpm(build, stage, app, directory, found);
  return installPip(build, stage, app, directory, found, interpreter?.path ?? "python3");
}

/** What installs the application's dependencies; undefined when it lists none. Throws as `installDependencies` does. */
export function chooseManager(
  app: AppSpec,
  interpreter: InterpreterSpec | undefined,
  has: (name: string) => boolean,
): DependencyTree["manager"] | undefined {
  const language = /(?:^|\/)(python|node)/u.exec(interpreter?.path ?? "")?.[1];
  if (app.dependencies === "npm" || app.dependencies === "pip") {
    const wanted = app.dependencies === "npm" ? "package.json" : "requirements.txt";
    if (has(wanted)) return app.dependencies;
    throw failure({
      code: "DEPENDENCIES_MISSING",
      message: `cannot install dependencies with ${app.dependencies}: ${app.src} has no ${wanted}`,
      hint: `add ${wanted} to the application, or write dependencies: none`,
    });
  }
  if (language === "python" && has("requirements.txt")) return "pip";
  if (language === "node" && npmLocks.some(has)) return "npm";
  const foreign = Object.keys(unsupportedLocks).find(
    (lock) => has(lock) && (language === "node") === (lock === "pnpm-lock.yaml" || lock === "yarn.lock"),
  );
  if (language !== undefined && foreign !== undefined) {
    throw failure({
      code: "DEPENDENCIES_UNSUPPORTED",
      message: `cannot install the dependencies of ${foreign}: ${unsupportedLocks[foreign] ?? ""} is not supported yet`,
      hint: "install them in a build step and write dependencies: none",
    });
  }
  return language === "node" && has("package.json") ? "npm" : undefined;
}

function failure(found: Omit<Diagnostic, "severity">): BuildError {
  return new BuildError([{ severity: "error", pointer, ...found }]);
}

async function installNpm(
  build: PlatformBuild,
  stage: BuiltStage,
  app: AppSpec,
  directory: string,
  found: ReadonlyMap<string, Uint8Array>,
): Promise<DependencyTree> {
  const at = (name: string) => (directory === "" ? name : `${directory}/${name}`);
  const lock = npmLocks.find((name) => found.has(at(name)));
  const texts = [...found.values()].map((bytes) => new TextDecoder().decode(bytes));
  // Local packages and workspaces are installed from the application's own files.
  const needsSources = texts.some((text) => /"(?:file:|workspaces"|link:)/u.test(text));
  const { prefix, interpreter } = dependencyPlace("npm", app, undefined);
  const sources = copyFromContext(
    build,
    directory,
    needsSources ? undefined : ["package.json", ...(lock === undefined ? [] : [lock])],
  );
  const command = lock === undefined ? "install" : "ci";
  const { mounts } = execIn(build, stage, pointer, {
    name: `npm ${command} --omit=dev`,
    args: ["npm", command, "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier"],
    env: { npm_config_cache: "/var/cache/pith/npm", HOME: "/root" },
    user: "root",
    workdir: prefix,
    network: "default",
    mounts: [
      { type: "bind", dest: prefix, state: sources, output: true },
      { type: "cache", dest: "/var/cache/pith/npm", id: cacheId(build, "pith-npm"), sharing: "shared" },
    ],
  });
  return { manager: "npm", state: mounts.get(prefix), prefix, interpreter };
}

async function installPip(
  build: PlatformBuild,
  stage: BuiltStage,
  app: AppSpec,
  directory: string,
  found: ReadonlyMap<string, Uint8Array>,
  python: string,
): Promise<DependencyTree> {
  const at = (name: string) => (directory === "" ? name : `${directory}/${name}`);
  const requirements = new TextDecoder().decode(found.get(at("requirements.txt")));
  const prefix = toAbsPath(app.dest);
  // Requirements that point at files of the application are installed from them.
  const needsSources =
    /^\s*(?:-e|--editable|-r|--requirement|-c|--constraint|-f|--find-links|\.{0,2}\/|file:)|@\s*file:/mu.test(
      requirements,
    );
  const sources = copyFromContext(build, directory, needsSources ? undefined : ["requirements.txt"]);
  const script =
    '"$1" -m venv --without-pip --system-site-packages "$2" && ' +
    'exec "$1" -m pip --python "$2/bin/python" install --no-input --disable-pip-version-check --root-user-action=ignore -r requirements.txt';
  const { mounts } = execIn(build, stage, pointer, {
    name: "pip install -r requirements.txt",
    args: ["/bin/sh", "-c", script, "install", python, venv],
    env: { PIP_CACHE_DIR: "/var/cache/pith/pip", HOME: "/root" },
    user: "root",
    workdir: prefix,
    network: "default",
    mounts: [
      { type: "bind", dest: venv, state: undefined, output: true },
      { type: "bind", dest: prefix, state: sources, readonly: true },
      { type: "cache", dest: "/var/cache/pith/pip", id: cacheId(build, "pith-pip"), sharing: "shared" },
    ],
  });
  return { manager: "pip", state: mounts.get(venv), ...dependencyPlace("pip", app, python) };
}

/** Where programs see the dependencies that a manager has installed, and the interpreter that comes with them. */
export function dependencyPlace(
  manager: DependencyTree["manager"],
  app: AppSpec,
  interpreter: string | undefined,
): Pick<DependencyTree, "prefix" | "interpreter"> {
  if (manager === "npm") return { prefix: toAbsPath(app.dest), interpreter: undefined };
  const python = interpreter ?? "python3";
  const name = python.slice(python.lastIndexOf("/") + 1);
  return { prefix: toAbsPath(venv), interpreter: toAbsPath(`${venv}/bin/${name}`) };
}

/** Files of the application's directory (all of them when `names` is undefined) as a tree of their own. */
function copyFromContext(build: PlatformBuild, directory: string, names: readonly string[] | undefined): State {
  const at = (name: string) => (directory === "" ? name : `${directory}/${name}`);
  const context = build.contexts.contextState(names?.map(at) ?? [directory]);
  return editFiles(
    undefined,
    names === undefined
      ? [
          {
            kind: "copy",
            from: context,
            src: `/${directory}`,
            dest: "/",
            contentsOnly: true,
            exclude: ["**/node_modules"],
          },
        ]
      : names.map((name) => ({ kind: "copy" as const, from: context, src: `/${at(name)}`, dest: `/${name}` })),
    vertexOptions(build, "app", "/app", `copy ${names?.join(" ") ?? "the application"} for its dependencies`),
  );
}
