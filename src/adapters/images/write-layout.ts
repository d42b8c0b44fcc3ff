import fs from "node:fs";
import path from "node:path";
import { invariant } from "../../diagnostics/invariant.ts";
import { type Descriptor, mediaTypes } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { loadedName } from "../../formats/oci/reference.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import { leadsOut, readFileHead } from "../directory/regular-file.ts";
import { type Extent, streamExtent } from "../layers/extent.ts";
import { attachStatements, noPlatform, type Statement } from "./attestations.ts";
import { type Blob, bytesBlob } from "./compress.ts";
import { withLayoutLock } from "./layout-lock.ts";
import { fileArchive, putFile, syncFolder } from "./put-file.ts";
import { refuse } from "./refuse.ts";
import { removeLeftovers, removeQuietly, temporaryName } from "./temporary.ts";
import { isWholeBlob } from "./verify-blob.ts";

/** An image as blobs. */
export interface ImageBlobs {
  readonly platform: Platform;
  readonly config: Blob;
  readonly layers: readonly Blob[];
  /** Annotations of its manifest; those of the first image are the index's too, where there is one. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The statements attached to it; absent: none. */
  readonly statements?: readonly Statement[];
}

export interface Naming {
  /** The image's name in the index; undefined: it has none. */
  readonly tag: string | undefined;
  readonly signal?: AbortSignal;
}

/** Naming of an archive, for a receiver that may have some of it. */
export interface ArchiveNaming extends Naming {
  /** Digests of blobs that stay out of the archive, though it names them. */
  readonly leftOut?: ReadonlySet<string>;
}

/** The file that makes a directory an OCI layout. */
export const layoutFile: Extent = bytesBlob("", Buffer.from('{"imageLayoutVersion":"1.0.0"}')).content;

/**
 * Writes an OCI layout directory with an image, which has several for as many platforms. One that is there keeps its
 * other images; an image of the same name is replaced, in one step, when everything else is on the disk. Throws
 * OUTPUT_INVALID where something else is in the place.
 */
export async function writeLayout(hostPath: string, images: readonly ImageBlobs[], naming: Naming): Promise<void> {
  const isThere = lookAtLayout(hostPath) !== undefined;
  const folder = isThere ? hostPath : temporaryName(hostPath);
  try {
    await putBlobs(folder, layoutOf(images, naming, []).blobs, naming);
    const indexFor = (others: readonly Descriptor[]): Extent => layoutOf(images, naming, others).index;
    await publishLayout(folder, hostPath, {
      indexFor,
      ...(naming.signal === undefined ? {} : { signal: naming.signal }),
    });
  } catch (failure) {
    if (!isThere) removeQuietly(folder);
    throw failure;
  }
}

/**
 * Adds an image whose blobs are in `folder` to the layout at `hostPath`, which may be the same. Who writes to it at the
 * same time waits; a layout that another made in the meantime is added to.
 */
export async function publishLayout(
  folder: string,
  hostPath: string,
  { indexFor, signal }: { readonly indexFor: (others: readonly Descriptor[]) => Extent; readonly signal?: AbortSignal },
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const publish = async (): Promise<void> => {
    const others = lookAtLayout(hostPath);
    const isNew = others === undefined;
    if (!isNew && folder !== hostPath) moveBlobs(folder, hostPath);
    const place = isNew ? folder : hostPath;
    await putFile(path.join(place, "oci-layout"), streamExtent(layoutFile), options);
    await putFile(path.join(place, "index.json"), streamExtent(indexFor(others ?? [])), options);
    if (!isNew) return;
    fs.renameSync(folder, hostPath);
    syncFolder(path.dirname(hostPath));
  };
  await withLayoutLock(hostPath, publish, signal);
}

/** Blobs of a folder that is not wanted any more, to a layout that may have some of them. */
function moveBlobs(folder: string, hostPath: string): void {
  const algorithms = fs.existsSync(path.join(folder, "blobs")) ? fs.readdirSync(path.join(folder, "blobs")) : [];
  for (const algorithm of algorithms) {
    fs.mkdirSync(path.join(hostPath, "blobs", algorithm), { recursive: true });
    for (const name of fs.readdirSync(path.join(folder, "blobs", algorithm))) {
      fs.renameSync(path.join(folder, "blobs", algorithm, name), path.join(hostPath, "blobs", algorithm, name));
    }
    syncFolder(path.join(hostPath, "blobs", algorithm));
  }
  fs.rmSync(folder, { recursive: true, force: true });
}

