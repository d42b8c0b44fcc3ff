import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";

/** A blob's place in a manifest. */
export interface BlobDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A layer on disk: the compressed file and the digest of what is in it. */
export interface LayerFile {
  readonly hostPath: string;
  readonly digest: string;
  readonly size: number;
  readonly diffId: string;
}

export interface ImageToPush {
  readonly layers: readonly LayerFile[];
  readonly architecture: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly created: string;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const dockerManifestType = "application/vnd.docker.distribution.manifest.v2+json";
const indexType = "application/vnd.oci.image.index.v1+json";

/** Uploads an image's blobs and its manifest, by digest, and returns the manifest's descriptor. */
export async function pushImage(host: string, repository: string, image: ImageToPush): Promise<BlobDescriptor> {
  for (const layer of image.layers) await pushLayer(host, repository, layer);
  const config = Buffer.from(
    JSON.stringify({
      architecture: image.architecture,
      os: "linux",
      created: image.created,
      config: image.config,
      rootfs: { type: "layers", diff_ids: image.layers.map((layer) => layer.diffId) },
      history: image.layers.map(() => ({ created: image.created, created_by: "scripts/base-images.ts" })),
    }),
  );
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: await pushBytes(host, repository, "application/vnd.oci.image.config.v1+json", config),
    layers: image.layers.map((layer) => ({
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      digest: layer.digest,
      size: layer.size,
    })),
  });
  const digest = sha256(manifest);
  await putManifest(host, repository, digest, manifestType, manifest);
  return { mediaType: manifestType, digest, size: Buffer.byteLength(manifest) };
}

/** Gives a tag to one manifest, or to an index of several platforms. */
export async function pushTag(
  host: string,
  name: { readonly repository: string; readonly tag: string },
  platforms: readonly { readonly architecture: string; readonly manifest: BlobDescriptor }[],
): Promise<void> {
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: platforms.map(({ architecture, manifest }) => ({
      ...manifest,
      platform: { architecture, os: "linux" },
    })),
  });
  await putManifest(host, name.repository, name.tag, indexType, index);
}

/** Tells whether the registry has the tag. */
export async function hasTag(host: string, repository: string, tag: string): Promise<boolean> {
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: "HEAD",
    headers: { accept: [manifestType, indexType, dockerManifestType].join(", ") },
  });
  return response.ok;
}

/** Gives a tag's manifest another tag. */
export async function copyTag(
  host: string,
  { repository, from, to }: { readonly repository: string; readonly from: string; readonly to: string },
): Promise<void> {
  const accept = [manifestType, indexType, dockerManifestType].join(", ");
  const found = await fetch(`http://${host}/v2/${repository}/manifests/${from}`, { headers: { accept } });
  const mediaType = found.headers.get("content-type");
  if (!found.ok || mediaType === null) {
    throw new Error(`cannot read ${repository}:${from}: the registry says ${found.status}`);
  }
  await putManifest(host, repository, to, mediaType, await found.text());
}

export function sha256(bytes: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function pushLayer(host: string, repository: string, layer: LayerFile): Promise<void> {
  if (await hasBlob(host, repository, layer.digest)) return;
  const body = Readable.toWeb(createReadStream(layer.hostPath));
  await upload(host, repository, layer.digest, { body, size: statSync(layer.hostPath).size });
}

async function pushBytes(
  host: string,
  repository: string,
  mediaType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<BlobDescriptor> {
  const digest = sha256(bytes);
  if (!(await hasBlob(host, repository, digest))) {
    await upload(host, repository, digest, { body: bytes, size: bytes.byteLength });
  }
  return { mediaType, digest, size: bytes.byteLength };
}

async function hasBlob(host: string, repository: string, digest: string): Promise<boolean> {
  return (await fetch(`http://${host}/v2/${repository}/blobs/${digest}`, { method: "HEAD" })).ok;
}

async function upload(
  host: string,
  repository: string,
  digest: string,
  content: { readonly body: ReadableStream | Uint8Array<ArrayBuffer>; readonly size: number },
): Promise<void> {
  const start = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const location = new URL(start.headers.get("location") ?? "", `http://${host}`);
  location.searchParams.set("digest", digest);
  const done = await fetch(location, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream", "content-length": `${content.size}` },
    body: content.body,
    duplex: "half",
  });
  if (!done.ok) throw new Error(`cannot push ${repository}@${digest}: the registry says ${done.status}`);
}

async function putManifest(
  host: string,
  repository: string,
  reference: string,
  mediaType: string,
  body: string,
): Promise<void> {
  const done = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    method: "PUT",
    headers: { "content-type": mediaType },
    body,
  });
  if (!done.ok) throw new Error(`cannot push ${repository}:${reference}: the registry says ${done.status}`);
}
