import fs from "node:fs";
import path from "node:path";
import { type Descriptor, mediaTypes } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import { closeRead, sizeOf } from "../directory/regular-file.ts";
import { type Extent, fileExtent, streamExtent, subExtent } from "../layers/extent.ts";
import { bytesBlob } from "./compress.ts";
import { directoryFiles, type FileTree } from "./file-tree.ts";
import { layoutReferrers } from "./layout-referrers.ts";
import { isNamed, nameOf, unknownName } from "./oci-layout.ts";
import { fileArchive, putFile } from "./put-file.ts";
import { digestTag } from "./referring.ts";
import { refuse } from "./refuse.ts";
import { bytesContent, type Source, type Target } from "./target.ts";
import { removeLeftovers, removeQuietly, temporaryName } from "./temporary.ts";
import { checkedBytes, describeBlob, digestOf, isWholeBlob } from "./verify-blob.ts";
import { layoutFile, lookAtLayout, otherImages, publishLayout } from "./write-layout.ts";

/** The files of an OCI layout as a place to copy from; `name` is what messages call it. */
export function layoutSource(files: FileTree, name: string): Source {
  const find = ({ digest }: Descriptor): Extent | undefined => files.find(blobPath(digest));
  return {
    name,
    async resolve(reference) {
      const index = files.find("index.json");
      if (index === undefined) {
        throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: not an OCI layout: it has no index.json`);
      }
      if (index.sizeBytes > manifestLimitBytes) {
        throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: its index is longer than 4 MiB`);
      }
      const manifest = parseManifest(index.read(0, index.sizeBytes));
      if (manifest.kind !== "index") {
        const why = manifest.kind === "invalid" ? manifest.why : "it is an image";
        throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: its index is not valid: ${why}`);
      }
      const named = manifest.manifests.filter((one) => isNamed(one, reference));
      const [found, ...others] = new Map(named.map((one) => [one.digest, one])).values();
      if (found === undefined) throw unknownName(manifest.manifests, { name, reference });
      if (others.length === 0) return found;
      const names = named.map(nameOf).sort().join(", ");
      throw refuse(
        "IMAGE_SOURCE_INVALID",
        `cannot choose an image of ${name}: it has ${names}`,
        "add one of these names",
      );
    },
    async *fetch(descriptor, offset = 0) {
      const content = find(descriptor);
      if (content === undefined) {
        throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: it lacks ${descriptor.digest}`);
      }
      if (content.sizeBytes !== descriptor.size) {
        const sizes = `${String(content.sizeBytes)} bytes and not ${String(descriptor.size)}`;
        throw refuse("BLOB_DIGEST", `cannot read ${describeBlob(descriptor)} of ${name}: it has ${sizes}`);
      }
      yield* streamExtent(subExtent(content, offset, content.sizeBytes - offset));
    },
    referrers: async ({ digest }) => Promise.resolve(layoutReferrers(files, digest)),
  };
}

/** A place to copy to that takes its form with `tag`; until then `abandon` leaves what was there. */
export interface StagedTarget extends Target {
  abandon(): void;
}

/**
 * An OCI layout directory as a place to copy to. One that is there keeps its other images; one that is not appears when
 * it is whole. Throws OUTPUT_INVALID where something else is in the place.
 */
export function layoutTarget(hostPath: string, signal?: AbortSignal): StagedTarget {
  const known = lookAtLayout(hostPath);
  const folder = known === undefined ? temporaryName(hostPath) : hostPath;
  const target = folderTarget(folder, hostPath, signal);
  return {
    ...target,
    async tag(descriptor, reference) {
      fs.mkdirSync(folder, { recursive: true });
      removeLeftovers(path.join(folder, "blobs/sha256"));
      const indexFor = (others: readonly Descriptor[]): Extent =>
        describeIndex(descriptor, reference, withAliases(others, target.aliases()));
      await publishLayout(folder, hostPath, { indexFor, ...(signal === undefined ? {} : { signal }) });
    },
    abandon() {
      if (folder !== hostPath) removeQuietly(folder);
    },
  };
}

