import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import { addQualifier } from "../../packages/shared/purl.ts";
import type { PartDependency } from "../manifest/manifest.ts";
import type { Evidence } from "./bundled.ts";

/** A name as packages write it with an address: `Mark Brown <broonie@debian.org>`. */
export function splitContact(text: string): { readonly name: string; readonly email: string | undefined } {
  const contact = /<([^<>\s@]+@[^<>\s@]+)>/u.exec(text);
  const email = contact?.[1];
  const name = text.slice(0, contact?.index).trimEnd();
  return { name: name === "" ? text : name.replaceAll(/^"|"$/gu, ""), email };
}

/** Says of a package that its code is not there. */
export const configurationNote = "Only configuration of this package is in the image.";

/** Says of a library inside another file how it is known. */
export function evidenceNote({ technique, confidence, value }: Evidence): string {
  return `Known by ${technique} with a confidence of ${String(confidence)}: ${value}`;
}

/** Says of a document without a time what its time is. */
export const noTimeNote =
  "The build was given no time (SOURCE_DATE_EPOCH), so that the same input gives the same document. Its time is a constant, not when it was made.";

/** A UUID (RFC 9562, version 8) out of the digest of what it stands for. */
export function toUuid(hexDigest: string): string {
  const variant = ((Number.parseInt(hexDigest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const hex = `${hexDigest.slice(0, 12)}8${hexDigest.slice(13, 16)}${variant}${hexDigest.slice(17, 32)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** `1980-01-01T00:00:00Z`. */
export function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * The name and version in Debian's field Source: `glibc (2.41-1)`; the version is the package's own where it is left
 * out.
 */
export function sourceOf(
  source: string | undefined,
  own: { readonly name: string; readonly version: string },
): { readonly name: string; readonly version: string } {
  const [, name = own.name, version = own.version] = /^(\S+)(?: \((.+)\))?$/.exec(source ?? own.name) ?? [];
  return { name, version };
}

/**
 * The address of a package, with the qualifier `upstream` for its source package: scanners that read no other field
 * look for advisories of distributions under that name.
 */
export function scannerPurl(record: PackageRecord): string {
  const { isSystem, purl, name, version } = record;
  if (!isSystem) return purl;
  const source = sourceOf(record.source, record);
  if (source.name === name && source.version === version) return purl;
  // The source of an rpm is told by the name of its file.
  const upstream = purl.startsWith("pkg:rpm/")
    ? `${source.name}-${source.version.replace(/^\d+:/u, "")}.src.rpm`
    : `${source.name}${source.version === version ? "" : `@${source.version}`}`;
  return addQualifier(purl, "upstream", upstream);
}

/** The files that show why one part needs another: `/usr/bin/x needs libz.so.1: /usr/lib/libz.so.1`. */
export function witnessOf({ by, why, through }: PartDependency): string {
  return by === through ? `${by} ${why}` : `${by} ${why}: ${through}`;
}

/** Who made a package: what it says itself, or the owner of the namespace that it was published in. */
export function supplierOf({ supplier, purl }: PackageRecord): string | undefined {
  if (supplier !== undefined) return supplier;
  const [, namespace] = /^pkg:(?:maven|golang|npm)\/(.+)\/[^/]+$/u.exec(purl.replace(/[@?].*$/u, "")) ?? [];
  return namespace === undefined ? undefined : decodeURIComponent(namespace);
}
