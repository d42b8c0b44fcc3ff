import type { Descriptor } from "../../formats/oci/descriptor.ts";
import { type Manifest, manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import type { FileTree } from "./file-tree.ts";
import { nameOf } from "./oci-layout.ts";
import { digestTag } from "./referring.ts";

/**
 * What refers to a manifest of a layout: by the list that is named after its digest, as registries without the API have
 * it, and by manifests of the index whose subject it is. What cannot be read refers to nothing.
 */
export function layoutReferrers(files: FileTree, digest: string): readonly Descriptor[] {
  const top = readManifest(files, "index.json");
  if (top?.kind !== "index") return [];
  const found = new Map<string, Descriptor>();
  for (const one of top.manifests) {
    const manifest = readManifest(files, `blobs/${one.digest.replace(":", "/")}`);
    if (nameOf(one) === digestTag(digest) && manifest?.kind === "index") {
      for (const listed of manifest.manifests) found.set(listed.digest, listed);
    } else if (manifest?.subject?.digest === digest) {
      const { mediaType, size } = one;
      const { artifactType = one.artifactType } = manifest;
      const known = { mediaType, digest: one.digest, size, ...(artifactType === undefined ? {} : { artifactType }) };
      if (!found.has(one.digest)) found.set(one.digest, known);
    }
  }
  return [...found.values()];
}

function readManifest(files: FileTree, name: string): Manifest | undefined {
  const content = files.find(name);
  if (content === undefined || content.sizeBytes > manifestLimitBytes) return undefined;
  const manifest = parseManifest(content.read(0, content.sizeBytes));
  return manifest.kind === "invalid" ? undefined : manifest;
}
