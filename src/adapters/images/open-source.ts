import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { emptySettings, type ImageSettings, parseImageConfig } from "../../formats/oci/image-config.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import type { ImageReference } from "../../formats/oci/reference.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import { countOwnFiles } from "../directory/count-files.ts";
import { findDirectoryCapabilities } from "../directory/directory-capabilities.ts";
import { openBuilderDirectory, openOwnDirectory } from "../directory/open-directory.ts";
import { closeRead, openFile, sizeOf } from "../directory/regular-file.ts";
import { decompress, sniffCompression } from "../layers/decompress.ts";
import { type Extent, fileExtent, streamExtent } from "../layers/extent.ts";
import { type LayerBytes, openLayers, refusing } from "../layers/open-layers.ts";
import { openSpool, type Spool } from "../layers/spool.ts";
import { openDockerArchive } from "./docker-archive.ts";
import { daemonSocket, saveFromDaemon } from "./docker-daemon.ts";
import { archiveFiles, directoryFiles, type FileTree } from "./file-tree.ts";
import { parseRegistryName } from "./image-location.ts";
import type { ImageParts } from "./image-parts.ts";
import { openLayout } from "./oci-layout.ts";
import { refuse } from "./refuse.ts";
import type { AttachedStatement } from "./statements.ts";

/** A root file system that was made elsewhere. */
export interface ImageTree {
  readonly root: RootFs;
  /**
   * The same for who looks at all of it: of a directory that is in use, such as a machine's root, without what is none
   * of its own.
   */
  readonly whole: RootFs;
  /** The directory that it is; absent for an image. */
  readonly hostFolder?: string;
  /** The image ID and the date of an image; absent for a directory. */
  readonly identity?: { readonly digest: string; readonly created: string | undefined };
  /** The image's configuration; empty for a directory. */
  readonly settings: ImageSettings;
  /** The statements attached to the image, where the source keeps them. */
  readonly statements: readonly AttachedStatement[];
  /** Regular files, several names of one as several, and their bytes, each file's once. */
  count(): { readonly files: number; readonly bytes: number };
  /** Absent for a directory. */
  readonly layerBytes?: LayerBytes;
  /** Which of these files have file capabilities; undefined where nothing here can tell. */
  findFileCapabilities(paths: readonly AbsPath[]): Promise<ReadonlySet<AbsPath> | undefined>;
  close(): void;
}

export interface SourceOptions {
  readonly platform: Platform;
  /** The folder that relative paths are relative to. */
  readonly hostFolder: string;
  /** Where decompressed layers go, in files without names. */
  readonly spoolFolder: string;
  readonly dockerHost: string | undefined;
  readonly signal?: AbortSignal;
  /** Told of the bytes of layers as they are read. */
  readonly onBytes?: (count: number) => void;
  /** Reads an image of a registry; absent: such images are no sources. */
  readonly fetchImage?: (
    reference: ImageReference,
    options: Pick<SourceOptions, "platform" | "onBytes"> & { readonly text: string },
  ) => Promise<FileTree>;
}

const kinds = ["dir", "oci", "oci-archive", "docker-archive", "docker-daemon", "archive"] as const;

/**
 * The source that a plain word means: a directory or an OCI layout, an archive of either kind, or else an image of the
 * Docker daemon. What already names its kind stays as it is.
 */
export function guessSource(text: string, hostFolder: string): string {
  if (kinds.some((kind) => text.startsWith(`${kind}:`)) || text.startsWith("registry:")) return text;
  const whole = path.resolve(hostFolder, text);
  const { hostPath } = splitReference(whole);
  const stat = fs.statSync(hostPath, { throwIfNoEntry: false });
  const isLayout = stat?.isDirectory() === true && fs.existsSync(path.join(hostPath, "oci-layout"));
  // A directory has no tags: app:1 beside a directory app is an image.
  const isTagged = stat?.isDirectory() === true && !isLayout && hostPath !== whole;
  if (stat === undefined || isTagged) {
    // No image has such a name: the file is not there.
    if (/\.(?:tar|tgz)(?:\.\w+)?$/u.test(text)) return `archive:${text}`;
    return /^[./]/.test(text) ? `dir:${text}` : `docker-daemon:${text}`;
  }
  if (!stat.isDirectory()) return `archive:${text}`;
  return isLayout ? `oci:${text}` : `dir:${text}`;
}

