import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { archive } from "../archive.ts";
import { digestOf, type MemoryRegistry } from "./memory-registry.ts";

export const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

export interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface TestImage {
  readonly manifest: Buffer;
  readonly digest: string;
  /** By digest: the configuration and the layers. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Digest of the larger layer. */
  readonly layer: string;
  readonly config: string;
  readonly json: { readonly config: Described; readonly layers: readonly Described[] };
}

export function describe(mediaType: string, bytes: Uint8Array): Described {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

const made = new Map<string, TestImage>();

/** An image of two layers, one of a few bytes and one of more than a piece of an upload; `seed` makes others of it. */
export function testImage(seed = "", layerBytes = 3_000_000): TestImage {
  const key = `${seed} ${String(layerBytes)}`;
  const image = made.get(key) ?? makeImage(seed, layerBytes);
  made.set(key, image);
  return image;
}

function makeImage(seed: string, layerBytes: number): TestImage {
  return imageOf([Buffer.from(`A${seed}`), noise(layerBytes)]);
}

/** An image of a layer for each content, which is the one file in it. */
export function imageOf(contents: readonly Buffer[]): TestImage {
  return imageOfArchives(contents.map((content, index) => archive([{ name: String(index), content }])));
}

/** An image of these layers. */
export function imageOfArchives(archives: readonly Buffer[]): TestImage {
  const layers = archives.map((one) => zlib.gzipSync(one, { level: 1 }));
  const config = Buffer.from(
    JSON.stringify({
      os: "linux",
      architecture: "amd64",
      config: {},
      rootfs: { type: "layers", diff_ids: archives.map(digestOf) },
    }),
  );
  const json = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: describe(types.config, config),
    layers: layers.map((layer) => describe(types.layer, layer)),
  };
  const manifest = Buffer.from(JSON.stringify(json));
  return {
    manifest,
    digest: digestOf(manifest),
    blobs: new Map([config, ...layers].map((blob) => [digestOf(blob), blob])),
    layer: json.layers.at(-1)?.digest ?? "",
    config: json.config.digest,
    json,
  };
}

/** Bytes that do not compress, the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export function storeImage(
  { blobs, manifests }: MemoryRegistry,
  image: TestImage,
  tag: string,
  repository = "app",
): void {
  for (const [digest, blob] of image.blobs) blobs.set(digest, blob);
  storeManifest({ manifests }, { bytes: image.manifest, mediaType: types.manifest }, tag, repository);
}

/** Stores any bytes as a manifest, also such as no registry would take. */
export function storeManifest(
  { manifests }: Pick<MemoryRegistry, "manifests">,
  stored: { readonly bytes: Buffer; readonly mediaType: string },
  tag: string,
  repository = "app",
): void {
  manifests.set(`${repository} ${tag}`, stored);
  manifests.set(`${repository} ${digestOf(stored.bytes)}`, stored);
}

/** Writes an image as an OCI layout, under the name `1`. */
export function writeImageLayout(folder: string, image: TestImage): void {
  fs.mkdirSync(path.join(folder, "blobs/sha256"), { recursive: true });
  const put = (digest: string, bytes: Uint8Array) =>
    fs.writeFileSync(path.join(folder, "blobs", digest.replace(":", "/")), bytes);
  for (const [digest, blob] of image.blobs) put(digest, blob);
  put(image.digest, image.manifest);
  const own = {
    ...describe(types.manifest, image.manifest),
    annotations: { "org.opencontainers.image.ref.name": "1" },
  };
  const index = { schemaVersion: 2, mediaType: types.index, manifests: [own] };
  fs.writeFileSync(path.join(folder, "index.json"), JSON.stringify(index));
  fs.writeFileSync(path.join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
}
