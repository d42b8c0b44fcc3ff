import { type Descriptor, isLayerType } from "../../formats/oci/descriptor.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { formatPlatform, normalisePlatform } from "../../plan/platforms.ts";
import type { FileTree } from "./file-tree.ts";
import { type ImageParts, tieLayers } from "./image-parts.ts";
import { findBlob, parseListed, readLimited } from "./layout-blobs.ts";
import { isDigestTag } from "./referring.ts";
import { refuse } from "./refuse.ts";
import { findStatements } from "./statements.ts";

interface Wanted {
  /** The source, as messages call it. */
  readonly name: string;
  /** A tag, or a digest; undefined: the one image that there is. */
  readonly reference: string | undefined;
  readonly platform: Platform;
}

/** An index of an index of an index: what some exporters make of one image with attestations. */
const maximumDepth = 3;

/**
 * Finds an image in an OCI layout (image-spec v1.1 image-layout.md). Manifest, configuration and sizes are checked
 * here, layers while they are read. Throws IMAGE_SOURCE_INVALID, IMAGE_PLATFORM_MISSING, BLOB_DIGEST,
 * LAYER_UNSUPPORTED.
 */
export function openLayout(files: FileTree, wanted: Wanted): ImageParts {
  const index = files.find("index.json");
  if (index === undefined) {
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${wanted.name}: not an OCI layout: it has no index.json`);
  }
  const top = parseListed(readLimited(index, wanted.name), wanted.name);
  if (top.kind !== "index") throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${wanted.name}: its index is none`);
  const named = top.manifests.filter((one) => isNamed(one, wanted.reference));
  if (named.length === 0) throw unknownName(top.manifests, wanted);
  const candidates = named.flatMap((one) => imagesBelow(files, one, { wanted, depth: 1 }));
  const manifest = choose(candidates, wanted);
  const config = readLimited(findBlob(files, manifest.config, wanted.name), wanted.name, manifest.config);
  const layers = manifest.layers.map((layer, position) => {
    const name = `layer ${String(position + 1)} of ${wanted.name}`;
    if (!isLayerType(layer.mediaType)) {
      throw refuse(
        "LAYER_UNSUPPORTED",
        `cannot read ${name}: ${JSON.stringify(layer.mediaType)} is no layer that Pith knows`,
      );
    }
    return { name, content: findBlob(files, layer, wanted.name), digest: layer.digest, diffId: undefined };
  });
  const { digest } = manifest.descriptor;
  return {
    ...tieLayers({ config, layers }, wanted),
    statements: findStatements(files, wanted.name, { manifest: digest }),
  };
}

interface Candidate {
  readonly descriptor: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

function imagesBelow(
  files: FileTree,
  descriptor: Descriptor,
  { wanted, depth }: { readonly wanted: Wanted; readonly depth: number },
): readonly Candidate[] {
  if (!mayFit(descriptor, wanted.platform)) return [];
  const bytes = readLimited(findBlob(files, descriptor, wanted.name), wanted.name, descriptor);
  const manifest = parseListed(bytes, wanted.name);
  if (manifest.kind === "image") return [{ descriptor, ...manifest }];
  if (depth === maximumDepth) {
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${wanted.name}: its indexes are nested too deep`);
  }
  const fitting = manifest.manifests.flatMap((one) => imagesBelow(files, one, { wanted, depth: depth + 1 }));
  if (fitting.length > 0) return fitting.slice(0, 1);
  const platforms = manifest.manifests.flatMap((one) => (one.platform === undefined ? [] : [one.platform]));
  const names = platforms.map((one) => formatPlatform(toPlatform(one))).filter((one) => one !== "unknown/unknown");
  throw refuse(
    "IMAGE_PLATFORM_MISSING",
    `cannot use ${wanted.name}: it has no image for ${formatPlatform(wanted.platform)}, only for ${names.join(", ")}`,
    "build for one of these with --platform",
  );
}

/** False for attestations, and for images of other machines. */
export function mayFit({ platform }: Descriptor, wanted: Platform): boolean {
  if (platform === undefined) return true;
  const own = toPlatform(platform);
  return own.os === wanted.os && own.architecture === wanted.architecture && own.variant === wanted.variant;
}

/** The platform in a descriptor, in the one form. */
export function toPlatform(platform: NonNullable<Descriptor["platform"]>): Platform {
  const { os, architecture, variant } = platform;
  return normalisePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

function choose(candidates: readonly Candidate[], wanted: Wanted): Candidate {
  const byDigest = new Map(candidates.map((one) => [one.descriptor.digest, one]));
  const [only, ...others] = byDigest.values();
  if (only === undefined) {
    const platform = formatPlatform(wanted.platform);
    throw refuse("IMAGE_PLATFORM_MISSING", `cannot use ${wanted.name}: it has no image for ${platform}`);
  }
  if (others.length === 0) return only;
  const names = [...byDigest.values()].map((one) => nameOf(one.descriptor)).sort();
  throw refuse(
    "IMAGE_SOURCE_INVALID",
    `cannot choose an image of ${wanted.name}: it has ${names.join(", ")}`,
    "add one of these names, as oci:DIR:NAME",
  );
}

/** The failure for a name that an index does not have. */
export function unknownName(
  manifests: readonly Descriptor[],
  wanted: { readonly name: string; readonly reference: string | undefined },
): Error {
  const names = manifests.map(nameOf).sort();
  const has = names.length === 0 ? "no image at all" : names.join(", ");
  const what = wanted.reference === undefined ? "an image" : JSON.stringify(wanted.reference);
  return refuse("IMAGE_SOURCE_INVALID", `cannot find ${what} in ${wanted.name}: it has ${has}`);
}

/** The name of an image in an index. */
export function nameOf({ annotations, digest }: Descriptor): string {
  return annotations?.["org.opencontainers.image.ref.name"] ?? digest;
}

/** True for the image of a name; for every image where none is asked for, and not for what refers to images. */
export function isNamed(descriptor: Descriptor, reference: string | undefined): boolean {
  const { annotations, digest } = descriptor;
  if (reference === undefined) return !isDigestTag(annotations?.["org.opencontainers.image.ref.name"] ?? "");
  return (
    digest === reference ||
    annotations?.["org.opencontainers.image.ref.name"] === reference ||
    annotations?.["io.containerd.image.name"] === reference
  );
}
