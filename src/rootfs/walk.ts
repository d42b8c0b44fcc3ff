import { type AbsPath, childOf, type FileStat, type RootFs } from "./rootfs.ts";

export interface WalkedPath {
  readonly path: AbsPath;
  readonly stat: FileStat;
}

/**
 * Everything below `start`, itself first: parents before children, children in the order of their bytes. Follows no
 * link (of `start` neither; a link is its only answer then). `enters` keeps a directory closed when it answers false.
 */
export async function* walk(
  root: RootFs,
  start: AbsPath,
  enters: (directory: AbsPath) => boolean = () => true,
): AsyncGenerator<WalkedPath> {
  // A stack of its own: trees can be thousands of levels deep, and nested generators pay for each level on every step.
  const pending: AbsPath[] = [start];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const stat = await root.lstat(path);
    if (stat === undefined) continue;
    yield { path, stat };
    if (stat.kind !== "directory" || !enters(path)) continue;
    const names = (await root.readDirectory(path)) ?? [];
    for (let index = names.length - 1; index >= 0; index--) pending.push(childOf(path, names[index] ?? ""));
  }
}
