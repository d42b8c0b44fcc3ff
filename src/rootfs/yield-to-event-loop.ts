import type { RootFs } from "./rootfs.ts";

/** Something to wait for before the next answer; undefined while there is nothing. */
export type YieldToEventLoop = () => Promise<void> | undefined;

/**
 * A root file system that waits for `yieldToEventLoop` before it answers. Answers that are there at once never let the
 * event loop go round: without it, a walk over a hundred thousand files hears no signal and shows no progress for as
 * long as it takes.
 */
export function yieldingRootFs(root: RootFs, yieldToEventLoop: YieldToEventLoop): RootFs {
  const after = <T>(answer: () => Promise<T>): Promise<T> => yieldToEventLoop()?.then(answer) ?? answer();
  return {
    lstat: (path) => after(() => root.lstat(path)),
    readDirectory: (path) => after(() => root.readDirectory(path)),
    readFile: (path, range) => after(() => root.readFile(path, range)),
    // A root without it says that each of its files is one of its own.
    ...(root.contentKey === undefined
      ? {}
      : { contentKey: (path) => after(() => root.contentKey?.(path) ?? Promise.resolve(undefined)) }),
  };
}
