import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { gunzipSync } from "node:zlib";
import * as tar from "tar-stream";
import { z } from "zod";
import { output } from "./command.ts";

/** One entry of an image's file system, with its content. */
export interface ImageFile {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly type: tar.Header["type"];
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly linkTarget?: string;
  readonly content: Uint8Array;
}

/** The file system of an image of the engine's store after all its layers, sorted by the bytes of its paths. */
export async function savedImageFiles(reference: string): Promise<readonly ImageFile[]> {
  const { members, manifest } = await openSaved(reference);
  const files = new Map<string, ImageFile>();
  for (const name of manifest.Layers) {
    const layer = members.get(name);
    if (layer === undefined) throw new Error(`cannot find layer ${name} in the saved ${reference}`);
    applyLayer(files, await layerFiles(layer));
  }
  return [...files.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** An image's configuration as its bytes are, of which its digest is made. */
export async function savedImageConfig(reference: string): Promise<string> {
  const { members, manifest } = await openSaved(reference);
  return new TextDecoder().decode(members.get(manifest.Config) ?? new Uint8Array());
}

const manifestSchema = z.looseObject({ Config: z.string(), Layers: z.array(z.string()) });

async function openSaved(reference: string): Promise<{
  readonly members: ReadonlyMap<string, Uint8Array>;
  readonly manifest: z.infer<typeof manifestSchema>;
}> {
  const saved = await readTar(await savedImage(reference));
  const members = new Map(saved.map(({ header, content }) => [header.name, content]));
  const text = new TextDecoder().decode(members.get("manifest.json") ?? new Uint8Array());
  const [manifest] = z.tuple([manifestSchema]).parse(JSON.parse(text));
  return { members, manifest };
}

/** The entries of one layer, compressed or not, in its order; whiteouts are entries too. */
export async function layerFiles(layer: Uint8Array): Promise<readonly ImageFile[]> {
  const plain = layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
  const members = await readTar(plain);
  return members
    .map(({ header, content }) => ({
      path: posix.join("/", header.name).replace(/(?<=.)\/$/, ""),
      type: header.type,
      mode: header.mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      size: header.size,
      mtimeSeconds: Math.floor(header.mtime.getTime() / 1000),
      ...(typeof header.linkname === "string" ? { linkTarget: header.linkname } : {}),
      content,
    }))
    .filter((file) => file.path !== "/");
}

// image-spec v1.1.1 layer.md#whiteouts
function applyLayer(files: Map<string, ImageFile>, layer: readonly ImageFile[]): void {
  for (const { path } of layer) {
    const name = posix.basename(path);
    if (!name.startsWith(".wh.")) continue;
    const folder = posix.dirname(path);
    if (name === ".wh..wh..opq") removeBelow(files, folder);
    else {
      const gone = posix.join(folder, name.slice(4));
      files.delete(gone);
      removeBelow(files, gone);
    }
  }
  for (const file of layer) if (!posix.basename(file.path).startsWith(".wh.")) files.set(file.path, file);
}

function removeBelow(files: Map<string, ImageFile>, folder: string): void {
  const prefix = folder === "/" ? "/" : `${folder}/`;
  for (const path of files.keys()) if (path.startsWith(prefix)) files.delete(path);
}

interface TarMember {
  readonly header: tar.Header;
  readonly content: Uint8Array;
}

async function readTar(bytes: Uint8Array): Promise<readonly TarMember[]> {
  const extract = tar.extract();
  extract.end(bytes);
  const members: TarMember[] = [];
  for await (const entry of extract) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(z.instanceof(Uint8Array).parse(chunk));
    members.push({ header: entry.header, content: Buffer.concat(chunks) });
  }
  return members;
}

async function savedImage(reference: string): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "pith-save-"));
  try {
    const file = join(folder, "image.tar");
    await output("docker", ["save", "--output", file, reference]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
