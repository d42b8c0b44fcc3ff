import { BuildError } from "../../diagnostics/diagnostic.ts";
import { type Descriptor, isForeignLayer, isManifestType } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import { forEachParallel } from "./parallel.ts";
import { findReferring, type Referring } from "./referring.ts";
import { bytesContent, type Content, type Source, type Target } from "./target.ts";
import { describeBlob, fromAnyLocation, ociError, readBlob } from "./verify-blob.ts";

/** An index of an index of an index: what some exporters make of one image with attestations. */
export const maximumIndexDepth = 3;

const maximumManifests = 2000;
const maximumManifestBytes = 128 * 1024 * 1024;
const parallelBlobs = 4;

export interface CopyOptions {
  /** A tag or digest of the source; undefined: its one image. */
  readonly from: string | undefined;
  /** The name in the target. */
  readonly to: string | undefined;
  /** Of an index, the one image to copy; undefined: all. */
  readonly choose?: (manifests: readonly Descriptor[]) => Descriptor;
  /** Signatures, SBOMs and others that refer to the image, or to one of an index, come along. */
  readonly withReferrers?: boolean;
  readonly signal?: AbortSignal;
  readonly told?: (event: CopyEvent) => void;
  /** Told of each thing that refers to the image and was copied. */
  readonly toldReferring?: (one: Referring) => void;
}

export interface CopyEvent {
  readonly what: "there" | "copied";
  readonly descriptor: Descriptor;
}

interface Planned {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly blobs: readonly Descriptor[];
}

/**
 * Copies an image or an index: blobs first, then manifests from the inside out, then the name. A copy that fails leaves
 * the name what it was. Throws IMAGE_UNRESOLVED, IMAGE_SOURCE_INVALID, BLOB_DIGEST and what the two places throw.
 */
export async function copy(source: Source, target: Target, options: CopyOptions): Promise<Descriptor> {
  const root = await chooseRoot(source, options);
  const plan = await planCopy(source, [root]);
  const referring = options.withReferrers === true ? await findReferring(source, root) : [];
  const known = new Set(plan.map(({ descriptor }) => descriptor.digest));
  const more = await planCopy(
    source,
    referring.map(({ descriptor }) => descriptor),
  );
  plan.push(...more.filter(({ descriptor }) => !known.has(descriptor.digest)));
  const blobs = [...new Map(plan.flatMap((one) => one.blobs).map((blob) => [blob.digest, blob])).values()];
  await copyBlobs(source, target, { blobs, options, isKnown: async (blob) => target.exists(blob) });
  for (const { descriptor, bytes, blobs: own } of plan) {
    options.signal?.throwIfAborted();
    await pushManifest(target, { descriptor, content: bytesContent(bytes, source.name) }, async () =>
      copyBlobs(source, target, { blobs: own, options, isKnown: async () => false }),
    );
  }
  options.signal?.throwIfAborted();
  await nameReferring(target, referring);
  await target.tag(root, options.to);
  for (const one of referring) options.toldReferring?.(one);
  return root;
}

/** Tags what refers by a tag, and tells the target of the others where it does not see them itself. */
async function nameReferring(target: Target, referring: readonly Referring[]): Promise<void> {
  const bySubject = new Map<string, Descriptor[]>();
  for (const { descriptor, subject, tag } of referring) {
    if (tag !== undefined) await target.alias(descriptor, tag);
    else bySubject.set(subject, [...(bySubject.get(subject) ?? []), descriptor]);
  }
  for (const [subject, own] of bySubject) await target.noteReferrers?.(subject, own);
}

async function chooseRoot(source: Source, { from, choose }: CopyOptions): Promise<Descriptor> {
  const root = await source.resolve(from);
  if (root === undefined) {
    const what = from === undefined ? "an image" : JSON.stringify(from);
    throw ociError("IMAGE_UNRESOLVED", `cannot find ${what} in ${source.name}`);
  }
  if (choose === undefined) return root;
  const manifest = parseManifest(await readBlob(source, root, manifestLimitBytes));
  return manifest.kind === "index" ? choose(manifest.manifests) : root;
}

