import type { ClosureAnswer, UnwrittenLayer } from "../../closure/request.ts";
import type { TreeEntry } from "../../engine/engine.ts";
import { type LayerContents, layerArchive } from "../../image/layer-archive.ts";
import { editFiles } from "../../llb/ops/file.ts";
import type { State } from "../../llb/state.ts";
import { memoryRootFs } from "../../rootfs/memory.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";

/** Writes what the resolver did not write of a layer, as `/layer.tar` of a tree of its own. */
export async function writeLayer(
  build: PlatformBuild,
  layer: UnwrittenLayer,
  { entries, epochSeconds }: { readonly entries: readonly TreeEntry[]; readonly epochSeconds: number },
): Promise<State> {
  const sizes = sizesOf(entries);
  const contents: LayerContents = {
    entries: layer.entries.map((entry) => {
      const sizeBytes = entry.source === undefined ? undefined : sizes.get(entry.source.path);
      return sizeBytes === undefined ? entry : { ...entry, sizeBytes };
    }),
    roots: new Map([
      ["app", memoryRootFs(entries.flatMap(({ path, content }) => (content ? [[path, { content }] as const] : [])))],
    ]),
    epochSeconds,
  };
  const pieces: Uint8Array[] = [];
  for await (const piece of layerArchive(contents)) pieces.push(piece);
  return editFiles(
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
}

function sizesOf(entries: readonly TreeEntry[]): ReadonlyMap<string, number> {
  return new Map(
    entries.flatMap(({ path, content }) => (content === undefined ? [] : [[`/${path}`, content.length] as const])),
  );
}

/** The resolver's answer with the sizes of the files in place of those of their gists. */
export function withSizes(answer: ClosureAnswer, entries: readonly TreeEntry[]): ClosureAnswer {
  const sizes = sizesOf(entries);
  let more = 0;
  for (const { source, sizeBytes, hardLinkTo } of (answer.unwritten ?? []).flatMap((layer) => layer.entries)) {
    if (source !== undefined && hardLinkTo === undefined) more += (sizes.get(source.path) ?? sizeBytes) - sizeBytes;
  }
  const { figures } = answer;
  return { ...answer, figures: { ...figures, bytes: figures.bytes + more } };
}
