import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { layerFiles } from "../../scripts/lib/saved-image.ts";

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional(),
});
const documentSchema = z.looseObject({
  manifests: z.array(descriptorSchema).optional(),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).optional(),
});
const configSchema = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({ empty_layer: z.boolean().optional() })).optional(),
});

type Descriptor = z.infer<typeof descriptorSchema>;

/** A document of a layout, and the schema of the image specification that it has to keep. */
export interface LayoutDocument {
  readonly schema: string;
  readonly file: string;
}

export interface ValidatedLayout {
  /** The faults, a line each. */
  readonly problems: readonly string[];
  readonly documents: readonly LayoutDocument[];
  /** Platforms of the images, `unknown/unknown` for attestations, sorted. */
  readonly platforms: readonly string[];
}

/**
 * Checks an OCI layout with none of the code that wrote it: every blob has its digest and its size and is asked for,
 * layers have their DiffIDs once they are decompressed, history and platforms agree, and no layer has a path twice.
 */
export async function validateLayout(folder: string): Promise<ValidatedLayout> {
  const problems: string[] = [];
  const platforms: string[] = [];
  const documents: LayoutDocument[] = [
    { schema: "image-layout-schema.json", file: join(folder, "oci-layout") },
    { schema: "image-index-schema.json", file: join(folder, "index.json") },
  ];
  const used = new Set<string>();
  const read = ({ digest, size }: Descriptor): { readonly file: string; readonly bytes: Buffer } => {
    const file = join(folder, "blobs", ...digest.split(":"));
    used.add(digest);
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    const found = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (found !== digest || bytes.length !== size)
      problems.push(`${digest} is ${found} with ${String(bytes.length)} bytes`);
    return { file, bytes };
  };
  const visit = async (json: string, platform: Descriptor["platform"]): Promise<void> => {
    const { manifests, config, layers = [] } = documentSchema.parse(JSON.parse(json));
    for (const one of manifests ?? []) {
      const { file, bytes } = read(one);
      const isIndex = one.mediaType.includes("index");
      documents.push({ schema: isIndex ? "image-index-schema.json" : "image-manifest-schema.json", file });
      await visit(bytes.toString(), one.platform ?? platform);
    }
    if (config === undefined) return;
    const { file, bytes } = read(config);
    documents.push({ schema: "config-schema.json", file });
    const { os, architecture, rootfs, history } = configSchema.parse(JSON.parse(bytes.toString()));
    platforms.push(`${os}/${architecture}`);
    if (platform !== undefined && (platform.os !== os || platform.architecture !== architecture))
      problems.push(`${config.digest} is for ${os}/${architecture}, and the index says otherwise`);
    if (layers.length !== rootfs.diff_ids.length) problems.push(`${config.digest} has another number of layers`);
    const filled = history?.filter((line) => line.empty_layer !== true).length;
    if (filled !== undefined && filled !== layers.length) problems.push(`${config.digest} has another history`);
    for (const [index, layer] of layers.entries()) {
      const plain = decompress(layer.mediaType, read(layer).bytes);
      const diffId = `sha256:${createHash("sha256").update(plain).digest("hex")}`;
      if (diffId !== rootfs.diff_ids[index]) problems.push(`${layer.digest} is ${diffId} without compression`);
      if (!layer.mediaType.includes(".tar")) continue;
      const paths = (await layerFiles(plain)).map(({ path }) => path);
      const twice = paths.filter((path, at) => paths.indexOf(path) !== at);
      problems.push(...twice.map((path) => `${layer.digest} has ${path} twice`));
    }
  };
  await visit(readFileSync(join(folder, "index.json"), "utf8"), undefined);
  for (const name of readdirSync(join(folder, "blobs/sha256")))
    if (!used.has(`sha256:${name}`)) problems.push(`nothing asks for ${name}`);
  return { problems, documents, platforms: platforms.toSorted() };
}

function decompress(mediaType: string, bytes: Buffer): Buffer {
  if (mediaType.endsWith("+gzip")) return gunzipSync(bytes);
  return mediaType.endsWith("+zstd") ? zstdDecompressSync(bytes) : bytes;
}
