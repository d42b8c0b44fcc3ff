import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as tar from "tar-stream";
import { z } from "zod";
import { dockerOutput } from "./engine.ts";

/** One entry of an image's file system after all its layers. */
export interface TreeEntry {
  readonly path: string;
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly linkTarget?: string;
  /** First eight hex digits of the content's SHA-256. */
  readonly digest?: string;
}

/** What `docker image inspect` says of an image, as far as tests ask. */
export interface InspectedImage {
  readonly architecture: string;
  readonly created: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  readonly diffIds: readonly string[];
}

const inspectedSchema = z.looseObject({
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

/** The file system of an image, sorted by path. Paths start with `/`; the root itself is left out. */
export async function imageTree(reference: string): Promise<readonly TreeEntry[]> {
  const saved = await readTar(await savedImage(reference));
  const files = new Map(saved.map(({ header, content }) => [header.name, content]));
  const manifest = z
    .array(z.looseObject({ Layers: z.array(z.string()) }))
    .parse(JSON.parse(textOf(files.get("manifest.json"))))[0];
  const tree = new Map<string, TreeEntry>();
  for (const name of manifest?.Layers ?? []) {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`cannot find layer ${name} in the saved ${reference}`);
    for (const entry of await layerEntries(bytes)) tree.set(entry.path, entry);
  }
  return [...tree.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
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

/** The entries of one layer, compressed or not, in its order. Layers of the images under test hold no whiteouts. */
export async function layerEntries(layer: Uint8Array): Promise<readonly TreeEntry[]> {
  const plain = layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
  const entries = await readTar(plain);
  return entries
    .map(({ header, content }) => ({
      path: `/${header.name.replace(/^\.?\/+/, "").replace(/\/+$/, "")}`,
      type: header.type,
      mode: header.mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      size: header.size,
      mtimeSeconds: Math.floor(header.mtime.getTime() / 1000),
      ...(typeof header.linkname === "string" ? { linkTarget: header.linkname } : {}),
      ...(header.type === "file" ? { digest: createHash("sha256").update(content).digest("hex").slice(0, 8) } : {}),
    }))
    .filter((entry) => entry.path !== "/" && entry.path !== "/.");
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
    await dockerOutput(["save", "--output", file, reference]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}
