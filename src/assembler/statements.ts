import { createHash } from "node:crypto";
import { invariant } from "../diagnostics/invariant.ts";
import { type LayerContents, readEntry } from "../image/layer-archive.ts";
import { type Manifest, type ManifestEntry, printManifest } from "../inspect/manifest/manifest.ts";
import type { SpecLocations } from "../inspect/manifest/reasons.ts";
import { printReasons, reasonsPredicateType } from "../inspect/manifest/reasons.ts";
import type { PackedImage } from "../inspect/sbom/packed-image.ts";
import { prepareSbom } from "../inspect/sbom/print-sbom.ts";
import type { FileDigests } from "../inspect/sbom/sbom.ts";
import type { ImageSubject } from "../plan/image-subject.ts";
import { sbomPredicateTypes } from "../plan/sbom-files.ts";
import { type WantedAttestations } from "../plan/wanted-attestations.ts";

/** A statement about an image, before it has the image's digest (in-toto: predicate). */
export interface Predicate {
  readonly type: string;
  /** JSON, for an image that is stored so. */
  readonly print: (packed: PackedImage) => string;
}

/** Prints what is attached to an image that was made without an engine: the same SBOMs and reasons as with one. */
export async function printStatements(
  { sboms, reasons }: Pick<WantedAttestations, "sboms" | "reasons">,
  image: {
    readonly manifest: Manifest;
    readonly contents: LayerContents;
    readonly locations: SpecLocations;
    readonly subject: ImageSubject;
  },
): Promise<readonly Predicate[]> {
  const { manifest, contents, locations, subject } = image;
  const found: Predicate[] = [];
  if (sboms.length > 0) {
    const digests = await digestFiles(contents);
    const digestsOf = ({ path }: ManifestEntry): FileDigests => {
      const known = digests.get(path);
      invariant(known !== undefined, `${path} was not read`);
      return known;
    };
    const closure = printManifest(manifest);
    for (const format of sboms) {
      const print = await prepareSbom(format, { closure, subject, digestsOf, read: readerOf(contents) });
      found.push({ type: sbomPredicateTypes[format], print });
    }
  }
  if (reasons) {
    const text = printReasons(manifest.entries, locations);
    found.push({ type: reasonsPredicateType, print: () => text });
  }
  return found;
}

function readerOf(contents: LayerContents): (entry: ManifestEntry) => Promise<Uint8Array> {
  const byPath = new Map<string, LayerContents["entries"][number]>(contents.entries.map((one) => [one.path, one]));
  return async ({ path }) => {
    const entry = byPath.get(path);
    invariant(entry !== undefined, `${path} is not in the image`);
    const pieces: Uint8Array[] = [];
    for await (const piece of readEntry(entry, contents)) pieces.push(Uint8Array.from(piece));
    return Buffer.concat(pieces);
  };
}

async function digestFiles(contents: LayerContents): Promise<ReadonlyMap<string, FileDigests>> {
  const digests = new Map<string, FileDigests>();
  for (const entry of contents.entries) {
    if (entry.kind !== "file") continue;
    const [sha1, sha256, sha512] = [createHash("sha1"), createHash("sha256"), createHash("sha512")];
    for await (const chunk of readEntry(entry, contents)) {
      sha1.update(chunk);
      sha256.update(chunk);
      sha512.update(chunk);
    }
    digests.set(entry.path, { sha1: sha1.digest("hex"), sha256: sha256.digest("hex"), sha512: sha512.digest("hex") });
  }
  return digests;
}
