import type { Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import { walk } from "../../rootfs/walk.ts";
import { hole } from "../../values/patterns.ts";
import { isCompiledThere } from "./build-dependencies.ts";
import { isModuleSource, isPartOfTree, isSettings } from "./module-sources.ts";
import { ownScriptNeeds } from "./named-scripts.ts";
import { mayBeNative, nativeUse } from "./native.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import { exampleData, packageRootOf } from "./packages.ts";
import { isForCompilers, isPrunedDirectory, isPrunedFile, isSourceMap } from "./prune.ts";

export interface Origin {
  readonly from: AbsPath;
  /** The reason for a path that is put together. */
  readonly why: string;
}

/** A path that a source puts together of its own place or of the place of another module. */
export async function* pathNeeds(path: AbsPath, { from, why }: Origin, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  const kind = await tree.kindOf(path);
  if (kind === undefined && path.includes("*")) {
    const base = { kind: "listed-directory", what: JSON.stringify(path) } as const;
    yield* patternNeeds(path, base, context);
    const directory = parentOf(toAbsPath(path.slice(0, path.indexOf("*") + 1)));
    if (isOutside(directory, context) && (await tree.kindOf(directory)) === "directory")
      yield { unknown: { ...base, bound: { kind: "prefix", prefix: path.slice(0, path.indexOf("*")) } } };
    return;
  }
  if (kind === undefined || path === from) return;
  if (kind === "file") {
    yield* fileNeeds(path, why, context);
    yield* ownScriptNeeds(path, from, context);
    return;
  }
  // The directory of the source, or one above, is only a step on the way to something else.
  if (isWithin(from, path) || path.endsWith("/node_modules") || proc.prune === "none") return;
  const owner = packageRootOf(childOf(path, "*"), packagePaths);
  // All of the application comes along at `safe`, and of a package what it does not keep for those who test or read it.
  if (proc.prune === "safe" && owner === undefined) return;
  const json = toAbsPath("package.json", path);
  if (proc.prune === "safe" && owner === path && (await tree.kindOf(json)) === "file") {
    yield { need: { path: json, role: "module", evidence: "proved", why } };
    return;
  }
  // `path.sep + "bin"` is looked for in other paths.
  const homes = [owner, proc.appRoot, proc.workdir === "/" ? undefined : proc.workdir];
  if (!homes.some((home) => home !== undefined && isWithin(path, home))) return;
  const data = owner === path ? await exampleData(path, proc.root) : [];
  const isCompiled = owner !== undefined && (await isCompiledThere(owner, await tree.packageIn(owner), proc.root));
  const isLeftOut = (inner: AbsPath): boolean =>
    owner === path
      ? !data.some((one) => isWithin(inner, one)) && isForReaders(inner.slice(path.length + 1), context)
      : (isCompiled && isForCompilers(inner)) || (owner !== undefined && isSourceMap(inner));
  yield* treeNeeds(path, { why, isLeftOut }, context);
}

/** True for a directory of sources that are of no package and not the application's, which ships by its own rules. */
function isOutside(directory: AbsPath, { proc, packagePaths }: NodeContext): boolean {
  const isApp = proc.appRoot !== undefined && isWithin(directory, proc.appRoot);
  const isOfPackage = packageRootOf(childOf(directory, "*"), packagePaths) !== undefined;
  return !isApp && !isOfPackage && !directory.includes("/node_modules") && !isSystemDirectory(directory);
}

/** True for what a package keeps for those who test or read it, by the path in the package. */
function isForReaders(relative: string, { runsTypeScript }: NodeContext): boolean {
  if (isPrunedDirectory(relative)) return true;
  const isRun = runsTypeScript && !/\.d\.[cm]?ts$/u.test(relative);
  return relative.includes(".") && isPrunedFile(isRun ? relative.replace(/tsx?$/u, "js") : relative);
}

async function* fileNeeds(path: AbsPath, why: string, context: NodeContext): AsyncIterable<Yield> {
  const own = { path, evidence: "proved", why } as const;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!name.includes(".")) {
    // Programs have no ending: compiled ones run themselves, and node reads all others.
    const use = await nativeUse(path, context.proc);
    if (use === "program" || use === "object") yield { need: { ...own, role: use } };
    else if (use === "none") yield { need: { ...own, role: "module" } };
    return;
  }
  // Settings name others, as a source does.
  const isRead = isModuleSource(path, context) || (context.proc.prune === "reachable" && isSettings(path));
  const role = path.endsWith(".node") || isRead ? roleOf(path) : "file";
  // What is named, and not imported, is run or only read: `copyFile(join(__dirname, "templates/app.js"))`.
  yield { need: { ...own, role, ...(role === "module" ? { optional: true } : {}) } };
}

