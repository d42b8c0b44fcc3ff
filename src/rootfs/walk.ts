import { isSharedBound } from "./path-bounds.ts";
import { type AbsPath, childOf, type FileStat, isWithin, parentOf, type RootFs } from "./rootfs.ts";

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

/**
 * The files behind a link that stands below `from`: it is there for what lies in the directory that it leads to. None
 * where that holds `from` or lies in it, or where many packages share it.
 */
export async function* filesBehindLink(
  root: RootFs,
  end: { readonly real: AbsPath; readonly stat: FileStat | undefined },
  from: AbsPath,
): AsyncGenerator<WalkedPath> {
  if (end.stat?.kind !== "directory" || isWithin(end.real, from) || isWithin(from, end.real)) return;
  if (isSharedBound({ kind: "directory", path: end.real })) return;
  for await (const found of walk(root, end.real)) if (found.stat.kind === "file") yield found;
}

/**
 * The directories of a walk, less those that are below the first and of whose files each is withheld: who finds
 * `/var/lib/server/tables` empty takes it for tables that are there.
 */
export function directoriesKept(found: readonly WalkedPath[], withheld: readonly AbsPath[]): readonly WalkedPath[] {
  const lost = new Set(withheld);
  const emptied = new Set<AbsPath>();
  const filled = new Set<AbsPath>();
  for (const { path, stat } of found) {
    if (stat.kind === "directory") continue;
    const above = lost.has(path) ? emptied : filled;
    for (let at = parentOf(path); !above.has(at); at = parentOf(at)) above.add(at);
  }
  return found.filter(({ path, stat }, index) => {
    const isEmptied = index > 0 && emptied.has(path) && !filled.has(path);
    return stat.kind === "directory" && !isEmptied;
  });
}
