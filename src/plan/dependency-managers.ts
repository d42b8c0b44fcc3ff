import { BuildError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Install } from "../languages/install.ts";
import type { DependencyLocation, LanguageManagers, PackageManager } from "../languages/manager.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { languageManagers } from "../runtimes/managers.gen.ts";
import type { AppSpec, InterpreterSpec, ManagerName } from "../spec/spec.ts";

/** A package manager with its language. */
export interface ManagerFacts extends PackageManager {
  readonly language: LanguageManagers;
}

/** Every package manager; those of a language in the order in which `auto` looks. */
export const managers: readonly ManagerFacts[] = languageManagers.flatMap((language) =>
  language.managers.map((manager) => ({ ...manager, language })),
);

/** Files of an application's directory that tell how its dependencies are installed. */
export const dependencyMarkers: readonly string[] = [
  ...new Set([
    ...managers.flatMap(({ locks, lists, reads }) => [...lists, ...locks, ...reads]),
    ...languageManagers.flatMap(({ foreignLocks }) => foreignLocks.map(({ name }) => name)),
  ]),
];

/** The facts of a manager. */
export function managerFacts(name: ManagerName): ManagerFacts | undefined {
  return managers.find((manager) => manager.name === name);
}

/**
 * The step that installs the application's dependencies; undefined when it lists none. Throws DEPENDENCIES_MISSING
 * where the spec names a manager whose list is not there, DEPENDENCIES_UNSUPPORTED where only the lock of another
 * manager is.
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
  const language = languageOf(interpreter?.path ?? "");
  const locked = language?.managers.find(({ locks }) => locks.some(has));
  if (locked !== undefined) return locked.name;
  const foreign = language?.foreignLocks.find(({ name }) => has(name));
  if (foreign !== undefined) {
    throw failure({
      code: "DEPENDENCIES_UNSUPPORTED",
      message: `cannot install the dependencies of ${foreign.name}: ${foreign.manager} is not supported`,
      hint: "install them in a build step and write dependencies: none",
    });
  }
  return language?.managers.find(({ installsUnlocked, lists }) => installsUnlocked === true && lists.some(has))?.name;
}

/** How the application's dependencies are installed. */
export interface PlannedInstall {
  readonly manager: ManagerName;
  readonly facts: ManagerFacts;
  readonly install: Install;
  /** Files of the application's directory that it reads; undefined: all of them. */
  readonly reads: readonly string[] | undefined;
}

/**
 * Plans the step that installs the application's dependencies. `found`: those of `dependencyMarkers` that its directory
 * has, with their contents. Undefined where it lists none. Throws what `chooseManager` throws.
 */
export function planInstall(
  app: AppSpec,
  interpreter: InterpreterSpec | undefined,
  found: ReadonlyMap<string, Uint8Array>,
): PlannedInstall | undefined {
  const has = (name: string) => found.has(name);
  const manager = chooseManager(app, interpreter, has);
  const facts = manager === undefined ? undefined : managerFacts(manager);
  if (manager === undefined || facts === undefined) return undefined;
  const install = facts.install({
    isLocked: facts.locks.some(has),
    has,
    text: (name) => new TextDecoder().decode(found.get(name)),
    prefix: toAbsPath(app.dest),
    interpreter: interpreter?.path ?? facts.language.language,
  });
  const listing = (install.reads ?? [...facts.lists, ...facts.locks, ...facts.reads]).filter(has);
  return { manager, facts, install, reads: install.needsSources ? undefined : [...new Set(listing)] };
}

function languageOf(interpreter: string): LanguageManagers | undefined {
  const name = interpreter.slice(interpreter.lastIndexOf("/") + 1);
  return languageManagers.find(({ language }) => name.startsWith(language));
}

function failure(found: Omit<Diagnostic, "severity">): BuildError {
  return new BuildError([{ severity: "error", pointer: "/app/dependencies", ...found }]);
}

/** Where a manager's dependencies lie. `interpreter`: as the spec names it. */
export function dependencyLocation(
  manager: ManagerName,
  app: AppSpec,
  interpreter: string | undefined,
): DependencyLocation {
  const inApplication = { prefix: toAbsPath(app.dest), interpreter: undefined };
  return managerFacts(manager)?.language.locate?.(interpreter) ?? inApplication;
}