/**
 * Opens `dir:PATH`, `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`, `docker-archive:FILE[:TAG]`, `archive:FILE[:TAG]` (an
 * archive of either kind), `docker-daemon:REFERENCE`, `registry:REFERENCE`, or a reference with its registry. Throws
 * SOURCE_INVALID for other texts and what is not there, and what the readers of images and layers throw.
 */
export async function openSource(text: string, options: SourceOptions): Promise<ImageTree> {
  const kind = kinds.find((known) => text.startsWith(`${known}:`));
  const location = kind === undefined ? "" : text.slice(kind.length + 1);
  const reference = kind === undefined && options.fetchImage !== undefined ? parseRegistryName(text) : undefined;
  if (reference === undefined && (kind === undefined || location === "")) {
    throw refuse(
      "SOURCE_INVALID",
      `cannot use the source ${JSON.stringify(text)}: it is of no kind that Pith knows`,
      `write it as one of ${[...kinds, "registry"].map((known) => `${known}:...`).join(", ")}`,
    );
  }
  if (kind === "dir") return openDirectorySource(path.resolve(options.hostFolder, location), text);
  const spool = openSpool(options.spoolFolder);
  try {
    const opening = { ...options, text, spool };
    const { parts, files } =
      kind === undefined ? await fetchParts(reference, opening) : await openParts(kind, location, opening);
    try {
      const layers = await openLayers(parts.layers, spool, options);
      return {
        root: layers.root,
        whole: layers.root,
        identity: identityOf(parts.config),
        settings: parseImageConfig(parts.config) ?? emptySettings,
        statements: parts.statements ?? [],
        count: () => layers.count(),
        layerBytes: layers.layerBytes,
        findFileCapabilities: async (paths) => findByStat(layers.root, paths),
        close() {
          files.close();
          spool.close();
        },
      };
    } catch (failure) {
      files.close();
      throw failure;
    }
  } catch (failure) {
    spool.close();
    throw failure;
  }
}

const createdSchema = z.looseObject({ created: z.iso.datetime({ offset: true }).optional().catch(undefined) });

function identityOf(config: Uint8Array): NonNullable<ImageTree["identity"]> {
  const digest = `sha256:${createHash("sha256").update(config).digest("hex")}`;
  const parsed = createdSchema.safeParse(JSON.parse(Buffer.from(config).toString()));
  return { digest, created: parsed.data?.created };
}

function openDirectorySource(hostPath: string, text: string): ImageTree {
  if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() !== true) throw missing(text, "directory");
  return {
    root: openBuilderDirectory(hostPath),
    whole: openOwnDirectory(hostPath),
    hostFolder: hostPath,
    settings: emptySettings,
    statements: [],
    count: () => countOwnFiles(hostPath),
    findFileCapabilities: async (paths) => findDirectoryCapabilities(hostPath, paths),
    close() {},
  };
}

/** Layers have the attribute beside every file. */
async function findByStat(root: RootFs, paths: readonly AbsPath[]): Promise<ReadonlySet<AbsPath>> {
  const found = new Set<AbsPath>();
  for (const path of paths) if ((await root.lstat(path))?.hasFileCapability === true) found.add(path);
  return found;
}

interface Opening extends SourceOptions {
  readonly text: string;
  readonly spool: Spool;
}

/** An image as it is stored in an archive of `docker save`, or in an engine. `close` ends the use of its layers. */
export async function openStored(
  location: { readonly kind: "docker-archive" | "docker-daemon"; readonly text: string },
  spool: Spool,
  options: SourceOptions,
): Promise<{ readonly parts: ImageParts; close(): void }> {
  const { kind, text } = location;
  const { parts, files } = await openParts(kind, text.slice(kind.length + 1), { ...options, text, spool });
  return { parts, close: () => files.close() };
}

