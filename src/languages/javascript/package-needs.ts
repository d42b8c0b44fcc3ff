import type { Need, PruneLevel, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isBuildDependency, isCompiledThere } from "./build-dependencies.ts";
import { isModuleSource } from "./module-sources.ts";
import { isForeignAddon, isForPlatform, nativeUse } from "./native.ts";
import { type NodeContext, roleOf, type Setting } from "./node-context.ts";
import type { PackageJson } from "./package-json.ts";
import { namedFiles, packageFiles, packageRootOf } from "./packages.ts";

/** The package.json files that decide how node reads a module: the nearest, and that of its package. */
export async function* scopeNeeds(path: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const scope = await context.tree.scopeOf(parentOf(path));
  const owner = packageRootOf(path, context.packagePaths);
  for (const directory of new Set([scope, owner])) {
    const json = directory && toAbsPath("package.json", directory);
    if (json === undefined || json === path || (await context.tree.kindOf(json)) !== "file") continue;
    yield { need: { path: json, role: "module", evidence: "proved", why: "is part of the package that it describes" } };
  }
}

/** The needs of a package.json: the files of its package and the packages that it depends on. `directory` is real. */
export async function* packageNeeds(directory: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  const owner = packageRootOf(toAbsPath("package.json", directory), packagePaths);
  // A package.json deeper in a package only says which of its files are modules.
  if (owner !== undefined && owner !== directory) return;
  const isApplication = owner === undefined;
  if (!isApplication) yield* wholePackage(directory, proc.prune, context);
  else yield* applicationFiles(directory, context);
  if (!isApplication && proc.prune === "reachable") yield* settingNeeds(directory, context);

  for (const name of (await tree.packageIn(directory))?.dependencies ?? []) {
    if (!isApplication && proc.prune === "safe" && (await isBuildDependency(name, directory, proc))) continue;
    const found = await context.resolver.packageDirectory(name, directory);
    const json = found && (await tree.packageIn(found));
    // Absent ones are optional or for another platform, or the import that misses them says so.
    if (found === undefined || json === undefined || !isForPlatform(json, proc)) continue;
    if (isApplication && proc.prune === "reachable") {
      yield* wantedNeeds(name, { directory, package: found }, context);
      yield* commandsOf(name, found, json, context);
    }
    // A name for this platform alone is put together while the program runs, to find the package's place by its entry.
    const isOfPlatform = json.os.length > 0 || json.cpu.length > 0;
    if (proc.prune === "reachable" && !isOfPlatform) continue;
    if (proc.prune === "reachable") yield* wantedNeeds(name, { directory, package: found }, context);
    const path = toAbsPath("package.json", found);
    yield { need: { path, role: "module", evidence: "declared", why: `depends on ${name}` } };
  }
}

/**
 * A package that the application lists, or that is for this platform alone, is wanted: what its name leads to, or
 * whatever it has where that is nothing.
 */
export async function* wantedNeeds(
  name: string,
  { directory, package: found }: { readonly directory: AbsPath; readonly package: AbsPath },
  context: NodeContext,
): AsyncIterable<Yield> {
  let hasEntry = false;
  for await (const one of entryNeeds(name, { directory, why: `depends on ${name}` }, context)) {
    hasEntry = true;
    yield one;
  }
  if (hasEntry) return;
  // Who looks for it by its name goes through the link that a store has there.
  const described = toAbsPath("package.json", found);
  yield { need: { path: described, role: "module", evidence: "declared", why: `depends on ${name}` } };
  const path = (await context.tree.realPath(found)) ?? found;
  yield { unknown: { kind: "computed-name", what: `the dependency ${name}`, bound: { kind: "package", path } } };
}

/**
 * What a package's own package.json names in a field of another package, which reads it there:
 * `{"oclif": {"commands": "./lib/commands", "plugins": ["@oclif/plugin-help"]}}`. One that it does not depend on reads
 * nothing until it ships.
 */
async function* settingNeeds(directory: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { tree, resolver, heldSettings } = context;
  const json = await tree.packageIn(directory);
  for (const [field, texts] of json?.settings ?? []) {
    const setting: Setting = { directory, field, texts };
    if (json?.dependencies.some((name) => name === field || name.startsWith(`@${field}/`)) === true) {
      yield* namedInSetting(setting, context);
      continue;
    }
    const other = await resolver.packageDirectory(field, directory);
    const reader = other && ((await tree.realPath(other)) ?? other);
    if (reader !== undefined) heldSettings.set(setting, reader);
  }
}

/** What fields name for packages of which it is found since then that they ship. */
export async function* releasedSettings(context: NodeContext): AsyncIterable<Yield> {
  const { heldSettings, partialPackages, wholePackages } = context;
  for (const [setting, reader] of heldSettings) {
    if (!partialPackages.has(reader) && !wholePackages.has(reader)) continue;
    heldSettings.delete(setting);
    const from = toAbsPath("package.json", setting.directory);
    for await (const one of namedInSetting(setting, context)) yield { from, ...one };
  }
}

