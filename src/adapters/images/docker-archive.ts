import { createHash } from "node:crypto";
import { z } from "zod";
import { manifestLimitBytes } from "../../formats/oci/manifest.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import type { FileTree } from "./file-tree.ts";
import { type ImageParts, tieLayers } from "./image-parts.ts";
import { refuse } from "./refuse.ts";
import { findStatements } from "./statements.ts";

const manifestSchema = z
  .array(
    z.looseObject({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).max(512).nullish(),
    }),
  )
  .max(10_000);

/**
 * Finds an image in what `docker save` writes; `reference` is one of its tags. Layers are checked by their DiffIDs
 * while they are read. Throws IMAGE_SOURCE_INVALID, IMAGE_PLATFORM_MISSING.
 */
export function openDockerArchive(
  files: FileTree,
  wanted: { readonly name: string; readonly reference: string | undefined; readonly platform: Platform },
): ImageParts {
  const { name, reference } = wanted;
  const images = readManifest(files, name);
  const fitting = images.filter(({ RepoTags }) => reference === undefined || (RepoTags ?? []).includes(reference));
  const [image, ...others] = fitting;
  if (image === undefined || others.length > 0) {
    const tags = images.flatMap((one) => one.RepoTags ?? []).sort();
    const what = reference === undefined ? "an image" : JSON.stringify(reference);
    throw refuse(
      "IMAGE_SOURCE_INVALID",
      `cannot choose ${what} of ${name}: it has ${String(images.length)} images, with the tags ${tags.join(", ") || "(none)"}`,
      "add one of the tags, as docker-archive:FILE:TAG",
    );
  }
  const layers = (image.Layers ?? []).map((layer, index) => {
    const content = files.find(layer);
    if (content === undefined) throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: it lacks ${layer}`);
    return { name: `layer ${String(index + 1)} of ${name}`, content, digest: undefined, diffId: undefined };
  });
  const config = readLimited(files, image.Config, name);
  // The containerd store saves a layout, with what is attached to the image.
  const digest = `sha256:${createHash("sha256").update(config).digest("hex")}`;
  return { ...tieLayers({ config, layers }, wanted), statements: findStatements(files, name, { config: digest }) };
}

function readManifest(files: FileTree, name: string): z.infer<typeof manifestSchema> {
  const text = new TextDecoder().decode(readLimited(files, "manifest.json", name));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: its manifest.json is not what docker save writes`);
}

function readLimited(files: FileTree, file: string, name: string): Uint8Array {
  const content = files.find(file);
  if (content === undefined) throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: it lacks ${file}`);
  if (content.sizeBytes > manifestLimitBytes) {
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: ${file} is longer than 4 MiB`);
  }
  return content.read(0, content.sizeBytes);
}
