import { z } from "zod";
import { type Descriptor, descriptorSchema } from "./descriptor.ts";
import { parseStrictJson } from "./strict-json.ts";

const maximumLayers = 512;
const maximumManifests = 10_000;

const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(maximumLayers),
  artifactType: z.string().optional(),
  subject: descriptorSchema.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptorSchema).max(maximumManifests),
  artifactType: z.string().optional(),
  subject: descriptorSchema.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const rootfsSchema = z.looseObject({
  os: z.string().optional(),
  architecture: z.string().optional(),
  variant: z.string().optional(),
  rootfs: z.looseObject({ type: z.literal("layers"), diff_ids: z.array(z.string()).max(maximumLayers) }),
});

/** An image, or a list of images: what a name in a registry or a layout can stand for. */
export type Manifest = ManifestCommon &
  (
    | { readonly kind: "image"; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
    | { readonly kind: "index"; readonly manifests: readonly Descriptor[] }
  );

interface ManifestCommon {
  /** The media type in the document; undefined where it has none. */
  readonly mediaType: string | undefined;
  /** The manifest that this one tells something of. */
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/** Most bytes of a manifest, an index or a configuration that are read. */
export const manifestLimitBytes: number = 4 * 1024 * 1024;

/** Parses a manifest or an index; the reason where the bytes are neither, or could be taken for both. */
export function parseManifest(bytes: Uint8Array): Manifest | { readonly kind: "invalid"; readonly why: string } {
  const parsed = parseStrictJson(bytes);
  if ("why" in parsed) return { kind: "invalid", why: parsed.why };
  const json = parsed.value;
  if (typeof json !== "object" || json === null) return { kind: "invalid", why: "not a JSON object" };
  if ("manifests" in json && ("layers" in json || "config" in json)) {
    return { kind: "invalid", why: "it is an image and an index at once" };
  }
  if ("manifests" in json) {
    const index = indexSchema.safeParse(json);
    if (!index.success) return invalid(index.error);
    return { kind: "index", manifests: index.data.manifests, ...commonOf(index.data) };
  }
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) return invalid(manifest.error);
  const { config, layers } = manifest.data;
  return { kind: "image", config, layers, ...commonOf(manifest.data) };
}

function commonOf({
  mediaType,
  subject,
  artifactType,
  annotations,
}: z.infer<typeof manifestSchema> | z.infer<typeof indexSchema>): ManifestCommon {
  return { mediaType, subject: subject ?? undefined, artifactType, annotations: annotations ?? undefined };
}

/** The part of a configuration that ties it to its layers; undefined when the bytes are no configuration. */
export function parseConfigRoot(
  bytes: Uint8Array,
): { readonly diffIds: readonly string[]; readonly os: string; readonly architecture: string } | undefined {
  const parsed = rootfsSchema.safeParse(parseJson(bytes));
  if (!parsed.success) return undefined;
  const { rootfs, os = "linux", architecture = "" } = parsed.data;
  return { diffIds: rootfs.diff_ids, os, architecture };
}

function parseJson(bytes: Uint8Array): unknown {
  const parsed = parseStrictJson(bytes);
  return "value" in parsed ? parsed.value : undefined;
}

function invalid(error: z.ZodError): { readonly kind: "invalid"; readonly why: string } {
  const [issue] = error.issues;
  return { kind: "invalid", why: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it has another form"}` };
}