/** The files, directories and dependencies that a field names. */
async function* namedInSetting({ directory, field, texts }: Setting, context: NodeContext): AsyncIterable<Yield> {
  const { tree, resolver } = context;
  const json = await tree.packageIn(directory);
  const what = `"${field}" of its package.json`;
  for (const text of new Set(texts)) {
    const named = json?.dependencies.includes(text) === true && (await resolver.packageDirectory(text, directory));
    if (named) yield* wantedNeeds(text, { directory, package: named }, context);
    const path = /^[\w.@-][\w./@-]*$/u.test(text) ? toAbsPath(text, directory) : directory;
    if (path === directory || !isWithin(path, directory)) continue;
    const kind = await tree.kindOf(path);
    if (kind === "directory") yield { unknown: { kind: "listed-directory", what, bound: { kind: "directory", path } } };
    else if (kind === "file")
      yield { need: { path, role: roleOf(path), evidence: "declared", why: `names it in "${field}"` } };
  }
}

/** The programs of a package that the application lists: `node_modules/.bin/NAME` runs them. */
async function* commandsOf(
  name: string,
  directory: AbsPath,
  { bin }: PackageJson,
  { tree }: NodeContext,
): AsyncIterable<Yield> {
  for (const relative of bin) {
    const path = toAbsPath(relative, directory);
    if ((await tree.kindOf(path)) !== "file") continue;
    yield { need: { path, role: "module", evidence: "declared", why: `is a program of its dependency ${name}` } };
  }
}

/** The modules that a package's name leads to, by `require` and by `import`. */
export async function* entryNeeds(
  name: string,
  { directory, why }: { readonly directory: AbsPath; readonly why: string },
  context: NodeContext,
): AsyncIterable<Yield> {
  const paths = new Set<AbsPath>();
  for (const mode of ["require", "import"] as const) {
    const found = await context.resolver.resolve(name, directory, mode);
    for (const path of found === "builtin" ? [] : found) paths.add(path);
  }
  for (const path of paths) yield* loadedNeeds(path, { evidence: "declared", why }, context);
}

/** A module, or an addon with what its package is found by: of modules, reading them tells it. No addon for others. */
export async function* loadedNeeds(
  path: AbsPath,
  because: Pick<Need, "evidence" | "why">,
  context: NodeContext,
): AsyncIterable<Yield> {
  if (await isForeignAddon(path, context.proc)) return;
  // A compiled program that is found by the name of a module, as that of a package for this platform.
  if (!baseName(path).includes(".") && (await nativeUse(path, context.proc)) === "program") {
    yield { need: { path, role: "program", ...because } };
    return;
  }
  yield { need: { path, role: roleOf(path), ...because } };
  if (roleOf(path) === "object") yield* scopeNeeds((await context.tree.realPath(path)) ?? path, context);
}

/** The files of one package at a level, once. */
export async function* wholePackage(directory: AbsPath, level: PruneLevel, context: NodeContext): AsyncIterable<Yield> {
  if (level !== "reachable" && context.wholePackages.has(directory)) return;
  if (level !== "reachable") context.wholePackages.add(directory);
  else context.partialPackages.add(directory);
  const { proc, tree, runsTypeScript } = context;
  const json = await tree.packageIn(directory);
  const named = level === "reachable" ? new Set<AbsPath>() : namedFiles(directory, json);
  const isCompiled = level === "safe" && (await isCompiledThere(directory, json, proc.root));
  const options = { level, named, isApplication: false, runsTypeScript, isCompiled };
  for await (const need of packageFiles(directory, proc, options)) {
    // Where only what is reached is read, what comes along for a name that nobody knows has to be read too.
    const isRead = proc.prune === "reachable" && level === "safe" && isModuleSource(need.path, context);
    yield { need: isRead ? { ...need, role: "module", evidence: "bound" } : need };
  }
}

/**
 * The program's own files, where the spec does not give them as the app: those of the package that the program lies in,
 * as in images that are distilled. At `none` the packages beside it come along whether or not anybody depends on them.
 */
async function* applicationFiles(directory: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, runsTypeScript } = context;
  const isGiven = proc.appRoot !== undefined && isWithin(directory, proc.appRoot);
  const options = {
    level: proc.prune,
    named: new Set<AbsPath>(),
    isApplication: true,
    runsTypeScript,
    isCompiled: false,
  };
  if (!isGiven && proc.prune !== "reachable" && directory !== "/") {
    for await (const need of packageFiles(directory, proc, options)) yield { need };
    return;
  }
  const packages = toAbsPath("node_modules", directory);
  if (proc.prune !== "none" || (await tree.kindOf(packages)) !== "directory") return;
  for await (const need of packageFiles(packages, proc, options)) yield { need };
}
