import fs from "node:fs";
import path from "node:path";
import { quote } from "../../diagnostics/escape.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { mediaTypes } from "../../formats/oci/descriptor.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { loadedName } from "../../formats/oci/reference.ts";
import { type LayerContents, layerArchive } from "../../image/layer-archive.ts";
import type { Compression } from "../layers/decompress.ts";
import type { Spool } from "../layers/spool.ts";
import type { Statement } from "./attestations.ts";
import { bytesBlob, compressLayer } from "./compress.ts";
import { fileArchive, putFile } from "./put-file.ts";
import { type OutgoingLayer, readBack, readBackArchive } from "./read-back.ts";
import { refuse } from "./refuse.ts";
import type { StagedLayer } from "./stage-layer.ts";
import { type ImageBlobs, writeLayout, writeLayoutArchive } from "./write-layout.ts";
import { writeTree } from "./write-tree.ts";

/** An image that is complete but not stored anywhere. */
export interface StagedImage {
  readonly platform: Platform;
  readonly config: Uint8Array;
  readonly layers: readonly StagedLayer[];
  readonly contents: LayerContents;
  /** Annotations of its manifest, in the outputs that keep one. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The statements attached to it, in the outputs that keep such. */
  readonly statements?: readonly Statement[];
}

export interface Writing {
  readonly hostFolder: string;
  /** The image's name for those outputs that keep one. */
  readonly tag: string | undefined;
  readonly compression: Compression;
  readonly spool: Spool;
  readonly signal?: AbortSignal;
}

/** Where an image can go. */
export interface ImageOutput {
  readonly kind: "oci" | "oci-archive" | "docker-archive" | "dir" | "tar";
  readonly location: string;
}

/** True for outputs that keep a manifest, and so its annotations and what is attached to the image. */
export function keepsStatements({ kind }: { readonly kind: ImageOutput["kind"] | "engine" | "registry" }): boolean {
  return kind === "registry" || kind === "oci" || kind === "oci-archive";
}

const kinds = ["oci", "oci-archive", "docker-archive", "dir", "tar"] as const;

/** Parses `KIND:PLACE`. Throws OUTPUT_INVALID. */
export function parseOutput(text: string): ImageOutput {
  const kind = kinds.find((known) => text.startsWith(`${known}:`));
  const location = kind === undefined ? "" : text.slice(kind.length + 1);
  if (kind !== undefined && location !== "") return { kind, location };
  const meant = fromBuildx(text);
  throw refuse(
    "OUTPUT_INVALID",
    `cannot write to ${JSON.stringify(text)}: it is of no kind that Pith knows`,
    meant === undefined
      ? `write it as one of ${kinds.map((known) => `${known}:PATH`).join(", ")}`
      : `write -o ${meant}`,
  );
}

const buildxKinds: Readonly<Record<string, ImageOutput["kind"]>> = {
  docker: "docker-archive",
  local: "dir",
  oci: "oci-archive",
  tar: "tar",
};

/** The output that one of buildx means: `type=oci,dest=x.tar`. A path alone is a file. */
function fromBuildx(text: string): string | undefined {
  const fields = new Map(text.split(",").map((field) => splitOnce(field)));
  const type = fields.get("type") ?? "";
  const path = fields.get("dest") ?? "";
  if (path !== "" && Object.hasOwn(buildxKinds, type)) {
    return fields.get("tar") === "false" ? `oci:${path}` : `${buildxKinds[type] ?? "oci"}:${path}`;
  }
  return /^[\w./-]+\.tar$/u.test(text) ? `oci-archive:${text}` : undefined;
}

function splitOnce(field: string): readonly [string, string] {
  const at = field.indexOf("=");
  return at === -1 ? [field, ""] : [field.slice(0, at), field.slice(at + 1)];
}

/** True for outputs that can hold an image for several platforms. */
export function keepsPlatforms(output: { readonly kind: ImageOutput["kind"] | "engine" | "registry" }): boolean {
  return keepsStatements(output);
}

/**
 * Stores an image, one for each platform; several take an output that keeps them. Whatever happens meanwhile, its place
 * holds what it held before or the whole image.
 */
