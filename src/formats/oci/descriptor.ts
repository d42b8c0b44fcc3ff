import { z } from "zod";

interface DescriptorPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** Names content by its digest (image-spec v1.1 descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  /** Of sha256 or sha512, in the one form that is allowed: fit to be part of a path. */
  readonly digest: string;
  readonly size: number;
  readonly platform?: DescriptorPlatform | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly artifactType?: string | undefined;
}

const platformSchema = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});

export const descriptorSchema: z.ZodType<Descriptor> = z.looseObject({
  mediaType: z.string().max(255),
  digest: z.string().regex(/^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/u),
  size: z.int().nonnegative(),
  platform: platformSchema.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  artifactType: z.string().optional(),
});

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
} as const;

const layerType =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/u;

/** True for a layer that is an archive, compressed or not. */
export function isLayerType(mediaType: string): boolean {
  return layerType.test(mediaType);
}

/** Manifests and indexes, of OCI and of Docker (schema 2). */
export const manifestTypes: readonly string[] = [
  mediaTypes.manifest,
  mediaTypes.index,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

export function isManifestType(mediaType: string): boolean {
  return manifestTypes.includes(mediaType);
}

/**
 * True for a layer that must not be stored by others than its owner (image-spec v1.1
 * layer.md#non-distributable-layers).
 */
export function isForeignLayer(mediaType: string): boolean {
  return mediaType.includes(".nondistributable.") || mediaType.includes(".foreign.");
}
