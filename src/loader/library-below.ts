import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, childOf, parentOf, type RootFs } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";

/** A library in a directory beside the one that needs it: `lib/server/libjvm.so` for `lib/libjava.so`. */
export async function libraryBelow(root: RootFs, name: string, requester: AbsPath): Promise<AbsPath | undefined> {
  const at = await resolveLinks(root, requester);
  if (name.includes("/") || at === undefined || at === "loop") return undefined;
  const directory = parentOf(at.real);
  // What lies in a directory of the system belongs to many.
  if (isSystemDirectory(directory)) return undefined;
  for (const child of (await root.readDirectory(directory)) ?? []) {
    const place = childOf(directory, child);
    if ((await root.lstat(place))?.kind !== "directory") continue;
    const path = childOf(place, name);
    if ((await root.lstat(path))?.kind === "file") return path;
  }
  return undefined;
}
