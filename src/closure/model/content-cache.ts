import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";

/** Stands for one request: what was learnt of its files is forgotten with it. */
export interface Memory {
  readonly request: symbol;
}

export function createMemory(): Memory {
  return { request: Symbol("request") };
}

/** Answers what `make` says of a file, once for all files that are known to hold the same bytes. */
export type Recall<T> = (
  memory: Memory | undefined,
  file: { readonly root: RootFs; readonly path: AbsPath },
  make: () => Promise<T>,
) => Promise<T>;

/**
 * One kind of knowledge that depends on the bytes of a file and on nothing else. The check of the finished image asks again
 * about every file that was read before, under another root. `path` must be no link, or nothing is recalled.
 */
export function knowledge<T>(): Recall<T> {
  const stores = new WeakMap<Memory, Map<string, Promise<T>>>();
  return async (memory, { root, path }, make) => {
    const key = memory === undefined ? undefined : await root.contentKey?.(path);
    if (memory === undefined || key === undefined) return make();
    const store = stores.get(memory) ?? new Map<string, Promise<T>>();
    stores.set(memory, store);
    const known = store.get(key);
    if (known !== undefined) return known;
    const answer = make();
    store.set(key, answer);
    return answer;
  };
}
