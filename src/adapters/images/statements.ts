import { z } from "zod";
import type { Descriptor } from "../../formats/oci/descriptor.ts";
import type { Manifest } from "../../formats/oci/manifest.ts";
import type { Extent } from "../layers/extent.ts";
import type { FileTree } from "./file-tree.ts";
import { findBlob, parseListed, readLimited } from "./layout-blobs.ts";

/** A statement that is attached to an image (in-toto attestation framework v1). */
export interface AttachedStatement {
  readonly predicateType: string;
  /** The predicate; undefined where the bytes are no statement of this type. Throws BLOB_DIGEST. */
  read(): unknown;
}

/** An index of an index of an index, as for images. */
const maximumDepth = 3;
const statementLimitBytes = 512 * 2 ** 20;

const statementSchema = z.looseObject({ predicateType: z.string(), predicate: z.unknown() });

/** The image that statements are looked for of: by its manifest, or where only that is known by its configuration. */
export type ImageDigest = { readonly manifest: string } | { readonly config: string };

/** Finds what BuildKit attached to an image of a layout: manifests beside it in the index, a layer a statement. */
export function findStatements(files: FileTree, name: string, image: ImageDigest): readonly AttachedStatement[] {
  const index = files.find("index.json");
  if (index === undefined) return [];
  const listed = manifestsBelow(files, { name, content: index, depth: 0, descriptor: undefined });
  const digests = new Set(
    "manifest" in image
      ? [image.manifest]
      : listed
          .filter(({ manifest }) => manifest.config.digest === image.config)
          .map(({ descriptor }) => descriptor.digest),
  );
  const found = new Map<string, AttachedStatement>();
  for (const { descriptor, manifest } of listed) {
    if (![...digests].some((digest) => isAttachedTo(descriptor, digest))) continue;
    for (const layer of manifest.layers) {
      const predicateType = layer.annotations?.["in-toto.io/predicate-type"];
      if (predicateType === undefined || layer.size > statementLimitBytes) continue;
      found.set(`${predicateType} ${layer.digest}`, {
        predicateType,
        read() {
          const limited = { ...layer, limitBytes: statementLimitBytes };
          return predicateOf(readLimited(findBlob(files, layer, name), name, limited), predicateType);
        },
      });
    }
  }
  return [...found.values()];
}

/** True for a manifest that holds what is attached to the image with a digest. */
export function isAttachedTo({ annotations = {} }: Descriptor, digest: string): boolean {
  const { "vnd.docker.reference.type": type, "vnd.docker.reference.digest": image } = annotations;
  return type === "attestation-manifest" && image === digest;
}

interface Listed {
  readonly descriptor: Descriptor;
  readonly manifest: Extract<Manifest, { readonly kind: "image" }>;
}

interface Level {
  readonly name: string;
  readonly content: Extent;
  readonly depth: number;
  readonly descriptor: Descriptor | undefined;
}

/** All manifests of images below an index that the layout has; one for another machine may be left out. */
function manifestsBelow(files: FileTree, { name, content, depth, descriptor }: Level): readonly Listed[] {
  const manifest = parseListed(readLimited(content, name, descriptor), name);
  if (manifest.kind === "image") return descriptor === undefined ? [] : [{ descriptor, manifest }];
  if (depth > maximumDepth) return [];
  return manifest.manifests.flatMap((one) => {
    const blob = files.find(`blobs/${one.digest.replace(":", "/")}`);
    if (blob === undefined) return [];
    return manifestsBelow(files, { name, content: blob, depth: depth + 1, descriptor: one });
  });
}

function predicateOf(bytes: Uint8Array, predicateType: string): unknown {
  try {
    const parsed = statementSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success && parsed.data.predicateType === predicateType ? parsed.data.predicate : undefined;
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined;
    throw failure;
  }
}
