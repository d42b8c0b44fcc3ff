import { createHash, randomBytes } from "node:crypto";
import { closeSync, linkSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import zlib from "node:zlib";
import type { LayerFile } from "../../scripts/lib/oci-push.ts";
import { formatTarHeader, tarEnd, tarPadding } from "../../src/formats/tar/write.ts";
import { describe, types } from "../support/registry/test-image.ts";

/** Makes an OCI layout with one image, called `1`, of layers in files that stay where they are. */
export function writeLayersLayout(folder: string, layers: readonly LayerFile[]): void {
  mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
  const location = (digest: string): string => join(folder, "blobs", digest.replace(":", "/"));
  const put = (mediaType: string, json: object) => {
    const bytes = Buffer.from(JSON.stringify(json));
    const described = describe(mediaType, bytes);
    writeFileSync(location(described.digest), bytes);
    return described;
  };
  for (const { hostPath, digest } of layers) linkSync(hostPath, location(digest));
  const config = put(types.config, {
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const manifest = put(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config,
    layers: layers.map(({ digest, size }) => ({ mediaType: types.layer, digest, size })),
  });
  const named = { ...manifest, annotations: { "org.opencontainers.image.ref.name": "1" } };
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [named] }),
  );
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
}

/**
 * Writes a layer of `count` files of `sizeBytes` in directories of a thousand, half of their bytes noise. Each member
 * is a gzip stream of its own, so that gigabytes are made in seconds.
 */
export function writeLayer(
  hostPath: string,
  { count, sizeBytes }: { readonly count: number; readonly sizeBytes: number },
): LayerFile {
  const inner = createHash("sha256");
  const outer = createHash("sha256");
  const content = Buffer.concat([
    randomBytes(Math.floor(sizeBytes / 2)),
    Buffer.alloc(Math.ceil(sizeBytes / 2), "text "),
    tarPadding(sizeBytes),
  ]);
  const packed = zlib.gzipSync(content);
  const file = openSync(hostPath, "w");
  const put = (plain: Uint8Array, stored: Uint8Array): void => {
    inner.update(plain);
    outer.update(stored);
    writeSync(file, stored);
  };
  // Headers of a thousand empty files are one stream.
  const headers: Buffer[] = [];
  const flush = (): void => {
    const plain = Buffer.concat(headers.splice(0));
    if (plain.length > 0) put(plain, zlib.gzipSync(plain, { level: 1 }));
  };
  for (let index = 0; index < count; index++) {
    const name = Buffer.from(`srv/bulk/${String(Math.floor(index / 1000))}/file-${String(index)}`);
    headers.push(formatTarHeader({ kind: "file", name, mode: 0o644, uid: 0, gid: 0, mtimeSeconds: 0, sizeBytes }));
    if (sizeBytes > 0 || headers.length === 1000) flush();
    if (sizeBytes > 0) put(content, packed);
  }
  headers.push(tarEnd);
  flush();
  closeSync(file);
  return {
    hostPath,
    size: statSync(hostPath).size,
    digest: `sha256:${outer.digest("hex")}`,
    diffId: `sha256:${inner.digest("hex")}`,
  };
}
