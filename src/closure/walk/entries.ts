import type { CompiledFiles } from "../../rootfs/compiled-files.ts";
import { openMode } from "../../rootfs/open-mode.ts";
import { type AbsPath, baseName, compareBytes, parentOf, rootPath } from "../../rootfs/rootfs.ts";
import { isShippable } from "../../rootfs/unshippable.ts";
import { type ClosureEntry, type LayerName, type Reason } from "../model/closure.ts";
import { type GraphNode, lowerLayer } from "../model/graph.ts";
import { generatedTreeId } from "../model/view.ts";
import type { Owners } from "../ownership/owners.ts";
import type { Views } from "./roots.ts";
import { tellStripped } from "./stripped-bits.ts";
import type { Worklist } from "./worklist.ts";

/** The nodes as they go into the image: order, layers, modes, owners, hard links, patches. */
export async function makeEntries(
  work: Worklist,
  {
    reasons,
    views,
    owners,
    compiled,
  }: {
    readonly reasons: ReadonlyMap<AbsPath, Reason>;
    readonly views: Views;
    readonly owners: Pick<Owners, "ownerOf">;
    readonly compiled: readonly CompiledFiles[];
  },
): Promise<readonly ClosureEntry[]> {
  const nodes = [...work.nodes.values()].sort((left, right) => compareBytes(left.path, right.path));
  const layers = layersOf(work.nodes);
  const firstNames = new Map<string, AbsPath>();
  const entries: ClosureEntry[] = [];
  const stripped: GraphNode[] = [];
  for (const node of nodes) {
    const kind = node.stat.kind;
    const reason = reasons.get(node.path);
    if (!isShippable(kind) || reason === undefined) continue;
    const above = work.nodes.get(parentOf(node.path));
    if (above !== undefined && above.stat.kind !== "directory") {
      work.fail(node.path, {
        code: "CLOSURE_CONFLICT",
        path: node.path,
        message: `cannot place ${node.path}: ${above.path} is a ${above.stat.kind}`,
        hint: "name the path that the link leads to, or leave one of the two out",
      });
      continue;
    }
    const judged = await judgeCompiled(node, { views, compiled, epochSeconds: work.request.epochSeconds });
    if (judged === "stale") continue;
    const content = await generatedContent(node);
    const layer = layers.get(node.path) ?? "system";
    if (kind === "file" && (node.stat.mode & 0o6000) !== 0 && mayBeStarted(node)) stripped.push(node);
    const hardLinkTo = kind === "file" ? firstName(node, { layer, firstNames }) : undefined;
    const owner = owners.ownerOf.get(node.path);
    entries.push({
      path: node.path,
      kind,
      ...attributesOf(node),
      sizeBytes: kind === "file" ? node.stat.sizeBytes : 0,
      layer,
      reason,
      ...(node.stat.target === undefined ? {} : { target: node.stat.target }),
      ...(hardLinkTo === undefined ? {} : { hardLinkTo }),
      ...(node.tree === undefined || content !== undefined ? {} : { tree: { id: node.tree.id, path: node.treePath } }),
      ...(content === undefined ? {} : { content: printContent(content) }),
      ...(judged === "keep" ? {} : { patch: judged }),
      ...(owner === undefined ? {} : { owner }),
    });
  }
  await tellStripped(work, stripped, views);
  // Directories of compiled files stay out where none of these fits its source.
  const filled = new Set(entries.map(({ path }) => parentOf(path)));
  const isOfCompiled = (path: AbsPath): boolean =>
    compiled.some(({ directories }) => directories.includes(baseName(path))) &&
    work.nodes.get(path)?.edges.length === 0;
  return entries.filter(({ path }) => filled.has(path) || !isOfCompiled(path));
}

async function generatedContent(node: GraphNode): Promise<string | Uint8Array | undefined> {
  if (node.tree?.id !== generatedTreeId || node.stat.kind !== "file") return node.content;
  return node.tree.root.readFile(node.treePath);
}

function printContent(content: string | Uint8Array): { readonly text: string } | { readonly base64: string } {
  return typeof content === "string" ? { text: content } : { base64: Buffer.from(content).toString("base64") };
}