/**
 * The images of the layout at a place: none of an empty directory, undefined where nothing is there. Throws
 * OUTPUT_INVALID where something else is.
 */
export function lookAtLayout(hostPath: string): readonly Descriptor[] | undefined {
  const known = fs
    .readdirSync(parentFor(hostPath), { withFileTypes: true })
    .find((one) => one.name === path.basename(hostPath));
  if (known === undefined) return undefined;
  const isFolder = fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder && fs.readdirSync(hostPath).length === 0) return [];
  const index = path.join(hostPath, "index.json");
  if (isFolder && fs.lstatSync(index, { throwIfNoEntry: false }) !== undefined) {
    refuseOddFolders(hostPath);
    return readIndex(index);
  }
  throw refuse(
    "OUTPUT_INVALID",
    `cannot write ${hostPath}: it is there, and no OCI layout`,
    "give a directory that is empty or not there",
  );
}

/** Writes an OCI layout as one archive, which `docker load` takes too. */
export async function writeLayoutArchive(
  hostPath: string,
  images: readonly ImageBlobs[],
  naming: ArchiveNaming,
): Promise<void> {
  const { blobs, index } = layoutOf(images, naming, []);
  const [only, ...others] = images;
  const sent = blobs.filter(({ digest }) => naming.leftOut?.has(digest) !== true);
  const files = [
    ...sent.map((blob) => ({ name: blobPath(blob), content: blob.content })),
    { name: "index.json", content: index },
    // It has no form for several platforms.
    ...(only === undefined || others.length > 0
      ? []
      : [{ name: "manifest.json", content: loadManifest(only, naming) }]),
    { name: "oci-layout", content: layoutFile },
  ];
  await putFile(hostPath, fileArchive(files), naming);
}

/** The index that `docker load` reads where the engine's store has no OCI images, in the form of `docker save`. */
function loadManifest({ config, layers }: ImageBlobs, { tag }: Naming): Extent {
  const name = tag === undefined ? undefined : loadedName(tag);
  const image = {
    Config: blobPath(config),
    RepoTags: name === undefined ? [] : [name.short],
    Layers: layers.map(blobPath),
  };
  return bytesBlob("", encode([image])).content;
}

async function putBlobs(folder: string, blobs: readonly Blob[], naming: Naming): Promise<void> {
  fs.mkdirSync(path.join(folder, "blobs/sha256"), { recursive: true });
  removeLeftovers(path.join(folder, "blobs/sha256"));
  for (const blob of blobs) {
    const target = path.join(folder, blobPath(blob));
    if (!(await isWholeBlob(target, describe(blob)))) await putFile(target, streamExtent(blob.content), naming);
  }
}

/**
 * All blobs of an image with its manifests, what names the whole, and the index of a layout that has it beside others.
 */
export function layoutOf(
  images: readonly ImageBlobs[],
  { tag }: Naming,
  others: readonly Descriptor[],
): { readonly blobs: readonly Blob[]; readonly root: Descriptor; readonly index: Extent } {
  const made = images.map((image) => describeImage(image, tag));
  const { descriptor, blobs } = joinImages(made, images[0]?.annotations);
  const own = { ...descriptor, ...(tag === undefined ? {} : { annotations: nameAnnotations(tag) }) };
  const kept = otherImages(others, own.digest, tag);
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...kept, own] };
  // Images for several platforms may have layers in common.
  const distinct = new Map([...made.flatMap((image) => image.blobs), ...blobs].map((blob) => [blob.digest, blob]));
  return { blobs: [...distinct.values()], root: descriptor, index: bytesBlob(mediaTypes.index, encode(index)).content };
}

/** The images of an index beside one that is added: without that of the same name, and itself without a name. */
export function otherImages(
  others: readonly Descriptor[],
  digest: string,
  name: string | undefined,
): readonly Descriptor[] {
  return others.filter((one) => nameOf(one) !== name && (one.digest !== digest || nameOf(one) !== undefined));
}

interface DescribedImage {
  readonly descriptor: Descriptor;
  /** The statements attached to it. */
  readonly attached: readonly Descriptor[];
  readonly blobs: readonly Blob[];
}

