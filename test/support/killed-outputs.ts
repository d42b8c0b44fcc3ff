import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openSource } from "../../src/adapters/images/open-source.ts";
import { fileExtent } from "../../src/adapters/layers/extent.ts";
import { openLayers } from "../../src/adapters/layers/open-layers.ts";
import { openSpool } from "../../src/adapters/layers/spool.ts";
import { type RootFs, rootPath, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { walk } from "../../src/rootfs/walk.ts";
import { digestOf, type MemoryRegistry } from "./registry/memory-registry.ts";

export type OutputKind = "oci" | "oci-archive" | "docker-archive" | "dir" | "tar" | "registry";

/** The contents of an output: the turn in its file `/srv/turn`, and a digest of everything else. */
export interface Described {
  readonly turn: string;
  readonly rest: string;
}

/** Reads an output, with every digest checked; undefined where there is none. Throws for what is neither. */
export async function describeOutput(
  kind: Exclude<OutputKind, "registry">,
  location: string,
): Promise<Described | undefined> {
  if (!fs.existsSync(location)) return undefined;
  if (kind === "tar") return describeTar(location);
  const tree = await openSource(`${kind}:${location}`, {
    platform: { os: "linux", architecture: "amd64" },
    hostFolder: "/",
    spoolFolder: os.tmpdir(),
    dockerHost: undefined,
  });
  try {
    return await describeRoot(tree.root);
  } finally {
    tree.close();
  }
}

/** Reads the image `app:1` of a registry out of what the registry has stored. */
export async function describePushed(registry: MemoryRegistry, folder: string): Promise<Described | undefined> {
  const layout = path.join(folder, "pulled");
  if (!pull(registry, layout)) return undefined;
  try {
    return await describeOutput("oci", layout);
  } finally {
    fs.rmSync(layout, { recursive: true });
  }
}

/** Throws unless a cache holds nothing but blobs that are what their names say, and files that were being written. */
export function checkCache(folder: string): void {
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    if (name.startsWith("tmp-")) continue;
    const found = digestOf(fs.readFileSync(path.join(folder, name))).replace(":", "-");
    if (found !== name) throw new Error(`the cache has ${found} under the name ${name}`);
  }
}

async function describeTar(location: string): Promise<Described> {
  const spool = openSpool(os.tmpdir());
  const file = fs.openSync(location, "r");
  try {
    const content = fileExtent(file, 0, fs.fstatSync(file).size);
    const { root } = await openLayers([{ name: location, content, digest: undefined, diffId: undefined }], spool);
    return await describeRoot(root);
  } finally {
    fs.closeSync(file);
    spool.close();
  }
}

async function describeRoot(root: RootFs): Promise<Described> {
  const hash = createHash("sha256");
  const turnPath = toAbsPath("/srv/turn");
  const turn = await root.readFile(turnPath);
  if (turn === undefined) throw new Error("the output lacks a file");
  for await (const { path: name, stat } of walk(root, rootPath)) {
    if (name === turnPath) continue;
    hash.update(`${name} ${stat.kind} ${stat.kind === "file" ? stat.sizeBytes : 0}\n`);
    if (stat.kind === "file") hash.update((await root.readFile(name)) ?? "");
  }
  return { turn: Buffer.from(turn).toString(), rest: hash.digest("hex") };
}

/** Writes what a tag stands for as a layout; false where there is no such tag. */
function pull({ manifests, blobs }: MemoryRegistry, layout: string): boolean {
  const manifest = manifests.get("app 1");
  if (manifest === undefined) return false;
  fs.mkdirSync(path.join(layout, "blobs/sha256"), { recursive: true });
  const location = (digest: string) => path.join(layout, "blobs", digest.replace(":", "/"));
  for (const [digest, bytes] of blobs) fs.writeFileSync(location(digest), bytes);
  const digest = digestOf(manifest.bytes);
  fs.writeFileSync(location(digest), manifest.bytes);
  const manifestOf = { mediaType: manifest.mediaType, digest, size: manifest.bytes.length };
  fs.writeFileSync(path.join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifestOf] }));
  return true;
}
