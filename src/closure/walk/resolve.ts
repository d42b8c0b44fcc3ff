import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type AbsPath, compareBytes } from "../../rootfs/rootfs.ts";
import { absentPaths, finishFindings } from "../check/findings.ts";
import type { ClosureEntry, Finding, Reason, ReportedLibrary } from "../model/closure.ts";
import type { FeatureContext } from "../model/feature.ts";
import { chooseReasons, pointerReason } from "../model/graph.ts";
import type { PackagesOfSystem, Plugins } from "../model/plugins.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { SettledUnknown } from "../model/unknown.ts";
import { readOwners } from "../ownership/owners.ts";
import { addPackageMetadata, type PackageRecord } from "../ownership/package-metadata.ts";
import { takeAuthorDirectories } from "./author-directories.ts";
import { takeChosenPackages } from "./chosen-packages.ts";
import { takeCommandLine } from "./command-line.ts";
import { createWorklist } from "./demand-queue.ts";
import { layersOf, makeEntries } from "./entries.ts";
import { addGenerated } from "./files.ts";
import { startHealthcheck } from "./healthcheck.ts";
import { LanguagePackages } from "./language-packages.ts";
import { moveBinaries } from "./moves.ts";
import { NamedPaths } from "./named-paths.ts";
import { loadObject, startProgram } from "./programs.ts";
import { addReasonsFile, fillReasonsFile } from "./reasons-file.ts";
import { reportLibraries } from "./reported-libraries.ts";
import { ownerProcess, startPrograms, startRest, type Views } from "./roots.ts";
import { startStatedRuns } from "./stated-runs.ts";
import { tellLargeDirectories } from "./too-large.ts";
import { expandTree } from "./trees.ts";
import { UnknownSettler } from "./unknowns.ts";
import type { Expand, Worklist } from "./worklist.ts";

/** A program on the PATH that belongs to a package of which files ship, and that stays out. */
export interface LeftOutProgram {
  readonly path: AbsPath;
  readonly package: string;
}

/** Everything that the image holds, and why. */
export interface Closure {
  /** Sorted by path. */
  readonly entries: readonly ClosureEntry[];
  /** Sorted; every one has a pointer into the spec. */
  readonly diagnostics: readonly Diagnostic[];
  /** The start of the image, with defaults filled in. */
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** The program and arguments of the health check. */
  readonly healthcheck?: readonly string[];
  /** Packages of which files are in, sorted by id. */
  readonly packages: readonly PackageRecord[];
  /** Every path that was reached, with all reasons for it. */
  readonly nodes: ReadonlyMap<string, { readonly edges: readonly Reason[] }>;
  /** Packages of the builders' distributions. */
  readonly builderPackages: number;
  /** Every name that was not evaluated to its end, with what became of it. */
  readonly unknowns: readonly SettledUnknown[];
  /** Programs on the PATH of packages that ship, which nothing names: sorted by path. */
  readonly leftOut: readonly LeftOutProgram[];
  /** The packages of the views' distributions, as far as they were asked for. */
  readonly systemPackages: ReadonlyMap<string, Promise<PackagesOfSystem>>;
  /** Names in strings that stay out. */
  readonly reported: readonly ReportedLibrary[];
}

/** The same without its graph, which is large. */
export type SettledClosure = Omit<Closure, "nodes">;

/** What a closure is made of. */
interface Reached {
  readonly work: Worklist;
  readonly views: Views;
  readonly unknowns: UnknownSettler;
  readonly start: Pick<Closure, "entrypoint" | "cmd" | "healthcheck">;
}

const settleLimit = 100;

/**
 * Finds what must come along with what the request names: a worklist over (path, role, process) that ends when nothing
 * new is asked for. The answer depends on the request and the trees alone, not on the order of roots or directories.
 */
export async function resolveClosure(...asked: Parameters<typeof reachPaths>): Promise<Closure> {
  return finishClosure(await reachPaths(...asked));
}

/** Finds the paths alone: the nodes of its worklist. */
export async function reachPaths(request: ClosureRequest, views: Views, plugins: Plugins): Promise<Reached> {
  const work = createWorklist(sortRoots(request), plugins);
  const unknowns = new UnknownSettler(work);
  const settlers = [new NamedPaths(work, views), new LanguagePackages(work), unknowns];
  const { entrypoint, cmd, moves } = await startPrograms(work, views);
  await work.drain(expand);
  await startRest(work, views);
  await startStatedRuns(work, views, { entrypoint, cmd });
  const healthcheck = await startHealthcheck(work, views, moves);
  await settle(work);
  await takeCommandLine(work, views);
  await settle(work);
  await takeAuthorDirectories(work, views, settle);
  await takeChosenPackages(work, views, settle);
  orderNodes(work.nodes);
  await addFeatures(work, views);
  await settle(work);
  await tellLargeDirectories(work, views);
  await moveBinaries(work, moves);

  const start = { entrypoint, cmd, ...(healthcheck === undefined ? {} : { healthcheck }) };
  return { work, views, unknowns, start };

  async function expand(...[demand, resolved]: Parameters<Expand>): Promise<void> {
    switch (demand.need.role) {
      case "program":
        return startProgram(work, demand, resolved);
      case "object":
        return loadObject(work, demand, resolved.real);
      case "module": {
        const { proc, view, need } = demand;
        if (proc?.runtime === undefined || !work.isNew(`module\0${proc.key}\0${need.path}`)) return;
        return work.enqueueAll(proc.runtime.needs(need.path), { view, from: resolved.real, proc });
      }
      case "tree":
        return expandTree(work, demand, resolved);
      case "file":
        return;
    }
  }

  /** Drains, then asks every run-time for what depends on the whole set, until that brings nothing new. */
  async function settle(worklist: Worklist): Promise<void> {
    await worklist.drain(expand);
    for (let round = 0; round < settleLimit; round++) {
      const before = worklist.progress();
      for (const proc of [...worklist.processes.values()].sort((left, right) => compareBytes(left.key, right.key))) {
        if (proc.runtime === undefined) continue;
        const { view, realProgram } = proc;
        await worklist.enqueueAll(proc.runtime.settle(), { view, from: realProgram, proc });
      }
      for (const one of settlers) await one.settle();
      await worklist.drain(expand);
      if (worklist.progress() === before) return;
    }
  }
}

