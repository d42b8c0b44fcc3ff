import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { closeRead, openFile, sizeOf } from "../adapters/directory/regular-file.ts";
import { blobsSource, packParts } from "../adapters/images/blobs-source.ts";
import { archiveFiles, directoryFiles, type FileTree } from "../adapters/images/file-tree.ts";
import { type ImageLocation, parseImageLocation, parseRegistryName } from "../adapters/images/image-location.ts";
import { archiveTarget, layoutSource, layoutTarget } from "../adapters/images/layout-target.ts";
import { guessSource, openStored } from "../adapters/images/open-source.ts";
import { refuse } from "../adapters/images/refuse.ts";
import type { Source, Target } from "../adapters/images/target.ts";
import { sniffCompression } from "../adapters/layers/decompress.ts";
import { fileExtent } from "../adapters/layers/extent.ts";
import { refusing } from "../adapters/layers/open-layers.ts";
import { openSpool } from "../adapters/layers/spool.ts";
import type { Registries } from "../adapters/registry/connect.ts";
import { firstOf, mirroredReferences } from "../adapters/registry/mirrors.ts";
import { repositoryTarget } from "../adapters/registry/open-repository.ts";
import { quote } from "../diagnostics/escape.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { machinePlatform } from "./platform-option.ts";

export interface OpenedImage {
  readonly source: Source;
  /** The image's tag or digest in it. */
  readonly reference: string | undefined;
  close(): void;
}

export interface OpenedTarget {
  readonly target: Target;
  readonly reference: string | undefined;
  /** Leaves what was there, after a copy that did not come to its end. */
  abandon(): void;
}

/** The rule of `namedSource` for help. */
export const imageNames = `An IMAGE is a directory, an OCI layout, an archive of either kind, a name with its registry (localhost:5000/app:1), or the name
of an image that the Docker engine has; to say which, write dir:PATH, oci:DIR[:TAG], oci-archive:FILE[:TAG],
docker-archive:FILE[:TAG], registry:NAME or docker-daemon:NAME.`;

/**
 * The one rule for images that commands read, as text with its kind: a kind and a place, a name with its registry, an
 * archive or a layout that is there, else an image of the Docker engine.
 */
export function namedSource(text: string, hostFolder: string): string {
  if (text.startsWith("docker://")) return text;
  const guessed = guessSource(text, hostFolder);
  const isName = guessed === `docker-daemon:${text}` && parseRegistryName(text) !== undefined;
  return isName ? `registry:${text}` : guessed;
}

/** The same where the place has to be one of images. Throws SOURCE_INVALID for a directory, REGISTRY_REFERENCE. */
export async function parseSourceLocation(text: string, hostFolder: string): Promise<ImageLocation> {
  // A name may carry a password by mistake, which no engine is to be told.
  if (/^[^/@:]*:[^/@]*@/u.test(text)) return parseImageLocation(text, hostFolder);
  const named = namedSource(text, hostFolder);
  if (named.startsWith("dir:")) {
    throw refuse("SOURCE_INVALID", `cannot use ${quote(text)} as an image: it is a directory`, "name an OCI layout");
  }
  const archive = "archive:";
  if (!named.startsWith(archive)) return parseImageLocation(named, hostFolder);
  const place = named.slice(archive.length);
  return parseImageLocation(`${await archiveKind(path.resolve(hostFolder, place), text)}:${place}`, hostFolder);
}

/** What docker save writes has its own list; compressed layouts are rare. */
async function archiveKind(hostPath: string, text: string): Promise<"oci-archive" | "docker-archive"> {
  const descriptor = openFile(hostPath);
  if (descriptor === undefined) return "oci-archive";
  const stored = fileExtent(descriptor, 0, sizeOf(descriptor));
  if (sniffCompression(stored.read(0, 4)) !== "none") {
    closeRead(descriptor);
    return "docker-archive";
  }
  const files = await refusing(text, async () => archiveFiles(stored, () => closeRead(descriptor)));
  const isDocker = files.find("manifest.json") !== undefined;
  files.close();
  return isDocker ? "docker-archive" : "oci-archive";
}

