import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export interface LayoutDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly [key: string]: unknown;
}
const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });

const indexType = "application/vnd.oci.image.index.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const nameKey = "org.opencontainers.image.ref.name";

/** An OCI layout that is being made. */
export interface Layout {
  readonly folder: string;
  add(bytes: Uint8Array, mediaType: string): LayoutDescriptor;
  addFile(hostPath: string, mediaType: string): LayoutDescriptor;
  /** Ends the layout: gives tags to what is in it. */
  tag(tags: readonly (readonly [tag: string, descriptor: LayoutDescriptor])[]): void;
}

/** Begins an OCI layout in a folder. */
export function openLayout(folder: string): Layout {
  mkdirSync(blobFolder(folder), { recursive: true });
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const add = (bytes: Uint8Array, mediaType: string): LayoutDescriptor => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    const place = join(blobFolder(folder), hex);
    if (!existsSync(place)) writeFileSync(place, bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.byteLength };
  };
  return {
    folder,
    add,
    addFile: (hostPath, mediaType) => add(readFileSync(hostPath), mediaType),
    tag(tags) {
      const manifests = tags.map(([tag, one]) => ({ ...one, annotations: { ...one.annotations, [nameKey]: tag } }));
      writeFileSync(join(folder, "index.json"), printJson({ schemaVersion: 2, mediaType: indexType, manifests }));
    },
  };
}

/** Joins layouts of one image each into one index of all their images and statements, and returns its descriptor. */
export function joinImages(layout: Layout, parts: readonly string[]): LayoutDescriptor {
  const manifests = parts.flatMap((part) => {
    const [root] = readIndex(readFileSync(join(part, "index.json")));
    if (root === undefined) throw new Error(`cannot join ${part}: it holds no image`);
    const inner = root.mediaType === indexType ? readIndex(readFileSync(blobFile(part, root))) : [root];
    for (const one of inner) copyTree(layout, part, one);
    return inner;
  });
  return layout.add(Buffer.from(printJson({ schemaVersion: 2, mediaType: indexType, manifests })), indexType);
}

/** Adds a manifest of files under their names, as clients of artifacts pull them. */
export function addArtifact(
  layout: Layout,
  { type, config, layers }: { type?: string; config: LayoutDescriptor; layers: readonly LayoutDescriptor[] },
): LayoutDescriptor {
  const artifact = type === undefined ? {} : { artifactType: type };
  const manifest = { schemaVersion: 2, mediaType: manifestType, ...artifact, config, layers };
  return layout.add(Buffer.from(printJson(manifest)), manifestType);
}

const manifestSchema = z.looseObject({ config: descriptorSchema, layers: z.array(descriptorSchema) });

function copyTree(layout: Layout, part: string, manifest: LayoutDescriptor): void {
  const { config, layers } = manifestSchema.parse(JSON.parse(readFileSync(blobFile(part, manifest), "utf8")));
  for (const one of [manifest, config, ...layers]) copyFileSync(blobFile(part, one), blobFile(layout.folder, one));
}

function readIndex(bytes: Uint8Array): readonly LayoutDescriptor[] {
  return indexSchema.parse(JSON.parse(Buffer.from(bytes).toString())).manifests;
}

function blobFolder(folder: string): string {
  return join(folder, "blobs/sha256");
}

function blobFile(folder: string, { digest }: LayoutDescriptor): string {
  return join(blobFolder(folder), digest.slice("sha256:".length));
}

function printJson(value: unknown): string {
  return JSON.stringify(value);
}