/** The closure of what was reached, to be called once: records of packages add to the paths. */
export async function finishClosure({ work, views, unknowns, start }: Reached): Promise<Closure> {
  const absent = absentPaths(work.findings);
  const from = pointerReason("/metadata/package-db");
  const report = (finding: Finding): void => work.report({ finding, from });
  const { nodes, plugins, request } = work;
  const { packages: databases, compiled } = plugins;
  const systemPackages = work.systemPackages.bind(work);
  const owners = await readOwners(databases, { views, systemPackages, nodes, absent, compiled, report });
  const packages = await addPackageMetadata(work, { owners, views, layers: layersOf(nodes) });
  await addReasonsFile(work, views);
  const reasons = chooseReasons(nodes);
  const entries = fillReasonsFile(work, await makeEntries(work, { reasons, views, owners, compiled }));
  const cmd = request.process.cmd === undefined ? await defaultCommand(work, start.entrypoint) : start.cmd;
  return {
    entries,
    diagnostics: finishFindings(work, { reasons, owners }),
    ...start,
    ...(runtimeInterfaceCommand(work, start.entrypoint) ?? { cmd }),
    packages,
    nodes,
    builderPackages: owners.builderPackages,
    unknowns: unknowns.settled,
    leftOut: leftOutPrograms(work),
    systemPackages: new Map([...views.values()].map((view) => [view.name, systemPackages(view)])),
    reported: await reportLibraries(work),
  };
}

function leftOutPrograms({ leftOut, nodes }: Worklist): readonly LeftOutProgram[] {
  const paths = [...leftOut].filter(([path]) => !nodes.has(path)).map(([path, name]) => ({ path, package: name }));
  return paths.sort((left, right) => compareBytes(left.path, right.path));
}

/** The client of a platform as the entrypoint, and the function as the command, which the platform may change. */
function runtimeInterfaceCommand(
  { request, processes }: Worklist,
  entrypoint: readonly string[],
): Pick<Closure, "entrypoint" | "cmd"> | undefined {
  const { call } = request.process;
  const client = [...processes.values()].map((one) => one.runtimeInterfaceClient).find((one) => one !== undefined);
  if (call === undefined || client === undefined) return undefined;
  return { entrypoint: [...entrypoint, ...client.args], cmd: [call.handler] };
}

/** The run-time's default start, so that the image says it. */
async function defaultCommand(work: Worklist, entrypoint: readonly string[]): Promise<readonly string[]> {
  if (entrypoint.length !== 1) return [];
  const proc = [...work.processes.values()].find(({ start, program }) => start.isImage && program === entrypoint[0]);
  return (await proc?.plugin?.defaultArgs?.(proc.context)) ?? [];
}

/** Every list that is made of them is sorted: sorting what is nearly in order costs little. */
function orderNodes(nodes: Worklist["nodes"]): void {
  const sorted = [...nodes].sort(([left], [right]) => compareBytes(left, right));
  nodes.clear();
  for (const [path, node] of sorted) nodes.set(path, node);
}

function sortRoots(request: ClosureRequest): ClosureRequest {
  const roots = [...request.roots].sort((left, right) => compareBytes(left.pointer, right.pointer));
  return { ...request, roots };
}

async function addFeatures(work: Worklist, views: Views): Promise<void> {
  const view = views.get(work.request.process.view);
  if (view === undefined) return;
  const processes = [...work.processes.values()].sort((left, right) => compareBytes(left.key, right.key));
  const host = ownerProcess(work, view);
  const context: FeatureContext = {
    request: work.request,
    root: view.root,
    context: views.get("context")?.root,
    paths: [...work.nodes.values()].sort((left, right) => compareBytes(left.path, right.path)),
    configurations: work.configurations,
    installTexts: work.installTexts,
    objects: await objectsOf(work, views),
    loaderCache: processes.flatMap((proc) => (proc.loader?.usesCache() === true ? proc.loader.cacheEntries() : [])),
    readBuilder: async (path) => view.trees.findLast(({ kind }) => kind === "builder")?.root.readFile(path),
    ownerOf: async (path) => (await work.systemPackages(view)).ownerOf(path),
    findLibrary: async (soname) => host?.loader?.find(soname),
  };
  for (const feature of work.plugins.features) {
    const from = pointerReason(feature.pointer);
    for await (const one of feature.apply(context)) {
      if ("generated" in one) {
        // Files of the spec win over those of a feature.
        if (work.nodes.get(one.generated.path)?.fromSpec !== true) {
          await addGenerated(work, view, { generated: one.generated, pointer: feature.pointer, layer: "system" });
        }
      } else await work.enqueueAll([one], { view, from, proc: host });
    }
  }
}

async function objectsOf(work: Worklist, views: Views): Promise<FeatureContext["objects"]> {
  const objects = [];
  for (const node of [...work.nodes.values()].sort((left, right) => compareBytes(left.path, right.path))) {
    const view = views.get(node.view);
    if (node.stat.kind !== "file" || view === undefined || !work.isElf(view, node.path)) continue;
    const elf = await work.readElf(view, node.path);
    if (elf !== undefined) objects.push({ path: node.path, elf, layer: node.layer });
  }
  return objects;
}