export async function writeImage(images: readonly StagedImage[], output: ImageOutput, writing: Writing): Promise<void> {
  const [image] = images;
  invariant(image !== undefined && (images.length === 1 || keepsPlatforms(output)), "an output holds the platforms");
  const hostPath = path.resolve(writing.hostFolder, output.location);
  const { tag, signal } = writing;
  const naming = { tag, ...(signal === undefined ? {} : { signal }) };
  switch (output.kind) {
    case "dir":
      await writeTree(hostPath, image.contents, signal === undefined ? {} : { signal });
      return;
    case "tar":
      await putFile(refuseDirectory(hostPath), readBackArchive(layerArchive(image.contents), image.contents), naming);
      return;
    case "docker-archive":
      await readBack(image.layers.map(plainLayer), image.contents, signal);
      await putFile(refuseDirectory(hostPath), dockerArchive(image, tag), naming);
      return;
    case "oci":
    case "oci-archive": {
      const blobs = [];
      for (const one of images) blobs.push(await packImage(one, writing));
      if (output.kind === "oci") await writeLayout(hostPath, blobs, naming);
      else await writeLayoutArchive(refuseDirectory(hostPath), blobs, naming);
    }
  }
}

/**
 * Writes an image for `docker load` of an engine that may have some of its layers: those stay out. What goes out is
 * unpacked and compared first, each layer alone.
 */
export async function writeNewLayers(
  hostPath: string,
  { platform, config, layers, annotations = {} }: StagedImage,
  { tag, leftOut, signal }: Pick<Writing, "tag" | "signal"> & { readonly leftOut: ReadonlySet<string> },
): Promise<void> {
  for (const layer of layers) {
    if (leftOut.has(layer.diffId)) continue;
    invariant(layer.own !== undefined, `nobody knows what is in the layer ${layer.name}`);
    await readBack([plainLayer(layer)], layer.own, signal);
  }
  const blobs = layers.map(({ diffId, archive }) => ({
    mediaType: mediaTypes.layer,
    digest: diffId,
    content: archive,
  }));
  const image = { platform, config: bytesBlob(mediaTypes.config, config), layers: blobs, annotations };
  const name = tag === undefined ? undefined : nameForLoad(tag);
  await writeLayoutArchive(hostPath, [image], { tag: name, leftOut, ...(signal === undefined ? {} : { signal }) });
}

/** An image as blobs, its layers compressed, and unpacked again as a puller would. */
export async function packImage(
  image: StagedImage,
  { compression, spool, signal }: Pick<Writing, "compression" | "spool" | "signal">,
): Promise<ImageBlobs> {
  const packed = [];
  for (const layer of image.layers) packed.push({ ...layer, blob: await compressLayer(layer, compression, spool) });
  await readBack(packed, image.contents, signal);
  const layers = packed.map(({ blob }) => blob);
  const config = bytesBlob(mediaTypes.config, image.config);
  const { platform, annotations = {}, statements = [] } = image;
  return { platform, config, layers, annotations, statements };
}

function plainLayer(layer: StagedLayer): OutgoingLayer {
  return { ...layer, blob: { digest: layer.diffId, content: layer.archive } };
}

function refuseDirectory(hostPath: string): string {
  if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() !== true) return hostPath;
  throw refuse("OUTPUT_INVALID", `cannot write ${hostPath}: it is a directory`, "give the path of a file");
}

/** The layers for `docker load`: plain, named by their digests. */
function dockerArchive(image: StagedImage, tag: string | undefined): AsyncIterable<Uint8Array> {
  const hexOf = (digest: string) => digest.replace("sha256:", "");
  const config = bytesBlob(mediaTypes.config, image.config);
  const layers = [...new Map(image.layers.map((layer) => [layer.diffId, layer])).values()];
  const manifest = [
    {
      Config: `${hexOf(config.digest)}.json`,
      RepoTags: tag === undefined ? [] : [nameForLoad(tag)],
      Layers: image.layers.map(({ diffId }) => `${hexOf(diffId)}.tar`),
    },
  ];
  return fileArchive([
    ...layers.map(({ diffId, archive }) => ({ name: `${hexOf(diffId)}.tar`, content: archive })),
    { name: `${hexOf(config.digest)}.json`, content: config.content },
    { name: "manifest.json", content: bytesBlob("", Buffer.from(JSON.stringify(manifest))).content },
  ]);
}

/** `docker load` takes names with their tag only. */
function nameForLoad(tag: string): string {
  const name = loadedName(tag);
  if (name !== undefined) return name.short;
  const message = `cannot call the image ${quote(tag)}: docker load takes no such name`;
  throw refuse("OUTPUT_INVALID", message, "write it as app:1 or localhost:5000/app:1, in small letters");
}
