import { type Descriptor, isManifestType } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import type { ContentStore } from "../content-store/content-store.ts";
import { closeRead } from "../directory/regular-file.ts";
import { type Extent, fileExtent } from "../layers/extent.ts";
import { openSpool } from "../layers/spool.ts";
import { bytesBlob } from "./compress.ts";
import { maximumIndexDepth } from "./copy.ts";
import type { FileTree } from "./file-tree.ts";
import { mayFit } from "./oci-layout.ts";
import { forEachParallel } from "./parallel.ts";
import { refuse } from "./refuse.ts";
import { isAttachedTo } from "./statements.ts";
import type { Source } from "./target.ts";
import { checkedBytes, fromAnyLocation, readBlob } from "./verify-blob.ts";

const parallelBlobs = 4;

export interface Fetching {
  readonly reference: string | undefined;
  readonly platform: Platform;
  /** Where blobs are kept for the next time; undefined: nowhere. */
  readonly store: ContentStore | undefined;
  /** For blobs that the store cannot keep. */
  readonly spoolFolder: string;
  /** True to read what is attached to the image, too. */
  readonly withStatements?: boolean;
  readonly onBytes?: (count: number) => void;
}

/** Reads what one platform needs of an image, as the files of an OCI layout with this image alone. */
export async function fetchImage(source: Source, fetching: Fetching): Promise<FileTree> {
  const { reference, platform, withStatements } = fetching;
  const root = await source.resolve(reference);
  if (root === undefined) {
    throw refuse("IMAGE_UNRESOLVED", `cannot find ${JSON.stringify(reference ?? "an image")} in ${source.name}`);
  }
  const files = new Map<string, Extent>();
  const blobs: Descriptor[] = [];
  const read = async (descriptor: Descriptor): Promise<ReturnType<typeof parseManifest>> => {
    const bytes = await readBlob(source, descriptor, manifestLimitBytes);
    files.set(blobPath(descriptor), bytesBlob(descriptor.mediaType, bytes).content);
    return parseManifest(bytes);
  };
  const visit = async (descriptor: Descriptor, depth: number): Promise<boolean> => {
    const manifest = await read(descriptor);
    if (manifest.kind === "image") blobs.push(manifest.config, ...manifest.layers);
    // A wrong or too deeply nested layout is reported by whoever reads it.
    if (manifest.kind !== "index" || depth === maximumIndexDepth) return manifest.kind === "image";
    for (const child of manifest.manifests) {
      if (!isManifestType(child.mediaType) || !mayFit(child, platform) || !(await visit(child, depth + 1))) continue;
      const attached = manifest.manifests.filter((one) => withStatements === true && isAttachedTo(one, child.digest));
      for (const one of attached) {
        const statements = await read(one);
        if (statements.kind === "image") blobs.push(...statements.layers);
      }
      return true;
    }
    return false;
  };
  await visit(root, 1);
  const index = { schemaVersion: 2, manifests: [{ mediaType: root.mediaType, digest: root.digest, size: root.size }] };
  files.set("index.json", bytesBlob("", Buffer.from(JSON.stringify(index))).content);
  const closing: (() => void)[] = [];
  const close = (): void => closing.splice(0).forEach((one) => one());
  try {
    await forEachParallel(blobs, parallelBlobs, async (blob) => {
      files.set(blobPath(blob), await keepBlob(source, blob, { ...fetching, closing }));
    });
  } catch (failure) {
    close();
    throw failure;
  }
  return { find: (name) => files.get(name), close };
}

/** A blob as something that can be read from any place: of the store, else of a file without a name. */
async function keepBlob(
  source: Source,
  blob: Descriptor,
  { store, spoolFolder, onBytes, closing }: Fetching & { readonly closing: (() => void)[] },
): Promise<Extent> {
  const bytes = async function* () {
    for await (const chunk of source.fetch(blob)) {
      onBytes?.(chunk.length);
      yield chunk;
    }
  };
  const file =
    store?.open(blob) ?? (await fromAnyLocation(source, blob, async () => store?.put(blob, bytes, source.name)));
  if (file !== undefined) {
    closing.push(() => closeRead(file));
    return fileExtent(file, 0, blob.size);
  }
  const spool = openSpool(spoolFolder);
  closing.push(() => spool.close());
  return fromAnyLocation(source, blob, async () => {
    const start = spool.length();
    for await (const chunk of checkedBytes(bytes(), blob, source.name)) spool.append(chunk);
    return spool.extent(start, blob.size);
  });
}

function blobPath({ digest }: Descriptor): string {
  return `blobs/${digest.replace(":", "/")}`;
}
