import { BuildError } from "../../diagnostics/diagnostic.ts";
import { type Descriptor, isManifestType } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import type { Source } from "./target.ts";
import { ociError, readBlob } from "./verify-blob.ts";

/** Something that refers to an image: by its `subject`, or by a tag that stands for the image's digest. */
export interface Referring {
  readonly descriptor: Descriptor;
  /** The digest that it refers to. */
  readonly subject: string;
  /** The tag that says so; undefined where the manifest itself does. */
  readonly tag?: string;
  /** For people: its type, or what the tag is for. */
  readonly kind: string;
}

/** Tags that cosign makes: `sha256-HEX.sig`. */
const cosignTags = { sig: "signatures of cosign", att: "attestations of cosign", sbom: "SBOM of cosign" } as const;

/** A signature may refer to an SBOM that refers to an image. */
const deepest = 3;
const mostReferring = 2000;

/** The tag that stands for a digest: the list of what refers to it, where a place keeps none itself. */
export function digestTag(digest: string): string {
  return digest.replace(":", "-").slice(0, 128);
}

/** True for the tags of `digestTag` and of cosign, which name no image. */
export function isDigestTag(name: string): boolean {
  return /^sha(?:256-[a-f0-9]{64}|512-[a-f0-9]{121})(?:\.\w{1,16})?$/u.test(name);
}

/** What refers to an image or an index, to the images in it, and to what refers to those. */
export async function findReferring(source: Source, root: Descriptor): Promise<readonly Referring[]> {
  const found = new Map<string, Referring>();
  const asked = new Set<string>();
  let subjects: readonly Descriptor[] = [root, ...(await imagesOf(source, root))];
  for (let depth = 0; depth < deepest && subjects.length > 0; depth++) {
    const next: Descriptor[] = [];
    for (const subject of subjects) {
      if (asked.has(subject.digest)) continue;
      asked.add(subject.digest);
      for (const one of await referringTo(source, subject)) {
        const key = `${one.descriptor.digest} ${one.tag ?? ""}`;
        if (!found.has(key)) next.push(one.descriptor);
        found.set(key, one);
      }
      if (found.size > mostReferring) {
        throw ociError("IMAGE_SOURCE_INVALID", `cannot read ${source.name}: too much refers to ${root.digest}`);
      }
    }
    subjects = next;
  }
  return [...found.values()];
}

/** The manifests in an index; none in an image. */
async function imagesOf(source: Source, root: Descriptor): Promise<readonly Descriptor[]> {
  const manifest = parseManifest(await readBlob(source, root, manifestLimitBytes));
  return manifest.kind === "index" ? manifest.manifests.filter(({ mediaType }) => isManifestType(mediaType)) : [];
}

async function referringTo(source: Source, { digest, ...subject }: Descriptor): Promise<readonly Referring[]> {
  // A place that knows no referrers has one image and no tags.
  if (source.referrers === undefined) return [];
  const byItself = (await source.referrers({ digest, ...subject })).map((descriptor) => {
    return { descriptor, subject: digest, kind: descriptor.artifactType ?? descriptor.mediaType };
  });
  const byTag: Referring[] = [];
  for (const [suffix, kind] of Object.entries(cosignTags)) {
    const tag = `${digestTag(digest)}.${suffix}`;
    const descriptor = await resolveTag(source, tag);
    if (descriptor !== undefined) byTag.push({ descriptor, subject: digest, tag, kind });
  }
  return [...byItself, ...byTag];
}

/** Layouts tell of the names that they have; here one that is absent is no failure. */
async function resolveTag(source: Source, tag: string): Promise<Descriptor | undefined> {
  try {
    return await source.resolve(tag);
  } catch (failure) {
    const isAbsent =
      failure instanceof BuildError && failure.diagnostics.every(({ code }) => code === "IMAGE_SOURCE_INVALID");
    if (isAbsent) return undefined;
    throw failure;
  }
}