function describeImage(image: ImageBlobs, tag: string | undefined): DescribedImage {
  const manifest = bytesBlob(mediaTypes.manifest, encode(manifestOf(image)));
  const { os, architecture, variant } = image.platform;
  const descriptor = {
    ...describe(manifest),
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
  };
  const plain = [...image.layers, image.config, manifest];
  const { statements = [] } = image;
  if (statements.length === 0) return { descriptor, attached: [], blobs: plain };
  const {
    manifest: attached,
    blobs,
    annotations,
  } = attachStatements(statements, {
    digest: descriptor.digest,
    name: tag,
  });
  return {
    descriptor,
    attached: [{ ...describe(attached), annotations, platform: noPlatform }],
    blobs: [...plain, ...blobs, attached],
  };
}

/** The one image alone, or an index of all and of what is attached to them. */
function joinImages(
  images: readonly DescribedImage[],
  annotations: ImageBlobs["annotations"],
): {
  readonly descriptor: Descriptor;
  readonly blobs: readonly Blob[];
} {
  const [only, ...others] = images;
  invariant(only !== undefined, "an image has at least one platform");
  if (others.length === 0 && only.attached.length === 0) return { descriptor: only.descriptor, blobs: [] };
  const manifests = [...images.map(({ descriptor }) => descriptor), ...images.flatMap(({ attached }) => attached)];
  const content = { schemaVersion: 2, mediaType: mediaTypes.index, manifests, ...annotationsPart(annotations) };
  const index = bytesBlob(mediaTypes.index, encode(content));
  return { descriptor: describe(index), blobs: [index] };
}

/** The name of an image in an index: as it was given, and as the containerd store calls what `docker load` reads. */
function nameAnnotations(tag: string): Readonly<Record<string, string>> {
  const name = loadedName(tag);
  const full = name === undefined ? {} : { "io.containerd.image.name": name.full };
  return { ...full, "org.opencontainers.image.ref.name": tag };
}

/** The manifest of an image, as BuildKit orders its keys. */
function manifestOf({ config, layers, annotations }: ImageBlobs): object {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describe(config),
    layers: layers.map(describe),
    ...annotationsPart(annotations),
  };
}

/** Annotations in the order of their names; nothing where there are none. */
function annotationsPart(annotations: ImageBlobs["annotations"] = {}): object {
  const sorted = Object.entries(annotations).toSorted(([left], [right]) => compareBytes(left, right));
  return sorted.length === 0 ? {} : { annotations: Object.fromEntries(sorted) };
}

function describe({ mediaType, digest, content }: Blob): Descriptor {
  return { mediaType, digest, size: content.sizeBytes };
}

function blobPath({ digest }: Blob): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.["org.opencontainers.image.ref.name"];
}

/**
 * The images of an index that is to get another one. Throws OUTPUT_INVALID for what is no index: nothing of it is lost.
 */
function readIndex(hostPath: string): readonly Descriptor[] {
  const damaged = (why: string): Error =>
    refuse(
      "OUTPUT_INVALID",
      `cannot add an image to ${path.dirname(hostPath)}: its index.json is not valid: ${why}`,
      "give a directory that is empty or not there, or put the index right",
    );
  const bytes = leadsOut(hostPath, path.dirname(hostPath)) ? undefined : readFileHead(hostPath, manifestLimitBytes);
  if (bytes === undefined) throw damaged("not a file of this directory");
  if (bytes.length > manifestLimitBytes) throw damaged("it is longer than 4 MiB");
  const manifest = parseManifest(bytes);
  if (manifest.kind === "index") return manifest.manifests;
  throw damaged(manifest.kind === "invalid" ? manifest.why : "it is an image");
}

/** Links and files in the place of a folder of blobs would have others written elsewhere. Throws OUTPUT_INVALID. */
function refuseOddFolders(hostPath: string): void {
  const odd = ["blobs", "blobs/sha256", "blobs/sha512"].find((name) => {
    const stat = fs.lstatSync(path.join(hostPath, name), { throwIfNoEntry: false });
    return stat !== undefined && !stat.isDirectory();
  });
  if (odd === undefined) return;
  throw refuse(
    "OUTPUT_INVALID",
    `cannot write ${hostPath}: ${odd} is not a directory of it`,
    "give a directory that is empty or not there",
  );
}

function parentFor(hostPath: string): string {
  const parent = path.dirname(hostPath);
  if (fs.statSync(parent, { throwIfNoEntry: false })?.isDirectory() === true) return parent;
  throw refuse("OUTPUT_INVALID", `cannot write ${hostPath}: there is no directory ${parent}`);
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
