import { createHash } from "node:crypto";
import { TarFault } from "../../formats/tar/member.ts";
import { readTar } from "../../formats/tar/read.ts";
import type { LayerContents } from "../../image/layer-archive.ts";
import { decompress, sniffCompression } from "../layers/decompress.ts";
import { type Extent, streamExtent } from "../layers/extent.ts";
import { type PulledLayers, pulledLayers } from "../layers/pulled-layers.ts";

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
  const pulled = pulledLayers();
  for (const [index, layer] of layers.entries()) await unpackLayer(layer, { pulled, index, signal });
  const readMade = (layer: number, { offset, length }: { readonly offset: number; readonly length: number }) =>
    layers[layer]?.archive.read(offset, length) ?? new Uint8Array();
  pulled.compare(contents, readMade);
}

/** The same of an archive that is the whole image, while it is written: a difference ends the writing. */
export async function* readBackArchive(
  archive: AsyncIterable<Uint8Array>,
  contents: LayerContents,
): AsyncGenerator<Uint8Array> {
  const pulled = pulledLayers();
  const reader = readTar((member) => pulled.unpack(member, 0));
  for await (const chunk of archive) {
    reader.push(chunk);
    yield chunk;
  }
  reader.end();
  pulled.compare(contents);
}

async function unpackLayer(
  { name, diffId, archive, blob }: OutgoingLayer,
  {
    pulled,
    index,
    signal,
  }: { readonly pulled: PulledLayers; readonly index: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const isPlain = blob.digest === diffId;
  const stored = createHash("sha256");
  const unpacked = createHash("sha256");
  const reader = readTar((member) => pulled.unpack(member, index));
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

function changed(name: string, cause?: Error): DiskFault {
  return new DiskFault(`layer ${name} is not as it was written: the disk or the memory changed it`, { cause });
}