async function fetchParts(
  reference: ImageReference | undefined,
  { text: name, platform, onBytes, fetchImage }: Opening,
): Promise<{ readonly parts: ImageParts; readonly files: FileTree }> {
  if (reference === undefined || fetchImage === undefined) throw missing(name, "image");
  const options = { text: name, platform, ...(onBytes === undefined ? {} : { onBytes }) };
  const files = await fetchImage(reference, options);
  return closing(files, { name, open: () => openLayout(files, { name, reference: undefined, platform }) });
}

async function openParts(
  kind: Exclude<(typeof kinds)[number], "dir">,
  location: string,
  opening: Opening,
): Promise<{ readonly parts: ImageParts; readonly files: FileTree }> {
  const { text: name, platform, spool, hostFolder, signal } = opening;
  if (kind === "docker-daemon") {
    const socketPath = daemonSocket(opening.dockerHost);
    if (socketPath === undefined) {
      throw refuse("SOURCE_INVALID", `cannot use ${name}: DOCKER_HOST names no socket of this machine`);
    }
    const start = spool.length();
    await saveFromDaemon(location, { socketPath, spool, ...(signal === undefined ? {} : { signal }) });
    const archive = spool.extent(start, spool.length() - start);
    const files = await refusing(name, async () => archiveFiles(archive, () => {}));
    return closing(files, { name, open: () => openDockerArchive(files, { name, reference: undefined, platform }) });
  }
  const { hostPath, reference } = splitReference(path.resolve(hostFolder, location));
  if (kind === "oci") {
    if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() !== true) throw missing(name, "directory");
    const files = directoryFiles(hostPath);
    return closing(files, { name, open: () => openLayout(files, { name, reference, platform }) });
  }
  const descriptor = openFile(hostPath);
  if (descriptor === undefined) throw missing(name, "file");
  const stored = fileExtent(descriptor, 0, sizeOf(descriptor));
  const files = await refusing(name, async () => archiveFiles(await plain(stored, spool), () => closeRead(descriptor)));
  // The newer form of docker save is a layout too, which names tags in other ways.
  const isLayout = kind === "archive" && files.find("manifest.json") === undefined;
  const open = kind === "oci-archive" || isLayout ? openLayout : openDockerArchive;
  return closing(files, { name, open: () => open(files, { name, reference, platform }) });
}

async function closing(
  files: FileTree,
  { name, open }: { readonly name: string; readonly open: () => ImageParts },
): Promise<{ readonly parts: ImageParts; readonly files: FileTree }> {
  try {
    return { parts: await refusing(name, async () => open()), files };
  } catch (failure) {
    files.close();
    throw failure;
  }
}

/** The archive itself, where the file is a compressed one. */
async function plain(stored: Extent, spool: Spool): Promise<Extent> {
  const compression = sniffCompression(stored.read(0, 4));
  if (compression === "none") return stored;
  const start = spool.length();
  const limits = { maximumBytes: 20 * 1024 ** 3 };
  for await (const chunk of decompress(streamExtent(stored), compression, limits)) spool.append(chunk);
  return spool.extent(start, spool.length() - start);
}

/** A tag stands after the last colon, unless the whole is there. */
function splitReference(text: string): { readonly hostPath: string; readonly reference: string | undefined } {
  for (let colon = text.indexOf(":"); colon !== -1 && !fs.existsSync(text); colon = text.indexOf(":", colon + 1)) {
    const hostPath = text.slice(0, colon);
    if (fs.existsSync(hostPath)) return { hostPath, reference: text.slice(colon + 1) };
  }
  return { hostPath: text, reference: undefined };
}

function missing(text: string, what: string): Error {
  return refuse("SOURCE_INVALID", `cannot use the source ${text}: there is no such ${what}`);
}