/** All manifests below the roots, each after those that it names. */
async function planCopy(source: Source, roots: readonly Descriptor[]): Promise<Planned[]> {
  const planned = new Map<string, Planned>();
  let left = maximumManifestBytes;
  const visit = async (descriptor: Descriptor, above: readonly string[]): Promise<void> => {
    if (planned.has(descriptor.digest)) return;
    if (above.includes(descriptor.digest)) throw invalid(source, descriptor, "it holds itself");
    if (above.length >= maximumIndexDepth) throw invalid(source, descriptor, "indexes are nested too deep");
    const bytes = await readBlob(source, descriptor, manifestLimitBytes);
    left -= bytes.length;
    if (planned.size >= maximumManifests || left < 0) throw invalid(source, descriptor, "there are too many manifests");
    const manifest = parseManifest(bytes);
    if (manifest.kind === "invalid") throw invalid(source, descriptor, manifest.why);
    if (manifest.mediaType !== undefined && manifest.mediaType !== descriptor.mediaType) {
      const types = `it says that it is ${manifest.mediaType}, and what names it ${descriptor.mediaType}`;
      throw invalid(source, descriptor, types);
    }
    if (manifest.kind === "index") {
      for (const child of manifest.manifests) {
        if (isManifestType(child.mediaType)) await visit(child, [...above, descriptor.digest]);
      }
    }
    const blobs =
      manifest.kind === "image"
        ? [manifest.config, ...manifest.layers.filter((layer) => !isForeignLayer(layer.mediaType))]
        : manifest.manifests.filter((child) => !isManifestType(child.mediaType));
    planned.set(descriptor.digest, { descriptor, bytes, blobs });
  };
  for (const root of roots) await visit(root, []);
  return [...planned.values()];
}

function invalid(source: Source, descriptor: Descriptor, why: string): BuildError {
  return ociError("IMAGE_SOURCE_INVALID", `cannot read manifest ${describeBlob(descriptor)} of ${source.name}: ${why}`);
}

interface BlobCopies {
  readonly blobs: readonly Descriptor[];
  readonly options: CopyOptions;
  readonly isKnown: (blob: Descriptor) => Promise<boolean>;
}

async function copyBlobs(source: Source, target: Target, { blobs, options, isKnown }: BlobCopies): Promise<void> {
  const { signal, told } = options;
  // The largest first: what is left at the end is small, so that no connection idles for long.
  const sorted = blobs.toSorted((a, b) => b.size - a.size);
  await forEachParallel(sorted, parallelBlobs, async (blob, hasFailed) => {
    signal?.throwIfAborted();
    if (await isKnown(blob)) {
      told?.({ what: "there", descriptor: blob });
      return;
    }
    const stopped = () => {
      signal?.throwIfAborted();
      if (hasFailed()) throw new Error("stopped: another part of the copy failed");
    };
    await fromAnyLocation(source, blob, async () => target.push(blob, stoppable(contentOf(source, blob), stopped)));
    told?.({ what: "copied", descriptor: blob });
  });
}

function contentOf(source: Source, blob: Descriptor): Content {
  return {
    name: source.name,
    open: (offset) => source.fetch(blob, offset),
    ...(source.origin === undefined ? {} : { origin: source.origin }),
  };
}

function stoppable(content: Content, check: () => void): Content {
  return {
    ...content,
    async *open(offset) {
      for await (const chunk of content.open(offset)) {
        check();
        yield chunk;
      }
    },
  };
}

/** A registry may have thrown blobs away since it was asked for them: they are sent again, once. */
async function pushManifest(
  target: Target,
  { descriptor, content }: { readonly descriptor: Descriptor; readonly content: Content },
  again: () => Promise<void>,
): Promise<void> {
  try {
    await target.push(descriptor, content);
  } catch (failure) {
    const isMissing =
      failure instanceof BuildError && failure.diagnostics.some(({ code }) => code === "REGISTRY_BLOB_MISSING");
    if (!isMissing) throw failure;
    await again();
    await target.push(descriptor, content);
  }
}
