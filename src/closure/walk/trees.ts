import { type Glob, matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { isPrivate } from "../../rootfs/private-paths.ts";
import type { ResolvedPath } from "../../rootfs/resolved-path.ts";
import { type AbsPath, childOf, type FileStat, isWithin, joinPaths, rootPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import { isShippable } from "../../rootfs/unshippable.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Process } from "../model/process.ts";
import type { TreeRoot, View } from "../model/view.ts";
import { roleOfFile } from "./file-role.ts";
import type { Demand, Worklist } from "./worklist.ts";

/** Everything below a directory, less what the need skips, the spec excludes, and what is private or no file. */
export async function expandTree(
  work: Worklist,
  demand: Demand,
  start: ResolvedPath & { readonly stat: FileStat },
): Promise<void> {
  const { view, need } = demand;
  if (start.stat.kind !== "directory") return;
  if (need.skip === undefined && !work.isNew(`tree\0${view.name}\0${need.path}`)) return;
  const pending: { readonly asked: AbsPath; readonly real: AbsPath }[] = [{ asked: need.path, real: start.real }];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const name of (await view.root.readDirectory(directory.real)) ?? []) {
      const requested = childOf(directory.asked, name);
      if (need.skip?.(requested) === true || work.excludes(requested)) continue;
      const real = childOf(directory.real, name);
      const stat = await view.root.lstat(real);
      if (stat === undefined || isPrivate(real)) continue;
      if (!(await takeOne(work, demand, { path: real, stat, within: start.real }))) continue;
      if (stat.kind === "directory") pending.push({ asked: requested, real });
    }
  }
}

/**
 * Takes one path of a tree as it is; a link also brings what it leads to, a directory outside of the tree with all that
 * lies there. False for devices and the like.
 */
async function takeOne(
  work: Worklist,
  demand: Demand,
  found: { readonly path: AbsPath; readonly stat: FileStat; readonly within: AbsPath },
): Promise<boolean> {
  const { path, stat, within } = found;
  const { view, need, from } = demand;
  if (!isShippable(stat.kind)) return false;
  await work.add({ view, path, stat, from, why: need.why, evidence: need.evidence, layer: need.layer });
  // What a run-time takes as it is may hold scripts of its author, which it starts.
  const mayStart = demand.proc !== undefined && stat.kind === "file" && (stat.mode & 0o111) !== 0;
  if (mayStart && (await work.isAuthors(view, path)) && (await roleOfFile(work, demand.proc, path)) === "program") {
    const { why, layer } = need;
    work.suggest({ view, from, proc: demand.proc }, { path, role: "program", evidence: "string", why, layer });
  }
  if (stat.kind === "symlink") {
    const { evidence, why, layer } = need;
    const { real, stat: target } = await view.resolve(path);
    const isElsewhere = target?.kind === "directory" && !isWithin(real, within) && !isWithin(within, real);
    const role = isElsewhere && !isSystemDirectory(real) ? "tree" : "file";
    work.suggest({ view, from }, { path, role, evidence, why, layer });
  }
  return true;
}

/** The application's own files, each also asked of the run-time that has the application. */
export async function takeApp(
  work: Worklist,
  app: {
    readonly view: View;
    readonly tree: TreeRoot;
    readonly from: string;
    readonly proc: Process | undefined;
  },
): Promise<void> {
  const { view, tree, from, proc } = app;
  const include = (tree.include ?? ["**"]).map(parseGlob);
  const exclude = (tree.exclude ?? []).map(parseGlob);
  const readsAll = work.request.process.prune !== "reachable" || proc?.plugin?.readsEverySource === true;
  const isTraced = proc?.runtime !== undefined && readsAll;
  const isPruned = work.request.process.prune !== "none";
  const packageDirectories = isPruned ? proc?.plugin?.packageDirectories : undefined;
  const unused = isPruned && proc !== undefined ? await proc.plugin?.unusedPackages?.(proc.context) : [];
  const isOut = (relative: AbsPath): boolean =>
    exclude.some((glob) => matchGlob(glob, relative)) ||
    packageDirectories?.some((name) => `/${relative}`.endsWith(`/${name}`)) === true ||
    unused?.includes(joinPaths(tree.prefix, relative)) === true;
  for await (const found of walk(tree.root, rootPath, (directory) => !isOut(directory))) {
    const path = joinPaths(tree.prefix, found.path);
    if ((found.path !== rootPath && (isOut(found.path) || !isIn(include, found.path))) || work.excludes(path)) continue;
    const location = await view.locate(path);
    if (location?.tree !== tree) continue;
    const need = { path, evidence: "user" as const, why: "takes it with the application" };
    const file = { path, stat: found.stat, within: tree.prefix };
    if (file.stat.kind === "file" && isTraced && proc !== undefined)
      work.enqueue({ view, from, proc, need: { ...need, role: "module" } });
    else await takeOne(work, { view, from, need: { ...need, role: "tree" } }, file);
    // Whatever name the program loads it by, it needs its own libraries.
    if (/\.so(?:\.|$)/u.test(path) && (await roleOfFile(work, proc, path)) === "object" && proc !== undefined)
      work.enqueue({ view, from, proc, need: { ...need, role: "object", optional: true } });
  }
}

function isIn(include: readonly Glob[], relative: string): boolean {
  return include.some((glob) => matchGlob(glob, relative));
}
