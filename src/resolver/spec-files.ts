import type { ClosureRequest } from "../closure/model/request.ts";
import type { View } from "../closure/model/view.ts";
import { copiedMode, copiesOf } from "../closure/walk/files.ts";
import { unreachable } from "../diagnostics/invariant.ts";
import type { MemoryEntry } from "../rootfs/memory.ts";
import type { FileStat, RootFs } from "../rootfs/rootfs.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { parseOwner } from "../spec/owner.ts";
import type { FileSpec } from "../spec/spec.ts";

export interface SpecFile {
  readonly path: string;
  readonly entry: MemoryEntry;
  /** The view that has the file in this place already, where it is copied from there: found as that one's own. */
  readonly home: string | undefined;
}

/**
 * The entries of the spec's `files` in the image, as programs will see them: their rules must read the configuration
 * that ships, not the builder's. `views` are the trees that copies come from. Of directories, all that lies below.
 */
export async function specFiles(
  request: ClosureRequest,
  views: ReadonlyMap<string, View>,
): Promise<readonly SpecFile[]> {
  const located: SpecFile[] = [];
  for (const root of request.roots) {
    if (root.kind !== "file") continue;
    const { file } = root;
    const owner = parseOwner(file.owner);
    if (file.kind !== "copy") {
      located.push({ path: file.path, entry: { ...owner, ...generated(file) }, home: undefined });
      continue;
    }
    const view = views.get(root.view);
    if (view === undefined) continue;
    for await (const { found, to } of copiesOf(view, file)) {
      const home = found.path === to ? root.view : undefined;
      const entry = copied(found.stat, { root: view.root, path: found.path });
      const mode = found.stat.kind === "file" ? (file.mode ?? copiedMode(file, found.stat)) : undefined;
      located.push({ path: to, entry: { ...owner, ...entry, ...(mode === undefined ? {} : { mode }) }, home });
    }
  }
  return located;
}

function generated(file: Exclude<FileSpec, { kind: "copy" }>): MemoryEntry {
  const mode = file.mode === undefined ? {} : { mode: file.mode };
  switch (file.kind) {
    case "content":
      return { content: file.content, ...mode };
    case "directory":
      return { kind: "directory", ...mode };
    case "symlink":
      return { kind: "symlink", target: file.target };
  }
  return unreachable(file);
}

function copied(stat: FileStat, source: { readonly root: RootFs; readonly path: string }): MemoryEntry {
  const { kind, target } = stat;
  if (kind === "file") {
    return { kind, source: { root: source.root, path: toAbsPath(source.path), sizeBytes: stat.sizeBytes } };
  }
  return target === undefined ? { kind } : { kind, target };
}
