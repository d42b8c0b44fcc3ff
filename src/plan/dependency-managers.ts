import { BuildError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import type { AppSpec, InterpreterSpec, ManagerName } from "../spec/spec.ts";

type Language = "python" | "node" | "ruby" | "php";

/** What tells that a package manager installs an application's dependencies, and what comes of it. */
export interface ManagerFacts {
  readonly name: ManagerName;
  readonly language: Language;
  /** Lock files: with `auto`, any of them decides for this manager. */
  readonly locks: readonly string[];
  /** Lists of dependencies, of which one has to be there. */
  readonly lists: readonly string[];
  /** What else it reads where it is there. */
  readonly reads: readonly string[];
  /** Patterns of what it makes in the application's directory: a copy of the developer's does not ship. */
  readonly makes: readonly string[];
}

const nodeMakes = ["**/node_modules"];

/** In the order in which `auto` looks: a lock is surer than a list, and what is common comes first. */
export const managers: readonly ManagerFacts[] = [
  {
    name: "uv",
    language: "python",
    locks: ["uv.lock"],
    lists: ["pyproject.toml"],
    reads: ["uv.toml", ".python-version"],
    makes: [".venv"],
  },
  {
    name: "poetry",
    language: "python",
    locks: ["poetry.lock"],
    lists: ["pyproject.toml"],
    reads: ["poetry.toml"],
    makes: [".venv"],
  },
  {
    name: "pipenv",
    language: "python",
    locks: ["Pipfile.lock"],
    lists: ["Pipfile"],
    reads: [],
    makes: [".venv"],
  },
  { name: "pip", language: "python", locks: ["requirements.txt"], lists: ["requirements.txt"], reads: [], makes: [] },
  {
    name: "npm",
    language: "node",
    locks: ["package-lock.json", "npm-shrinkwrap.json"],
    lists: ["package.json"],
    reads: [".npmrc"],
    makes: nodeMakes,
  },
  {
    name: "pnpm",
    language: "node",
    locks: ["pnpm-lock.yaml"],
    lists: ["package.json"],
    reads: ["pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs"],
    makes: nodeMakes,
  },
  {
    name: "yarn",
    language: "node",
    locks: ["yarn.lock"],
    lists: ["package.json"],
    reads: [".yarnrc.yml", ".yarnrc", ".npmrc"],
    makes: nodeMakes,
  },
  {
    name: "bundler",
    language: "ruby",
    locks: ["Gemfile.lock", "gems.locked"],
    lists: ["Gemfile", "gems.rb"],
    reads: [".bundle/config", ".ruby-version", ".tool-versions", "vendor/cache/.bundlecache"],
    makes: [".bundle", "vendor/bundle"],
  },
  {
    name: "composer",
    language: "php",
    locks: ["composer.lock"],
    lists: ["composer.json"],
    reads: ["auth.json"],
    makes: ["vendor"],
  },
];

/** Locks of managers that cannot be run. Where nothing else is locked, going on by another list would be a guess. */
const foreignLocks: readonly { readonly name: string; readonly language: Language; readonly manager: string }[] = [
  { name: "bun.lock", language: "node", manager: "bun" },
  { name: "bun.lockb", language: "node", manager: "bun" },
  { name: "pdm.lock", language: "python", manager: "pdm" },
];

/** Files of an application's directory that tell how its dependencies are installed. */
export const dependencyMarkers: readonly string[] = [
  ...new Set([
    ...managers.flatMap(({ locks, lists, reads }) => [...lists, ...locks, ...reads]),
    ...foreignLocks.map(({ name }) => name),
  ]),
];

/** The facts of a manager. */
export function managerFacts(name: ManagerName): ManagerFacts | undefined {
  return managers.find((manager) => manager.name === name);
}

/**
 * What installs the application's dependencies; undefined when it lists none. Throws DEPENDENCIES_MISSING where the spec names a
 * manager whose list is not there, DEPENDENCIES_UNSUPPORTED where only the lock of another manager is.
 */
export function chooseManager(
  app: AppSpec,
  interpreter: InterpreterSpec | undefined,
  has: (name: string) => boolean,
): ManagerName | undefined {
  const named = managers.find(({ name }) => name === app.dependencies);
  if (named !== undefined) {
    if ([...named.lists, ...named.locks].some(has)) return named.name;
    const wanted = named.lists.join(" or ");
    throw failure({
      code: "DEPENDENCIES_MISSING",
      message: `cannot install dependencies with ${named.name}: ${app.src} has no ${wanted}`,
      hint: `add ${wanted} to the application, or write dependencies: none`,
    });
  }
  const language = /(?:^|\/)(python|node|ruby|php)[^/]*$/u.exec(interpreter?.path ?? "")?.[1];
  const locked = managers.find((manager) => manager.language === language && manager.locks.some(has));
  if (locked !== undefined) return locked.name;
  const foreign = foreignLocks.find((lock) => lock.language === language && has(lock.name));
  if (foreign !== undefined) {
    throw failure({
      code: "DEPENDENCIES_UNSUPPORTED",
      message: `cannot install the dependencies of ${foreign.name}: ${foreign.manager} is not supported`,
      hint: "install them in a build step and write dependencies: none",
    });
  }
  return language === "node" && has("package.json") ? "npm" : undefined;
}

function failure(found: Omit<Diagnostic, "severity">): BuildError {
  return new BuildError([{ severity: "error", pointer: "/app/dependencies", ...found }]);
}

/** The virtual environment that managers of Python install into. */
export const virtualEnvironment = "/opt/venv";

/** Where programs see the dependencies that a manager has installed, and the interpreter that comes with them. */
export interface DependencyLocation {
  readonly prefix: AbsPath;
  /** The interpreter of a virtual environment, in place of the builder's; undefined: there is none. */
  readonly interpreter: AbsPath | undefined;
}

/** Where a manager's dependencies lie. `interpreter`: as the spec names it. */
export function dependencyLocation(
  manager: ManagerName,
  app: AppSpec,
  interpreter: string | undefined,
): DependencyLocation {
  if (managerFacts(manager)?.language !== "python") return { prefix: toAbsPath(app.dest), interpreter: undefined };
  const python = interpreter ?? "python3";
  const name = python.slice(python.lastIndexOf("/") + 1);
  return { prefix: toAbsPath(virtualEnvironment), interpreter: toAbsPath(`${virtualEnvironment}/bin/${name}`) };
}