/** An archive of an OCI layout as a place to copy to. */
export function archiveTarget(hostPath: string, signal?: AbortSignal): StagedTarget {
  const folder = temporaryName(hostPath);
  const target = folderTarget(folder, hostPath, signal);
  return {
    ...target,
    async tag(descriptor, reference) {
      const index = describeIndex(descriptor, reference, target.aliases());
      const open: number[] = [];
      try {
        const blobs = target.digests().map((digest) => {
          const file = fs.openSync(path.join(folder, blobPath(digest)), "r");
          open.push(file);
          return { name: blobPath(digest), content: fileExtent(file, 0, sizeOf(file)) };
        });
        const files = [...blobs, { name: "index.json", content: index }, { name: "oci-layout", content: layoutFile }];
        await putFile(hostPath, fileArchive(files), signal === undefined ? {} : { signal });
      } finally {
        open.forEach(closeRead);
        removeQuietly(folder);
      }
    },
    abandon: () => removeQuietly(folder),
  };
}

function describeIndex(descriptor: Descriptor, reference: string | undefined, others: readonly Descriptor[]): Extent {
  const { annotations, ...plain } = descriptor;
  const { "org.opencontainers.image.ref.name": _, "io.containerd.image.name": __, ...kept } = annotations ?? {};
  const named = reference === undefined ? kept : { ...kept, "org.opencontainers.image.ref.name": reference };
  const own = { ...plain, ...(Object.keys(named).length === 0 ? {} : { annotations: named }) };
  const remaining = otherImages(others, own.digest, reference);
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...remaining, own] };
  return bytesBlob(mediaTypes.index, Buffer.from(JSON.stringify(index))).content;
}

/** The images of an index with others, which win over those of the same names. */
function withAliases(others: readonly Descriptor[], aliases: readonly Descriptor[]): readonly Descriptor[] {
  const names = new Set(aliases.map(nameOf));
  return [...others.filter((one) => !names.has(nameOf(one))), ...aliases];
}

interface FolderTarget extends Omit<Target, "tag"> {
  /** What `alias` and `noteReferrers` name. */
  aliases(): readonly Descriptor[];
  /** The given values, in order of names. */
  digests(): readonly string[];
}

function folderTarget(folder: string, name: string, signal: AbortSignal | undefined): FolderTarget {
  const options = signal === undefined ? {} : { signal };
  const given = new Set<string>();
  const aliases: Descriptor[] = [];
  const alias = (descriptor: Descriptor, reference: string): void => {
    const { mediaType, digest, size } = descriptor;
    aliases.push({ mediaType, digest, size, annotations: { "org.opencontainers.image.ref.name": reference } });
  };
  const push: Target["push"] = async (descriptor, content) => {
    const hostPath = path.join(folder, blobPath(descriptor.digest));
    fs.mkdirSync(path.dirname(hostPath), { recursive: true });
    await putFile(hostPath, checkedBytes(content.open(0), descriptor, content.name), options);
    given.add(descriptor.digest);
  };
  return {
    name,
    aliases: () => aliases,
    alias: async (descriptor, reference) => Promise.resolve(alias(descriptor, reference)),
    async noteReferrers(subject, referrers) {
      const files = directoryFiles(folder);
      const known = fs.existsSync(path.join(folder, "index.json")) ? layoutReferrers(files, subject) : [];
      files.close();
      const manifests = [...new Map([...known, ...referrers].map((one) => [one.digest, one])).values()];
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
      const index = { mediaType: mediaTypes.index, digest: digestOf(bytes), size: bytes.length };
      await push(index, bytesContent(bytes, name));
      alias(index, digestTag(subject));
    },
    async resolve(reference) {
      const files = directoryFiles(folder);
      try {
        return await layoutSource(files, name).resolve(reference);
      } finally {
        files.close();
      }
    },
    async *fetch(descriptor, offset) {
      const files = directoryFiles(folder);
      try {
        yield* layoutSource(files, name).fetch(descriptor, offset);
      } finally {
        files.close();
      }
    },
    async exists(descriptor) {
      const { digest } = descriptor;
      const isThere = await isWholeBlob(path.join(folder, blobPath(digest)), descriptor);
      if (isThere) given.add(digest);
      return isThere;
    },
    push,
    digests: () => [...given].sort(),
  };
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}