const layerOfTree = { builder: "system", dependencies: "dependencies", app: "app", extra: "system" } as const;

/** The layer of each path. A directory lies in the lowest layer that any of its contents lies in. */
export function layersOf(nodes: ReadonlyMap<AbsPath, GraphNode>): ReadonlyMap<AbsPath, LayerName> {
  const layers = new Map<AbsPath, LayerName>();
  const below = new Map<AbsPath, LayerName>();
  // Parents sort before their children, so that the reverse order meets children first.
  for (const node of [...nodes.values()].sort((left, right) => compareBytes(right.path, left.path))) {
    const own = node.layer ?? (node.tree === undefined ? "system" : layerOfTree[node.tree.kind]);
    const layer = node.stat.kind === "directory" ? (below.get(node.path) ?? own) : own;
    layers.set(node.path, layer);
    const parent = parentOf(node.path);
    const lowest = lowerLayer(below.get(parent), layer);
    if (parent !== rootPath && lowest !== undefined) below.set(parent, lowest);
  }
  return layers;
}

function attributesOf(node: GraphNode): { readonly mode: number; readonly uid: number; readonly gid: number } {
  const { stat, tree } = node;
  const mode = stat.kind === "symlink" ? 0o777 : stat.mode & 0o1777;
  // Files of the client keep no trace of its umask, and packages that are installed from such files neither.
  const isOpen = tree?.kind === "app" || tree?.kind === "dependencies";
  if (!isOpen || node.fromSpec === true) return { mode, uid: stat.uid, gid: stat.gid };
  const { uid, gid } = tree.owner ?? { uid: stat.uid, gid: stat.gid };
  return { mode: stat.kind === "symlink" ? mode : openMode(stat), uid, gid };
}

/** The first of several names that one file has in a layer; undefined for the first itself. */
function firstName(
  node: GraphNode,
  { layer, firstNames }: { readonly layer: LayerName; readonly firstNames: Map<string, AbsPath> },
): AbsPath | undefined {
  if (node.stat.inode === undefined || node.tree === undefined || node.fromSpec === true) return undefined;
  const key = `${layer}\0${node.tree.id}\0${node.stat.inode}`;
  const known = firstNames.get(key);
  if (known === undefined) firstNames.set(key, node.path);
  return known;
}

/** Whether a compiled file still fits its source. Those with no source, and all other files, stay as they are. */
async function judgeCompiled(
  node: GraphNode,
  {
    views,
    compiled,
    epochSeconds,
  }: { readonly views: Views; readonly compiled: readonly CompiledFiles[]; readonly epochSeconds: number },
): Promise<ReturnType<CompiledFiles["judge"]>> {
  const view = views.get(node.view);
  if (node.stat.kind !== "file" || view === undefined || node.tree === undefined || node.fromSpec === true)
    return "keep";
  for (const kind of compiled) {
    const byContent = kind.byContent?.paths.test(node.path) === true ? kind.byContent : undefined;
    const named = kind.sourceOf(node.path);
    if (named === undefined && byContent === undefined) continue;
    const length = byContent?.headBytes ?? kind.headBytes;
    const head = await view.root.readFile(node.path, { offset: 0, length });
    const origin = named ?? (head === undefined ? undefined : byContent?.sourceOf(head));
    // The source may be a link: what counts is what it leads to.
    const source = origin === undefined ? undefined : (await view.resolve(origin)).stat;
    if (source?.kind !== (byContent === undefined ? "file" : "directory"))
      return byContent === undefined ? "keep" : "stale";
    return head === undefined || head.length < kind.headBytes ? "stale" : kind.judge(head, source, epochSeconds);
  }
  return "keep";
}

/**
 * False for what only comes with its package, or is a helper of a library that whoever runs the image may never ask:
 * the one of PAM is in the reach of all that asks for passwords.
 */
function mayBeStarted({ edges }: GraphNode): boolean {
  return edges.some(
    ({ evidence, from }) => evidence !== "package" && !(evidence === "string" && /\.so(?:\.\d+)*$/u.test(from)),
  );
}
