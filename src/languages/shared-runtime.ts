import type { ProcessContext, Runtime } from "../closure/model/closure.ts";
import { type AbsPath, isWithin, type RootFs } from "../rootfs/rootfs.ts";

/** What tells one of the processes that share a run-time from the others. */
export interface OneProcess {
  readonly proc: ProcessContext;
  /** The program's source; undefined for code in the arguments, and for none. */
  readonly script: AbsPath | undefined;
}

/** A run-time that several processes of one closure have together. */
export interface CommonRuntime extends Runtime {
  /** The needs of one more such process. */
  join(process: OneProcess): ReturnType<Runtime["start"]>;
}

/** A process that may share its run-time. */
export interface Sharing extends OneProcess {
  /** What the process sees besides the builder and its surroundings: options, directories of modules. */
  readonly options: readonly unknown[];
  /** Directories in which packages install scripts, beside those of the distribution. */
  readonly packages: readonly AbsPath[];
}

interface Shared {
  readonly runtime: CommonRuntime;
  readonly asked: Set<AbsPath>;
}

/** By closure, then by what the processes see. */
const shared = new WeakMap<object, Map<RootFs, Map<string, Promise<Shared>>>>();

/**
 * A process of a program that was installed, such as `/usr/bin/rake`: those that see the same have one run-time, so
 * that each source is read once for all of them. Whole packages ship for them, so that nothing is lost where two
 * scripts mean other files by one name. `open` is told whether there may be more scripts than one.
 */
export async function shareRuntime(
  sharing: Sharing,
  open: (hasManyScripts: boolean) => Promise<CommonRuntime>,
): Promise<Runtime> {
  const key = await keyOf(sharing);
  if (key === undefined) return open(false);
  const { closure = sharing.proc, root } = sharing.proc;
  const roots = shared.get(closure) ?? new Map<RootFs, Map<string, Promise<Shared>>>();
  shared.set(closure, roots);
  const known = roots.get(root) ?? new Map<string, Promise<Shared>>();
  roots.set(root, known);
  const found = known.get(key);
  if (found !== undefined) return joined(await found, sharing);
  const made = begin(open(true));
  known.set(key, made);
  const first = await made;
  return { ...joined(first, sharing), start: () => first.runtime.start() };
}

async function begin(opening: Promise<CommonRuntime>): Promise<Shared> {
  return { runtime: await opening, asked: new Set() };
}

function joined({ runtime, asked }: Shared, process: OneProcess): Runtime {
  return {
    start: () => runtime.join(process),
    async *needs(path) {
      if (asked.has(path)) return;
      asked.add(path);
      yield* runtime.needs(path);
    },
    settle: () => runtime.settle(),
  };
}

/** What such processes see; undefined for one that may see what others do not. */
async function keyOf({ proc, script, options, packages }: Sharing): Promise<string | undefined> {
  const { program, realProgram, env, workdir, appRoot, entries, stdlib, prune, bytecode, certainty } = proc;
  if (prune !== "safe") return undefined;
  if (script !== undefined && !(await isInstalled(script, proc, packages))) return undefined;
  return JSON.stringify([program, realProgram, env, workdir, appRoot, entries, stdlib, bytecode, certainty, options]);
}

async function isInstalled(script: AbsPath, proc: ProcessContext, packages: readonly AbsPath[]): Promise<boolean> {
  if (packages.some((directory) => isWithin(script, directory))) return true;
  return (await proc.systemPackage?.(script)) !== undefined;
}