/** A directory with all that is in it: what is code there is read. */
async function* treeNeeds(
  path: AbsPath,
  { why, isLeftOut }: { readonly why: string; readonly isLeftOut: (path: AbsPath) => boolean },
  context: NodeContext,
): AsyncIterable<Yield> {
  const own = { evidence: "proved", why } as const;
  const real = await context.tree.realPath(path);
  // Addons for other systems lie among those for this one.
  const foreign = new Set<AbsPath>();
  const sources: AbsPath[] = [];
  for await (const { path: inner, stat } of real === undefined ? [] : walk(context.proc.root, real, isPartOfTree)) {
    if (stat.kind !== "file") continue;
    const asNamed = toAbsPath(inner.slice((real ?? path).length + 1), path);
    if (mayBeNative(inner, stat.mode) && (await nativeUse(inner, context.proc)) === "foreign")
      foreign.add(inner).add(asNamed);
    else if (isModuleSource(inner, context) && !isLeftOut(asNamed)) sources.push(inner);
  }
  const skip = (inner: AbsPath): boolean => !isPartOfTree(inner) || foreign.has(inner) || isLeftOut(inner);
  yield { need: { ...own, path, role: "tree", skip } };
  for (const inner of sources) yield { need: { path: inner, role: "module", evidence: "bound", why } };
}

/**
 * What a pattern finds among installed packages: `node_modules/@icons/*\/dist/*.svg`. Where it ends in a name that is
 * not known at all, anything could be meant.
 */
export async function* patternNeeds(
  pattern: string,
  base: Omit<Unknown, "bound">,
  context: NodeContext,
): AsyncIterable<Yield> {
  const { proc, tree } = context;
  if (proc.prune !== "reachable" || !pattern.includes("/node_modules/")) return;
  if (/\/node_modules\/[*/]*$/u.test(pattern)) return;
  // One name of a package may have a scope.
  const scoped = pattern.replace("/node_modules/*/", "/node_modules/@*/*/");
  const paths = new Set<AbsPath>();
  for (const one of new Set([pattern, scoped])) for (const path of await expandGlob(proc.root, one)) paths.add(path);
  if (paths.size === 0) return;
  for (const path of paths) {
    const kind = await tree.kindOf(path);
    if (kind === "file") yield* fileNeeds(path, `may be named as ${base.what}`, context);
    else if (kind === "directory") yield { unknown: { ...base, bound: { kind: "directory", path } } };
  }
  yield { unknown: { ...base, bound: { kind: "paths", paths: [...paths].sort() } } };
}

/** A place that code elsewhere goes on from: what lies there could be meant. */
export async function* handedNeeds(
  { path: text, line, isExported }: { readonly path: string; readonly line: number; readonly isExported?: true },
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  if (proc.prune !== "reachable") return;
  const at = text.indexOf(hole);
  const what = at === -1 ? "__dirname" : JSON.stringify(text.replaceAll(hole, "*"));
  const base = { kind: "computed-name", line, what } as const;
  if (at !== -1) {
    const known = text.slice(0, at);
    const directory = known.endsWith("/") ? toAbsPath(known) : parentOf(toAbsPath(known));
    if (packageRootOf(childOf(directory, "*"), packagePaths) === undefined && !isOutside(directory, context)) {
      yield* patternNeeds(text.replaceAll(hole, "*"), base, context);
      return;
    }
    const start = known.endsWith("/") ? "" : known.slice(known.lastIndexOf("/") + 1);
    const prefix = `${directory}/${start}`;
    if ((await tree.kindOf(directory)) === "directory")
      yield { unknown: { ...base, bound: { kind: "prefix", prefix } } };
    return;
  }
  const path = toAbsPath(text);
  if ((await tree.kindOf(path)) !== "directory" || !isWithin(from, path)) return;
  const owner = packageRootOf(from, packagePaths);
  if (owner !== undefined && (owner === path || isExported === true))
    yield { unknown: { ...base, bound: { kind: "package", path: owner } } };
  else yield { unknown: { ...base, bound: { kind: "directory", path } } };
}
