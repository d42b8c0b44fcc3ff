import { createHash } from "node:crypto";
import { quote } from "../../diagnostics/escape.ts";
import { TarFault } from "../../formats/tar/member.ts";
import { readTar } from "../../formats/tar/read.ts";
import { comparePulled, type PulledDifference } from "../../image/compare-pulled.ts";
import type { LayerContents } from "../../image/layer-archive.ts";
import { type PulledTree, pulledTree, UnpackFault } from "../../image/pulled-tree.ts";
import { decompress, sniffCompression } from "../layers/decompress.ts";
import { type Extent, streamExtent } from "../layers/extent.ts";

/** A layer as it goes out. */
export interface OutgoingLayer {
  readonly name: string;
  /** Digest of its archive, as the image's configuration has it. */
  readonly diffId: string;
  readonly archive: Extent;
  /** What is stored or pushed: the archive, or what compressing it gave. */
  readonly blob: { readonly digest: string; readonly content: Extent };
}

/** Bytes that the disk did not keep as they were written. A second try may succeed. */
export class DiskFault extends Error {
  readonly retryable = true;
}

/**
 * Unpacks the layers of an image as a puller would, from the bytes that go out, and compares the tree with the plan.
 * All digests are computed again. Throws at the first difference.
 */
export async function readBack(
  layers: readonly OutgoingLayer[],
  contents: LayerContents,
  signal?: AbortSignal,
): Promise<void> {
  const tree = pulledTree();
  for (const [index, layer] of layers.entries()) await unpackLayer(layer, { tree, index, signal });
  const readMade = (layer: number, { offset, length }: { readonly offset: number; readonly length: number }) =>
    layers[layer]?.archive.read(offset, length) ?? new Uint8Array();
  refuseDifference(comparePulled(tree, contents, readMade));
}

/** The same of an archive that is the whole image, while it is written: a difference ends the writing. */
export async function* readBackArchive(
  archive: AsyncIterable<Uint8Array>,
  contents: LayerContents,
): AsyncGenerator<Uint8Array> {
  const tree = pulledTree();
  const reader = readTar((member) => unpack(tree, member, 0));
  for await (const chunk of archive) {
    reader.push(chunk);
    yield chunk;
  }
  reader.end();
  refuseDifference(comparePulled(tree, contents));
}

async function unpackLayer(
  { name, diffId, archive, blob }: OutgoingLayer,
  {
    tree,
    index,
    signal,
  }: { readonly tree: PulledTree; readonly index: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const isPlain = blob.digest === diffId;
  const stored = createHash("sha256");
  const unpacked = createHash("sha256");
  const reader = readTar((member) => unpack(tree, member, index));
  const bytes = async function* () {
    for await (const chunk of streamExtent(blob.content)) {
      if (!isPlain) stored.update(chunk);
      yield chunk;
    }
  };
  const compression = isPlain ? "none" : sniffCompression(blob.content.read(0, 4));
  try {
    for await (const chunk of decompress(bytes(), compression, { maximumBytes: archive.sizeBytes })) {
      signal?.throwIfAborted();
      unpacked.update(chunk);
      reader.push(chunk);
    }
    reader.end();
  } catch (failure) {
    throw failure instanceof TarFault ? changed(name, failure) : failure;
  }
  const isSame = `sha256:${unpacked.digest("hex")}` === diffId;
  if (!isSame || (!isPlain && `sha256:${stored.digest("hex")}` !== blob.digest)) throw changed(name);
}

function unpack(tree: PulledTree, ...[member, layer]: Parameters<PulledTree["unpack"]>): void {
  try {
    tree.unpack(member, layer);
  } catch (failure) {
    if (!(failure instanceof UnpackFault)) throw failure;
    const path = `/${member.name.toString("utf8").slice(0, 200)}`;
    throw new Error(`internal error: cannot unpack ${quote(path)}: ${failure.message}; please report it`, {
      cause: failure,
    });
  }
}

function changed(name: string, cause?: Error): DiskFault {
  return new DiskFault(`layer ${name} is not as it was written: the disk or the memory changed it`, { cause });
}

function refuseDifference(difference: PulledDifference | undefined): void {
  if (difference === undefined) return;
  const { path, how } = difference;
  throw new Error(
    `internal error: cannot finish the image: ${quote(path)} ${how} in what a puller gets; please report it`,
  );
}
