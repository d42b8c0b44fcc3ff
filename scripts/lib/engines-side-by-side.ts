import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { type Engine, registryFolder, type Store, withEngine } from "./engine.ts";
import { stateFolder } from "./project.ts";

/** What became of one store: what its run gave, or why its engine could not be used. */
export type OnStore<T> =
  | { readonly store: Store; readonly value: T }
  | { readonly store: Store; readonly failure: string };

interface Work<T> {
  /** Makes ready what the run needs, on one engine at a time. */
  readonly prepare: (engine: Engine) => Promise<void>;
  readonly run: (engine: Engine) => Promise<T>;
}

/** Two engines and their builds want a core and some memory each. */
export function hasRoomForTwo(): boolean {
  return availableParallelism() > 1 && totalmem() > 6 * 2 ** 30;
}

/**
 * Runs work on a private engine of each store: at once where the machine has room, else one after the other. At once, each engine has a
 * registry of its own, which begins with what the first engine's holds: tests push under the same names.
 */
export async function onEachStore<T>(stores: readonly Store[], work: Work<T>): Promise<readonly OnStore<T>[]> {
  if (stores.length > 1 && hasRoomForTwo()) return sideBySide(stores, work);
  const outcomes: OnStore<T>[] = [];
  for (const store of stores) outcomes.push(...(await sideBySide([store], work)));
  return outcomes;
}

async function sideBySide<T>(
  stores: readonly Store[],
  work: Work<T>,
  ready: readonly Engine[] = [],
): Promise<readonly OnStore<T>[]> {
  const [store, ...rest] = stores;
  if (store === undefined) return Promise.all(ready.map(async (engine) => outcomeOf(engine, work)));
  let others: readonly OnStore<T>[] | undefined;
  try {
    const registry = ready.length === 0 ? undefined : copiedRegistry(store);
    return await withEngine(
      store,
      async (engine) => {
        await work.prepare(engine);
        others = await sideBySide(rest, work, [...ready, engine]);
        return others;
      },
      registry === undefined ? {} : { registry },
    );
  } catch (problem) {
    return [...(others ?? (await sideBySide(rest, work, ready))), { store, failure: messageOf(problem) }];
  }
}

async function outcomeOf<T>(engine: Engine, { run }: Work<T>): Promise<OnStore<T>> {
  try {
    return { store: engine.store, value: await run(engine) };
  } catch (problem) {
    return { store: engine.store, failure: messageOf(problem) };
  }
}

/** As it is told to a person. */
export function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

/** The folder of a registry with the contents of the usual one, which nobody writes to meanwhile. */
function copiedRegistry(store: Store): string {
  const folder = join(stateFolder(), `registry-${store}`);
  const contents = join(registryFolder(), "data");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (existsSync(contents)) cpSync(contents, join(folder, "data"), { recursive: true });
  return folder;
}
