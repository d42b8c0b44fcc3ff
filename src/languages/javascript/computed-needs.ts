import type { Finding, Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";
import { isBuildDependency } from "./build-dependencies.ts";
import { isForBrowsers, isForTests } from "./compilers.ts";
import { exportedModules } from "./computed-exports.ts";
import { isModuleSource, listDirectory } from "./module-sources.ts";
import { isForeignAddon } from "./native.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import { entryNeeds, loadedNeeds, wholePackage } from "./package-needs.ts";
import { packageRootOf } from "./packages.ts";
import type { Reference } from "./reference.ts";
import { splitSpecifier } from "./resolver.ts";

type ModuleReference = Extract<Reference, { readonly kind: "module" }>;

/** `require("./plugins/" + name)`: the modules that the known part of the name allows. */
export async function* computedNeeds(
  reference: ModuleReference,
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  const { specifier, line, mode } = reference;
  const exported = await exportedModules(specifier, { from, mode }, context);
  if (exported !== undefined) {
    yield* possibleModules(reference, exported, context);
    return;
  }
  const prefix = specifier.slice(0, specifier.indexOf(hole));
  const directory = await knownDirectory(prefix, from, context);
  // What is looked up among all installed packages are those that the application lists, which come along.
  if (directory?.endsWith("/node_modules") === true) return;
  if (directory !== undefined) {
    yield* modulesBelow(reference, { directory, prefix, from }, context);
    return;
  }
  const packages = await packagesNamed(prefix, from, context);
  if (packages.length > 0) {
    yield* packageModules(reference, { packages, from }, context);
    return;
  }
  const own = { kind: "computed-name", line, what: textOf(reference) } as const;
  yield* anyModule({ unknown: own, from, isTried: reference.certainty === "tried" }, context);
}

/**
 * The possible loads of code of which nothing is known: in a package the package itself, and those that it depends on.
 */
export async function* anyModule(
  {
    unknown,
    from,
    isTried,
  }: { readonly unknown: Omit<Unknown, "bound">; readonly from: AbsPath; readonly isTried: boolean },
  context: NodeContext,
): AsyncIterable<Yield> {
  const owner = packageRootOf(from, context.packagePaths);
  if (owner !== undefined) {
    yield* wholePackage(owner, "safe", context);
    for (const name of (await context.tree.packageIn(owner))?.dependencies ?? []) {
      if (await isBuildDependency(name, owner, context.proc)) continue;
      yield* entryNeeds(name, { directory: owner, why: `may import its dependency ${name}` }, context);
    }
    yield { unknown: { ...unknown, bound: { kind: "package", path: owner } } };
    return;
  }
  if (isTried) return;
  // All of the application comes along, and what it depends on.
  const isUsual = isForBrowsers(from, context.proc.appRoot) || isForTests(from, context.proc.appRoot);
  if (context.proc.prune !== "reachable") {
    context.reach.hold({ from, finding: computedFinding(from, unknown.line ?? 1), isUsual });
  }
  context.reach.hold({ from, unknown: { ...unknown, bound: { kind: "anything" } }, isUsual });
}

function computedFinding(from: AbsPath, line: number): Finding {
  return {
    severity: "warning",
    code: "REQUIRE_COMPUTED",
    message: `cannot follow an import: its name is computed at ${from}:${line}`,
    path: from,
    hint: "name what it loads in closure.include, or in app.entry",
  };
}

/** How a message shows the call. */
function textOf({ mode, specifier }: ModuleReference): string {
  return `${mode}(${specifier === hole ? "..." : JSON.stringify(specifier.replaceAll(hole, "*"))})`;
}

async function* modulesBelow(
  reference: ModuleReference,
  { directory, prefix, from }: { readonly directory: AbsPath; readonly prefix: string; readonly from: AbsPath },
  context: NodeContext,
): AsyncIterable<Yield> {
  const { specifier, line } = reference;
  const owner = packageRootOf(from, context.packagePaths);
  const start = prefix.slice(prefix.lastIndexOf("/") + 1);
  const end = specifier.slice(specifier.lastIndexOf(hole) + 1);
  const isGiven = owner !== undefined && directory === context.proc.workdir && homeOf(context) !== undefined;
  for await (const path of isGiven ? modulesOfCommand(context) : modulesIn(directory, context)) {
    const name = path.slice(directory.length + 1);
    if (!name.startsWith(start) || !(name.endsWith(end) || end === "")) continue;
    const why = `may import it as ${specifier.replaceAll(hole, "*")}`;
    yield { need: { path, role: roleOf(path), evidence: isGiven ? "rule" : "bound", why } };
  }
  if (isGiven) return;
  const bound = { kind: "prefix", prefix: `${directory}/${start}` } as const;
  yield { unknown: { kind: "computed-name", line, what: textOf(reference), bound } };
}

/**
 * Installed packages whose names begin so: `plugin-*`, `@scope/*`, `@scope/plugin-*`. The nearest of one name counts.
 */
async function packagesNamed(prefix: string, from: AbsPath, context: NodeContext): Promise<readonly string[]> {
  if (!/^(?:@[\w.-]+\/[\w.-]*|[\w][\w.-]*)$/u.test(prefix)) return [];
  const slash = prefix.indexOf("/");
  const scope = slash === -1 ? undefined : prefix.slice(0, slash);
  const start = prefix.slice(slash + 1);
  const names = new Set<string>();
  for (let at = parentOf(from); ; at = parentOf(at)) {
    const home = at.endsWith("/node_modules") ? at : toAbsPath("node_modules", at);
    const listed = await listDirectory(scope === undefined ? home : toAbsPath(scope, home), context);
    for (const name of listed ?? [])
      if (name.startsWith(start)) names.add(scope === undefined ? name : `${scope}/${name}`);
    if (at === "/") break;
  }
  return [...names].sort();
}

/** The modules of packages that a name may stand for: `require("@scope/" + name + "/part")`. */
async function* packageModules(
  reference: ModuleReference,
  { packages, from }: { readonly packages: readonly string[]; readonly from: AbsPath },
  context: NodeContext,
): AsyncIterable<Yield> {
  const { specifier, mode } = reference;
  const end = specifier.slice(specifier.lastIndexOf(hole) + 1);
  const isOne = specifier.indexOf(hole) === specifier.lastIndexOf(hole);
  const paths = new Set<AbsPath>();
  for (const name of packages) {
    const slash = end.indexOf("/");
    const subpath = slash === -1 ? "" : end.slice(slash);
    const ending = slash === -1 ? end : end.slice(0, slash);
    if (isOne && !name.endsWith(ending)) continue;
    const found = await context.resolver.resolve(isOne ? `${name}${subpath}` : name, parentOf(from), mode);
    for (const path of found === "builtin" ? [] : found)
      if (!(await isForeignAddon(path, context.proc))) paths.add(path);
  }
  yield* possibleModules(reference, [...paths].sort(), context);
}

/** All of the modules that a name may stand for. */
async function* possibleModules(
  reference: ModuleReference,
  paths: readonly AbsPath[],
  context: NodeContext,
): AsyncIterable<Yield> {
  const why = `may import it as ${reference.specifier.replaceAll(hole, "*")}`;
  for (const path of paths) yield* loadedNeeds(path, { evidence: "rule", why }, context);
  if (paths.length === 0) return;
  const bound = { kind: "paths", paths } as const;
  yield { unknown: { kind: "computed-name", line: reference.line, what: textOf(reference), bound } };
}

/** The application, where it comes along whole and the program starts in it. */
function homeOf({ proc: { appRoot, workdir } }: NodeContext): AbsPath | undefined {
  return appRoot !== undefined && isWithin(workdir, appRoot) ? appRoot : undefined;
}

/**
 * The files that a package may load from the working directory: whatever is in the application may be meant, and comes
 * along without it, so that only those modules are sure to run that the command names.
 */
async function* modulesOfCommand(context: NodeContext): AsyncIterable<AbsPath> {
  const { args, workdir } = context.proc;
  for (const argument of args) {
    const path = toAbsPath(argument, workdir);
    if (isModuleSource(path, context) && (await context.tree.kindOf(path)) === "file") yield path;
  }
}

/** The directory that a computed name surely lies in; undefined when its known part says too little. */
async function knownDirectory(prefix: string, from: AbsPath, context: NodeContext): Promise<AbsPath | undefined> {
  const slash = prefix.lastIndexOf("/");
  if (slash <= 0) return undefined;
  const known = prefix.slice(0, slash);
  if (/^(?:\.\.?(?:\/|$)|\/)/u.test(known)) {
    const directory = toAbsPath(known, parentOf(from));
    return (await context.tree.kindOf(directory)) === "directory" && directory !== "/" ? directory : undefined;
  }
  const split = splitSpecifier(known);
  const root = split && (await context.resolver.packageDirectory(split.name, parentOf(from)));
  const directory = root && toAbsPath(split.subpath, root);
  return directory && (await context.tree.kindOf(directory)) === "directory" ? directory : undefined;
}

/** Modules of a directory, and the index of each directory in it. */
async function* modulesIn(directory: AbsPath, context: NodeContext): AsyncIterable<AbsPath> {
  for (const name of (await listDirectory(directory, context)) ?? []) {
    const path = childOf(directory, name);
    const kind = await context.tree.kindOf(path);
    if (kind === "file" && (/\.(?:json|node)$/u.test(name) || isModuleSource(name, context))) yield path;
    if (kind !== "directory" || name === "node_modules" || name.startsWith(".")) continue;
    const index = await context.resolver.resolve(`${path}/`, directory, "require");
    if (index !== "builtin") yield* index;
  }
}
