import { expandGlob, fixedPart } from "../../rootfs/glob.ts";
import { openMode } from "../../rootfs/open-mode.ts";
import { type AbsPath, baseName, childOf, type FileStat, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isShippable } from "../../rootfs/unshippable.ts";
import { walk } from "../../rootfs/walk.ts";
import { parseOwner } from "../../spec/owner.ts";
import type { FileSpec } from "../../spec/spec.ts";
import type { LayerName } from "../model/closure.ts";
import type { GeneratedPath } from "../model/feature.ts";
import { pointerReason } from "../model/graph.ts";
import { generatedTreeId, type View } from "../model/view.ts";
import { warnOfMove } from "./moves.ts";
import type { Worklist } from "./worklist.ts";

type CopiedFile = FileSpec & { readonly kind: "copy" };

interface Taking {
  readonly file: FileSpec;
  /** Where a copy comes from. */
  readonly view: View;
  /** The image's own view: links and directories above the new path are those that its programs see. */
  readonly home: View;
  readonly pointer: string;
}

/** Puts one entry of the spec's `files` in: made text, a directory, a link, or a copy from a builder. */
export async function takeFile(work: Worklist, { file, view, home, pointer }: Taking): Promise<void> {
  const path = toAbsPath(file.path);
  const owner = parseOwner(file.owner);
  const base = { path, ...owner, why: `writes ${file.path}` };
  const add = async (generated: GeneratedPath): Promise<void> =>
    addGenerated(work, view, { generated, pointer, layer: "app" });
  switch (file.kind) {
    case "content":
      return add({ ...base, kind: "file", mode: file.mode ?? 0o644, content: file.content });
    case "directory":
      return add({ ...base, kind: "directory", mode: file.mode ?? 0o755 });
    case "symlink":
      return add({ ...base, kind: "symlink", mode: 0o777, target: file.target });
    case "copy":
      return copyFiles(work, { file, view, home, pointer });
  }
}

/** Puts a path that Pith makes in, in place of what the builder has there. */
export async function addGenerated(
  work: Worklist,
  view: View,
  {
    generated,
    pointer,
    layer,
  }: { readonly generated: GeneratedPath; readonly pointer: string; readonly layer: LayerName },
): Promise<void> {
  const from = pointerReason(pointer);
  const { evidence = "user" } = generated;
  const path = await realPath(work, view, { path: generated.path, from, why: generated.why });
  const stat: FileStat = {
    kind: generated.kind,
    mode: generated.mode,
    uid: generated.uid,
    gid: generated.gid,
    sizeBytes: generated.kind === "file" ? Buffer.byteLength(generated.content) : 0,
    mtimeSeconds: work.request.epochSeconds,
    ...(generated.kind === "symlink" ? { target: generated.target } : {}),
  };
  const node = await work.add({ view, path, stat, from, why: generated.why, evidence });
  work.nodes.set(path, {
    ...node,
    stat,
    layer,
    tree: undefined,
    fromSpec: true,
    edges: [{ from, why: generated.why, evidence }],
    ...(generated.kind === "file" ? { content: generated.content } : {}),
  });
}

/** The path with the links of its parents followed, as far as they exist. The links come along: the spec names them. */
async function realPath(work: Worklist, home: View, { path, from, why }: Placing): Promise<AbsPath> {
  const { real, stat, links } = await home.resolve(parentOf(path));
  if (stat?.kind !== "directory") return path;
  for (const link of links) {
    const found = await home.root.lstat(link.path);
    if (found === undefined) continue;
    await work.add({ view: home, path: link.path, stat: found, from, why, evidence: "user" });
  }
  return toAbsPath(baseName(path), real);
}

interface Placing {
  readonly path: AbsPath;
  readonly from: string;
  readonly why: string;
}

async function copyFiles(
  work: Worklist,
  { file, view, home, pointer }: Taking & { readonly file: CopiedFile },
): Promise<void> {
  const from = pointerReason(pointer);
  const why = `copies ${file.src} to ${file.path}`;
  const matches = await expandGlob(view.root, file.src);
  if (matches.length === 0) {
    work.fail(from, {
      code: "FILE_MISSING",
      message: `cannot copy ${file.src}: nothing in "${view.name}" matches`,
      hint: "correct `src`, or build the file in that builder",
    });
  }
  const isPattern = fixedPart(file.src) !== toAbsPath(file.src);
  for (const match of isPattern || file.from === "context" ? [] : matches) {
    const { real, stat } = await view.resolve(match);
    if (stat?.kind !== "file") continue;
    const hint = "copy it to its own place, or with its libraries and their directory";
    await warnOfMove(work, { from: real, to: placeOf(file, match, stat), pointer, view }, hint);
  }
  for await (const { found, to } of copiesOf(view, file)) {
    await putCopy(work, { view, home, to, found, file, edge: { from, why } });
  }
}

/** What a copy brings, each path with the place that it gets. */
export async function* copiesOf(
  view: View,
  file: CopiedFile,
): AsyncIterable<{ readonly found: { readonly path: AbsPath; readonly stat: FileStat }; readonly to: AbsPath }> {
  const base = fixedPart(file.src);
  const isPattern = base !== toAbsPath(file.src);
  for (const match of await expandGlob(view.root, file.src)) {
    const { real, stat } = await view.resolve(match);
    if (stat === undefined) continue;
    const target = isPattern ? toAbsPath(file.path) : placeOf(file, match, stat);
    const origin = isPattern ? base : match;
    const start = (await view.root.lstat(match))?.kind === "symlink" && !isPattern ? real : match;
    for await (const found of walk(view.root, start, () => !isPattern)) {
      const relative =
        start === match ? found.path.slice(origin === "/" ? 0 : origin.length) : found.path.slice(real.length);
      const to = toAbsPath(target + relative);
      if (to !== "/" && isShippable(found.stat.kind)) yield { found, to };
    }
  }
}

function placeOf(file: CopiedFile, match: AbsPath, { kind }: FileStat): AbsPath {
  const intoDirectory = file.path.endsWith("/") && kind !== "directory";
  return toAbsPath(intoDirectory ? `${file.path}/${baseName(match)}` : file.path);
}

async function putCopy(
  work: Worklist,
  copy: {
    readonly view: View;
    readonly home: View;
    readonly to: AbsPath;
    readonly found: { readonly path: AbsPath; readonly stat: FileStat };
    readonly file: CopiedFile;
    readonly edge: { readonly from: string; readonly why: string };
  },
): Promise<void> {
  const { view, home, to, found, file, edge } = copy;
  const parent = await view.resolve(parentOf(found.path));
  const location = await view.locate(childOf(parent.real, baseName(found.path)));
  // Programs see the files that Pith generates, but the builder does not have them.
  if (found.stat.kind === "file" && location?.tree?.id === generatedTreeId) return;
  const own = copiedMode(file, found.stat);
  const mode = found.stat.kind === "file" ? (file.mode ?? own) : own;
  const stat: FileStat = { ...found.stat, ...(file.owner === undefined ? {} : parseOwner(file.owner)), mode };
  const path = await realPath(work, home, { path: to, ...edge });
  const node = await work.add({ view: home, path, stat, ...edge, evidence: "user" });
  work.nodes.set(path, {
    ...node,
    stat,
    layer: "app",
    tree: location?.tree,
    treePath: location?.path ?? found.path,
    fromSpec: true,
    edges: [{ ...edge, evidence: "user" }],
  });
}

/** The mode that a copy has when the spec states none. */
export function copiedMode(file: CopiedFile, stat: FileStat): number {
  return file.from === "context" && stat.kind !== "symlink" ? openMode(stat) : stat.mode;
}
