import { createHash } from "node:crypto";
import type { ImageSubject } from "../../plan/image-subject.ts";
import { defaultEpochSeconds } from "../../plan/options.ts";
import { isoTime, toUuid } from "../sbom/package-identity.ts";

/** What every format of statements says beside them. */
export interface VexOptions {
  /** The image, as scanners name it; undefined: by what is in it. */
  readonly product: string | undefined;
  /** Digest of the image's manifest, in hexadecimal. */
  readonly contentDigest: string;
  readonly epochSeconds: number;
  readonly toolVersion: string;
  /** The image's name, and who answers for it, as far as its spec says. */
  readonly subject: ImageSubject;
}

/** The image as statements name it. */
export function productOf({ product, contentDigest }: VexOptions): string {
  return product ?? `urn:uuid:${toUuid(contentDigest)}`;
}

/** Who makes the statements: the image's vendor, or the program where the spec names none. */
export function authorOf({ subject }: VexOptions): string {
  return subject.vendor ?? "Pith";
}

export function timeOf(options: VexOptions): string {
  return isoTime(isWithoutTime(options) ? options.epochSeconds : secondsOf(options));
}

function secondsOf({ epochSeconds, subject }: VexOptions): number {
  return epochSeconds === defaultEpochSeconds ? (subject.createdSeconds ?? epochSeconds) : epochSeconds;
}

/** True where the build was given no time: that of the documents is then a constant, and they say so. */
export function isWithoutTime(options: VexOptions): boolean {
  return secondsOf(options) === defaultEpochSeconds;
}

/** A UUID of what a document says. */
export function uuidOf(body: object): string {
  return toUuid(createHash("sha256").update(JSON.stringify(body)).digest("hex"));
}
