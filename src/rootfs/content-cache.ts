import type { AbsPath, RootFs } from "./rootfs.ts";

/** Stands for one request: what was learnt of its files is forgotten with it. */
export interface ContentCache {
  readonly request: symbol;
}

export function createContentCache(): ContentCache {
  return { request: Symbol("request") };
}

/** Answers what `make` says of a file, once for all files that are known to hold the same bytes. */
export type CachedAnswer<T> = (
  contentCache: ContentCache | undefined,
  file: { readonly root: RootFs; readonly path: AbsPath },
  make: () => Promise<T>,
) => Promise<T>;

/**
 * One kind of knowledge that depends on the bytes of a file and on nothing else. The check of the finished image asks
 * again about every file that was read before, under another root. `path` must be no link, or nothing is recalled.
 */
export function cachedByContent<T>(): CachedAnswer<T> {
  const stores = new WeakMap<ContentCache, Map<string, Promise<T>>>();
  return async (contentCache, { root, path }, make) => {
    const key = contentCache === undefined ? undefined : await root.contentKey?.(path);
    if (contentCache === undefined || key === undefined) return make();
    const store = stores.get(contentCache) ?? new Map<string, Promise<T>>();
    stores.set(contentCache, store);
    const known = store.get(key);
    if (known !== undefined) return known;
    const answer = make();
    store.set(key, answer);
    return answer;
  };
}
