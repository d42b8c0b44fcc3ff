import { isSlight, useOf } from "../../rootfs/file-use.ts";
import { type AbsPath, type FileStat, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { weakEvidence } from "../model/closure.ts";
import { pointerOf } from "../model/graph.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";
import type { Process } from "../model/process.ts";
import { fewPackages } from "./system-package.ts";
import { type Demand, isSuggested, type Worklist } from "./worklist.ts";

/** True for a file of a package that the builder's author installed by its name, beside few others or with `from`. */
function isChosen(packages: PackagesOfSystem, path: AbsPath, from: AbsPath): boolean {
  const isNear = packages.chosen.length <= fewPackages || packages.isSuggested(from, path);
  return isNear && packages.ownerOf(path)?.isChosen?.() === true;
}

/**
 * True for a program that nothing proves to be started, and for what a helper suggests, where the package of who asks
 * can be installed without it: such names would lead from each to the next. What no package has is there to be used.
 */
export async function isFarFetched(
  work: Worklist,
  demand: Demand,
  { real, stat }: { readonly real: AbsPath; readonly stat: FileStat },
): Promise<boolean> {
  const { view, need, proc, start } = demand;
  const runs = start !== undefined && work.isElf(view, toAbsPath(demand.from));
  const from = runs ? (start.startedBy ?? demand.from) : demand.from;
  if (pointerOf(from) !== undefined || (runs && work.isElf(view, toAbsPath(from)))) return false;
  // Who runs a script, or what its arguments name, for another is not who names what stands in it.
  if (proc?.plugin !== undefined && proc.start.script === undefined && from === proc.realProgram) return false;
  const [isStarted, packages] = [need.role === "program" && isSuggested(demand), await work.systemPackages(view)];
  if (!isStarted && !(weakEvidence.has(need.evidence) && proc?.start.isHelper === true)) return false;
  const isCommand = useOf(real) === "command";
  // A library of a helper that nothing proves to be started names a shell for whoever asks it to start something.
  const isOfHelper = proc?.start.isHelper === true && from !== proc.realProgram;
  if (isStarted && isCommand && isOfHelper && work.isElf(view, toAbsPath(from))) {
    work.namedCommands.set(real, toAbsPath(from));
    return true;
  }
  // Packages of one source are a unit, but for the programs that people start.
  const [isOfUnit, isObject] = [packages.isOfSameSource(toAbsPath(from), real), work.isElf(view, toAbsPath(from))];
  if (!isCommand && isOfUnit) return false;
  // A script such as pg_wrapper has its programs in packages that cannot be installed without it.
  if (!isOfUnit && !isObject && packages.isMadeFor(real, toAbsPath(from))) return false;
  if (!packages.isWithout(toAbsPath(from), real) || (await work.isAuthors(view, toAbsPath(from)))) return false;
  // What only goes with it ships as data names it; of programs of others that an object names, those are told of.
  if ((!isCommand || isOfUnit || !isObject) && packages.isSuggested(toAbsPath(from), real)) return false;
  const isAtSafe = work.request.process.prune !== "reachable";
  if (isAtSafe && [need.path, real].some((path) => isChosen(packages, path, toAbsPath(from)))) return false;
  // Small files count for all that name them. Libraries are reported, and directories are places.
  if (isStarted || (stat.kind === "file" && need.role !== "object")) {
    if (!isStarted && isSlight(real, stat.sizeBytes)) return false;
    if (isCommand || useOf(real) === "run-time") work.namedCommands.set(real, toAbsPath(from));
  }
  return true;
}

/** True where more than names in strings leads to an object. */
export function isLoaded({ nodes }: Worklist, object: AbsPath): boolean {
  const seen = new Set<string>([object]);
  for (const path of seen) {
    if (pointerOf(path) !== undefined) return true;
    for (const { from, evidence } of nodes.get(toAbsPath(path))?.edges ?? []) if (evidence !== "string") seen.add(from);
  }
  return false;
}

/** True for a file of a package that the one of `from` needs or goes with, or that the author of `from` asked for. */
export function isNeeded(from: AbsPath, path: AbsPath, packages: PackagesOfSystem): boolean {
  const [own, other] = [packages.ownerOf(from), packages.ownerOf(path)];
  if (other === undefined || other.isEssential?.() === true) return false;
  if (own === undefined) return other.isChosen?.() === true;
  return !packages.isWithout(from, path) || packages.isSuggested(from, path);
}

/** True for a runtime's own program and the libraries that come with it. */
export function isOfRuntime(proc: Process, real: AbsPath, packages: PackagesOfSystem): boolean {
  const { plugin, realProgram, isEmbedder } = proc;
  if (plugin === undefined || isEmbedder) return false;
  if (packages.ownerOf(real) !== undefined) return packages.isOfSameSource(realProgram, real);
  return isWithin(real, parentOf(parentOf(realProgram)));
}