/** Opens the place that an image is copied from. Throws SOURCE_INVALID, and what readers of archives throw. */
export async function openSourceLocation(
  location: ImageLocation,
  text: string,
  registries: Registries,
  platform: Platform = machinePlatform(),
): Promise<OpenedImage> {
  if (location.kind === "registry") {
    const { reference } = location;
    const sources: Source[] = [];
    for (const one of mirroredReferences(reference, registries.mirrors)) {
      sources.push(repositoryTarget(await registries.open(one, { isWriting: false })));
    }
    const [first, ...others] = sources;
    if (first === undefined) throw new Error("internal error: an image has no registry; please report it");
    return { source: firstOf([first, ...others]), reference: reference.digest ?? reference.tag, close() {} };
  }
  if (location.kind === "docker-daemon" || location.kind === "docker-archive") {
    const { kind } = location;
    return openPacked({ kind, text: text.startsWith(`${kind}:`) ? text : `${kind}:${text}` }, platform);
  }
  const files = await refusing(text, async () => openFiles(location, text));
  return { source: layoutSource(files, text), reference: location.tag, close: () => files.close() };
}

/** A file of plain layer archives is compressed into a file without a name. */
async function openPacked(
  location: { readonly kind: "docker-archive" | "docker-daemon"; readonly text: string },
  platform: Platform,
): Promise<OpenedImage> {
  const spool = openSpool(os.tmpdir());
  try {
    const stored = await openStored(location, spool, {
      platform,
      hostFolder: process.cwd(),
      spoolFolder: os.tmpdir(),
      dockerHost: process.env["DOCKER_HOST"],
    });
    try {
      const image = await refusing(location.text, async () => packParts(stored.parts, { compression: "gzip", spool }));
      return { source: blobsSource([image], location.text), reference: undefined, close: () => spool.close() };
    } finally {
      stored.close();
    }
  } catch (failure) {
    spool.close();
    throw failure;
  }
}

function openFiles({ kind, hostPath }: { readonly kind: string; readonly hostPath: string }, text: string): FileTree {
  if (kind === "oci") {
    if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() === true) return directoryFiles(hostPath);
    throw refuse("SOURCE_INVALID", `cannot use the source ${text}: there is no such directory`);
  }
  const descriptor = openFile(hostPath);
  if (descriptor === undefined) throw refuse("SOURCE_INVALID", `cannot use the source ${text}: there is no such file`);
  return archiveFiles(fileExtent(descriptor, 0, sizeOf(descriptor)), () => closeRead(descriptor));
}

/** Opens the place that an image is copied to. Throws OUTPUT_INVALID. */
export async function openTargetLocation(
  location: ImageLocation,
  text: string,
  {
    registries,
    source,
    signal,
  }: { readonly registries: Registries; readonly source: Source; readonly signal: AbortSignal },
): Promise<OpenedTarget> {
  switch (location.kind) {
    case "registry": {
      const { reference } = location;
      const { origin } = source;
      const isNear = origin?.registry === reference.registry && origin.repository !== reference.repository;
      const access = { isWriting: true, ...(isNear ? { takingFrom: origin.repository } : {}) };
      const target = repositoryTarget(await registries.open(reference, access));
      return { target, reference: reference.tag ?? reference.digest, abandon() {} };
    }
    case "oci": {
      const target = layoutTarget(location.hostPath, signal);
      return { target, reference: location.tag, abandon: () => target.abandon() };
    }
    case "oci-archive": {
      if (fs.statSync(location.hostPath, { throwIfNoEntry: false })?.isDirectory() === true) {
        throw refuse("OUTPUT_INVALID", `cannot write ${text}: it is a directory`, "give the path of a file");
      }
      const target = archiveTarget(location.hostPath, signal);
      return { target, reference: location.tag, abandon: () => target.abandon() };
    }
    case "docker-archive":
    case "docker-daemon":
      break;
  }
  throw refuse(
    "OUTPUT_INVALID",
    `cannot copy to ${text}: only registries and OCI layouts hold images as they are`,
    "copy to oci-archive:FILE",
  );
}
