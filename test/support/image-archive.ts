import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { archive, type Member } from "./archive.ts";
import { parseFixture } from "./fixture.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The members of a fixture's tree. */
export function fixtureMembers(text: string): readonly Member[] {
  return parseFixture(text).map(([at, { target, content, mode }]): Member => {
    const name = at.slice(1);
    if (target !== undefined) return { name, link: target };
    if (content === undefined) return { name: `${name.replace(/\/$/u, "")}/`, mode: mode ?? 0o755 };
    return { name, content: Buffer.from(content), mode: mode ?? 0o644 };
  });
}

export interface LayoutOptions {
  readonly config?: object;
  readonly architecture?: string;
  /** Predicates that are attached to the image, by their types, as BuildKit does. */
  readonly predicates?: Readonly<Record<string, unknown>>;
  /** Changes a document of the layout before it is written. */
  readonly edit?: (what: "manifest" | "index", document: Record<string, unknown>) => object;
}

/** Writes an OCI layout of plain layers by hand. */
export function writeTestLayout(folder: string, layers: readonly Uint8Array[], options: LayoutOptions = {}): void {
  const { edit = (_, document) => document, architecture = "amd64" } = options;
  fs.mkdirSync(path.join(folder, "blobs/sha256"), { recursive: true });
  const put = (mediaType: string, bytes: Uint8Array) => {
    fs.writeFileSync(path.join(folder, "blobs/sha256", sha256(bytes)), bytes);
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const diffIds = layers.map((layer) => `sha256:${sha256(layer)}`);
  const config = {
    os: "linux",
    architecture,
    config: options.config ?? {},
    rootfs: { type: "layers", diff_ids: diffIds },
  };
  const manifest = edit("manifest", {
    schemaVersion: 2,
    config: put("application/vnd.oci.image.config.v1+json", Buffer.from(JSON.stringify(config))),
    layers: layers.map((layer) => put("application/vnd.oci.image.layer.v1.tar+gzip", zlib.gzipSync(layer))),
  });
  const manifestType = "application/vnd.oci.image.manifest.v1+json";
  const image = put(manifestType, Buffer.from(JSON.stringify(manifest)));
  const predicates = Object.entries(options.predicates ?? {});
  const attached = predicates.length === 0 ? [] : [attest(image, predicates)];
  const index = edit("index", {
    schemaVersion: 2,
    manifests: [image, ...attached],
  });
  fs.writeFileSync(path.join(folder, "index.json"), JSON.stringify(index));
  fs.writeFileSync(path.join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');

  function attest({ digest }: { readonly digest: string }, about: readonly (readonly [string, unknown])[]): object {
    const statements = about.map(([predicateType, predicate]) => ({
      ...put("application/vnd.in-toto+json", Buffer.from(JSON.stringify({ predicateType, predicate }))),
      annotations: { "in-toto.io/predicate-type": predicateType },
    }));
    const own = put("application/vnd.oci.image.config.v1+json", Buffer.from('{"attested":true}'));
    return {
      ...put(manifestType, Buffer.from(JSON.stringify({ schemaVersion: 2, config: own, layers: statements }))),
      platform: { os: "unknown", architecture: "unknown" },
      annotations: {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": digest,
      },
    };
  }
}

/** The output of `docker save`, by hand. */
export function dockerSave(layers: readonly Uint8Array[], tags: readonly string[] = ["builder:1"]): Buffer {
  const config = {
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
  };
  const manifest = [{ Config: "config.json", RepoTags: tags, Layers: layers.map((_, index) => `${index}/layer.tar`) }];
  return archive([
    ...layers.map((layer, index): Member => ({ name: `${index}/layer.tar`, content: Buffer.from(layer) })),
    { name: "config.json", content: JSON.stringify(config) },
    { name: "manifest.json", content: JSON.stringify(manifest) },
  ]);
}
