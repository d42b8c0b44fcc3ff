import { unreachable } from "../../diagnostics/invariant.ts";
import type { MemoryEntry } from "../../rootfs/memory.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import { parseOwner } from "../../spec/owner.ts";
import type { FileSpec } from "../../spec/spec.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { View } from "../model/view.ts";
import { copiedMode } from "./files.ts";

/** Copied files up to this size are shown to programs while the closure is resolved: configuration, not data. */
const shownBytes = 1024 * 1024;

export interface SpecFile {
  readonly path: string;
  readonly entry: MemoryEntry;
  /** The view that has the file in this place already, where it is copied from there: found as that one's own. */
  readonly home: string | undefined;
}

/**
 * The entries of the spec's `files` in the image, as programs will see them: their rules must read the configuration
 * that ships, not the builder's. `views` are the trees that copies come from. Patterns and directories are left out.
 */
export async function specFiles(
  request: ClosureRequest,
  views: ReadonlyMap<string, View>,
): Promise<readonly SpecFile[]> {
  const located: SpecFile[] = [];
  for (const root of request.roots) {
    if (root.kind !== "file") continue;
    const { file } = root;
    const entry = file.kind === "copy" ? await copied(file, views.get(root.view)) : generated(file);
    if (entry === undefined) continue;
    const isInPlace = file.kind === "copy" && toAbsPath(file.src) === toAbsPath(file.path);
    located.push({
      path: file.path,
      entry: { ...parseOwner(file.owner), ...entry },
      home: isInPlace ? root.view : undefined,
    });
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

async function copied(file: FileSpec & { kind: "copy" }, view: View | undefined): Promise<MemoryEntry | undefined> {
  if (view === undefined || file.path.endsWith("/") || /[*?[\\]/u.test(file.src)) return undefined;
  const { real, stat } = await view.resolve(toAbsPath(file.src));
  if (stat?.kind !== "file" || stat.sizeBytes > shownBytes) return undefined;
  const content = await view.root.readFile(real);
  return content === undefined ? undefined : { content, mode: file.mode ?? copiedMode(file, stat) };
}
