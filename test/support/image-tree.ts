import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { type ImageFile, layerFiles, savedImageFiles } from "../../scripts/lib/saved-image.ts";
import { dockerOutput } from "./engine.ts";

/** One entry of an image's file system. */
export type TreeEntry = Omit<ImageFile, "content"> & {
  /** First eight hex digits of the content's SHA-256. */
  readonly digest?: string;
};

/** The parts of `docker image inspect` that tests read. */
export interface InspectedImage {
  /** The digest of the configuration, or of the manifest where the store goes by that. */
  readonly id: string;
  readonly architecture: string;
  readonly created: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  readonly diffIds: readonly string[];
}

const inspectedSchema = z.looseObject({
  Id: z.string(),
  Architecture: z.string(),
  Created: z.string().optional(),
  Config: z.looseObject({}),
  RootFS: z.looseObject({ Layers: z.array(z.string()).default([]) }),
});

/** Inspects an image of the engine's store. */
export async function inspectImage(reference: string): Promise<InspectedImage> {
  const inspected = z.tuple([inspectedSchema]).parse(JSON.parse(await dockerOutput(["image", "inspect", reference])));
  const [image] = inspected;
  return {
    id: image.Id,
    architecture: image.Architecture,
    created: image.Created,
    config: image.Config,
    diffIds: image.RootFS.Layers,
  };
}

/** The digests of an image's uncompressed layers, lowest first. */
export async function diffIds(reference: string): Promise<readonly string[]> {
  return (await inspectImage(reference)).diffIds;
}

/** The file system of an image after all its layers, sorted by path. The root itself is left out. */
export async function imageTree(reference: string): Promise<readonly TreeEntry[]> {
  return (await savedImageFiles(reference)).map(toTreeEntry);
}

/** The entries of one layer, compressed or not, in its order. */
export async function layerEntries(layer: Uint8Array): Promise<readonly TreeEntry[]> {
  return (await layerFiles(layer)).map(toTreeEntry);
}

/**
 * The entries below a folder of this machine, sorted by path as those of an image are. Second names of a file are files
 * of their own.
 */
export function folderTree(folder: string): readonly TreeEntry[] {
  return listFolder(folder, Buffer.alloc(0)).toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
}

/**
 * Names are bytes on the way, so that those that are not UTF-8 are found again; in paths they are as in those of an
 * image.
 */
function listFolder(folder: string, below: Buffer): readonly TreeEntry[] {
  return readdirSync(Buffer.concat([Buffer.from(folder), below]), "buffer").flatMap((name) => {
    const location = Buffer.concat([below, Buffer.from("/"), name]);
    const path = location.toString();
    const full = Buffer.concat([Buffer.from(folder), location]);
    const stat = lstatSync(full);
    const { uid, gid } = stat;
    const shared = { path, mode: stat.mode & 0o7777, uid, gid, mtimeSeconds: stat.mtimeMs / 1000, size: 0 };
    if (stat.isSymbolicLink()) return [{ ...shared, type: "symlink", linkTarget: readlinkSync(full) }];
    if (stat.isDirectory()) return [{ ...shared, type: "directory" }, ...listFolder(folder, location)];
    return [{ ...shared, type: "file", size: stat.size, digest: shortDigest(readFileSync(full)) }];
  });
}

/** One line an entry: `/usr/bin/env  file 755 0:0 48536 8f2c1a9b`. */
export function printTree(entries: readonly TreeEntry[]): string {
  const lines = entries.map((entry) => {
    const owner = `${entry.uid}:${entry.gid}`;
    const tail = entry.linkTarget === undefined ? `${entry.size} ${entry.digest ?? ""}` : `-> ${entry.linkTarget}`;
    return `${entry.path}  ${entry.type} ${entry.mode.toString(8)} ${owner} ${tail}`.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

function toTreeEntry(file: ImageFile): TreeEntry {
  const { content, ...entry } = file;
  if (file.type !== "file") return entry;
  return { ...entry, digest: shortDigest(content) };
}

function shortDigest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 8);
}
