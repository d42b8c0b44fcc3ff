import { editFiles } from "../../../formats/llb/ops/file.ts";
import type { FileAction } from "../../../formats/llb/state.ts";
import { archiveStart, layerArchive } from "../../../image/layer-archive.ts";
import type { LayerEntry, UnwrittenLayer } from "../../../plan/closure-exchange.ts";
import { memoryRootFs } from "../../../rootfs/memory.ts";
import { type PlatformBuild, progressName } from "../../build-context.ts";
import { pathInTree, type ReadApplication } from "./application.ts";

/**
 * Adds the files that the resolver did not write to a layer: files that were not read whole are copied from their tree,
 * and all else comes in an archive, which has the attributes of the directories too.
 */
export async function layerActions(
  build: PlatformBuild,
  layer: UnwrittenLayer,
  { application, epochSeconds }: { readonly application: ReadApplication; readonly epochSeconds: number },
): Promise<readonly FileAction[]> {
  const { tree, entries } = application;
  const files = new Map(entries.map((entry) => [`/${entry.path}`, entry]));
  const copies: FileAction[] = [];
  const archived: LayerEntry[] = [];
  for (const entry of layer.entries) {
    const file = entry.tree === undefined ? undefined : files.get(entry.tree.path);
    if (file === undefined) archived.push(entry);
    else if (file.content !== undefined) archived.push({ ...entry, sizeBytes: file.sizeBytes });
    else {
      copies.push({
        kind: "copy",
        from: tree.state,
        src: pathInTree(tree, `/${file.path}`),
        dest: entry.path,
        createDestPath: true,
        mode: entry.mode,
        owner: { uid: entry.uid, gid: entry.gid },
        timestampSeconds: epochSeconds,
      });
    }
  }
  const root = memoryRootFs(entries.flatMap(({ path, content }) => (content ? [[path, { content }] as const] : [])));
  const pieces: Uint8Array[] = [archiveStart({ epochSeconds })];
  for await (const piece of layerArchive({ entries: archived, roots: new Map([["app", root]]), epochSeconds })) {
    pieces.push(piece);
  }
  const archive = editFiles(
    undefined,
    [
      {
        kind: "make-file",
        path: "/layer.tar",
        mode: 0o644,
        content: Buffer.concat(pieces),
        timestampSeconds: epochSeconds,
      },
    ],
    { name: progressName(build, "internal", `write layer ${layer.name}`) },
  );
  return [...copies, { kind: "copy", from: archive, src: "/layer.tar", dest: "/", unpack: true }];
}

/** By how much the files of the layers are larger than their skeletons. */
export function addedBytes(layers: readonly UnwrittenLayer[], { entries }: ReadApplication): number {
  const sizes = new Map(entries.map(({ path, sizeBytes }) => [`/${path}`, sizeBytes]));
  const differences = layers
    .flatMap((layer) => layer.entries)
    .map(({ tree, sizeBytes }) => (tree === undefined ? 0 : (sizes.get(tree.path) ?? sizeBytes) - sizeBytes));
  return differences.reduce((sum, one) => sum + one, 0);
}
