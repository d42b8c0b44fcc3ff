import { createHash } from "node:crypto";
import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import type { ImageSubject } from "../../plan/image-subject.ts";
import { defaultEpochSeconds } from "../../plan/options.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import type { ApplicationIdentity, Manifest, ManifestEntry, PartDependency } from "../manifest/manifest.ts";
import { originOf } from "../manifest/reasons.ts";
import type { BundledLibrary, Evidence } from "./bundled.ts";
import { joinLicenses, type License } from "./licenses.ts";
import { scannerPurl, supplierOf } from "./package-identity.ts";
import type { DescribedImage } from "./packed-image.ts";

/** Digests of a file's bytes as they ship, in hexadecimal. */
export interface FileDigests {
  readonly sha1: string;
  readonly sha256: string;
  readonly sha512: string;
}

export interface SbomFile extends FileDigests {
  readonly path: string;
  readonly isExecutable: boolean;
}

/** A part of the image: a package, or what is accounted for otherwise (`app`, `pith`, `builder:main`). */
export interface SbomPart {
  readonly id: string;
  readonly name: string;
  /** Undefined for parts that are not packages. */
  readonly record: PackageRecord | undefined;
  /** The package's own; of other parts, the start of the digest of their files. */
  readonly version: string;
  /** Who made it; undefined where nothing says. */
  readonly supplier: string | undefined;
  /** Undefined for parts that are not packages. */
  readonly purl: string | undefined;
  readonly description: string;
  readonly license: License | undefined;
  /** True for a package of which nothing but settings ships: its programs and libraries are not there. */
  readonly isConfiguration: boolean;
  /** How it is known, of a library inside another file; undefined where a package or its maker says it. */
  readonly evidence: Evidence | undefined;
  /** Regular files, each name of a file for itself, sorted by path. */
  readonly files: readonly SbomFile[];
}

/** The contents of an SBOM, before it has a format. */
export interface Sbom {
  /** The image itself. */
  readonly subject: {
    readonly name: string;
    readonly version: string;
    readonly supplier: string | undefined;
    /** An address of the supplier, or of the image's sources. */
    readonly url: string | undefined;
    /** Absent where the document is made before the image is packed. */
    readonly packed?: DescribedImage;
  };
  /** The time that the build was given, or that of the image as it says itself; undefined where nothing says. */
  readonly createdSeconds: number | undefined;
  readonly epochSeconds: number;
  readonly architecture: string;
  readonly distribution: { readonly id: string; readonly version: string } | undefined;
  readonly toolVersion: string;
  /** Sorted by id. Every file of the image is in exactly one. */
  readonly parts: readonly SbomPart[];
  /** Which part needs which, sorted. Both are among `parts`. */
  readonly dependencies: readonly PartDependency[];
}

/** Makes the SBOM of an image from its manifest. `digestsOf` reads the files as they ship. */
export function makeSbom(
  manifest: Manifest,
  {
    toolVersion,
    subject = {},
    bundled = [],
    digestsOf,
  }: {
    readonly toolVersion: string;
    readonly subject?: ImageSubject;
    readonly bundled?: readonly BundledLibrary[];
    readonly digestsOf: (entry: ManifestEntry) => FileDigests;
  },
): Sbom {
  const { application } = manifest;
  const records = new Map(manifest.packages.map((record) => [record.id, record]));
  const files = new Map<string, SbomFile[]>(manifest.packages.map(({ id }) => [id, []]));
  for (const entry of manifest.entries) {
    if (entry.kind !== "file") continue;
    const origin = originOf(entry);
    const known = files.get(origin) ?? [];
    files.set(origin, known);
    known.push({ path: entry.path, isExecutable: (entry.mode & 0o111) !== 0, ...digestsOf(entry) });
  }
  for (const { record } of bundled) files.set(record.id, []);
  const inside = new Map(bundled.map((one) => [one.record.id, one]));
  const parts = [...files]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([id, own]) => {
      const library = inside.get(id);
      const record = library?.record ?? records.get(id);
      return { ...partOf(id, { record, files: own, toolVersion, subject, application }), evidence: library?.evidence };
    });
  const { epochSeconds, architecture, distribution, dependencies = [] } = manifest;
  const content = digestOf(parts.map((part) => `${part.id} ${part.version}`));
  const { name = application?.name ?? "image", vendor, url } = subject;
  const version = subject.version ?? application?.version ?? content;
  return {
    subject: { name, version, supplier: vendor, url },
    createdSeconds: epochSeconds === defaultEpochSeconds ? subject.createdSeconds : epochSeconds,
    epochSeconds,
    architecture,
    distribution,
    toolVersion,
    parts,
    // A part that has links alone is no part here.
    dependencies: [...dependencies.filter(({ from, to }) => files.has(from) && files.has(to)), ...holdings(bundled)],
  };
}

/** Whoever has a library inside needs it. One that is in several files is told by the first. */
function holdings(bundled: readonly BundledLibrary[]): readonly PartDependency[] {
  const told = new Map<string, PartDependency>();
  for (const { holder, record, path, evidence } of bundled) {
    const key = `${holder} ${record.id}`;
    const one = { from: holder, to: record.id, by: path, why: `has "${evidence.value}" inside`, through: path };
    if (!told.has(key)) told.set(key, one);
  }
  return [...told].sort(([left], [right]) => compareBytes(left, right)).map(([, one]) => one);
}

interface PartFacts {
  readonly record: PackageRecord | undefined;
  readonly files: readonly SbomFile[];
  readonly toolVersion: string;
  readonly subject: ImageSubject;
  readonly application: ApplicationIdentity | undefined;
}

function partOf(
  id: string,
  { record, files, toolVersion, subject, application }: PartFacts,
): Omit<SbomPart, "evidence"> {
  if (record !== undefined) {
    return {
      id,
      name: record.name,
      record,
      version: record.version,
      supplier: supplierOf(record),
      purl: scannerPurl(record),
      description: "",
      license: joinLicenses(record.licenses),
      isConfiguration: files.length > 0 && files.every(isSetting),
      files,
    };
  }
  const own = id === "app" ? application : undefined;
  const version = id === "pith" ? toolVersion : own?.version;
  return {
    id,
    name: own?.name ?? id,
    record,
    version: version ?? digestOf(files.map(({ path, sha256 }) => `${path} ${sha256}`)),
    supplier: id === "pith" ? "Pith" : (subject.vendor ?? own?.supplier),
    purl: undefined,
    description: describeOrigin(id),
    license: own?.license === undefined ? undefined : joinLicenses([own.license]),
    isConfiguration: false,
    files,
  };
}

/** Settings that nobody can run. */
function isSetting({ path, isExecutable }: SbomFile): boolean {
  return path.startsWith("/etc/") && !isExecutable;
}

/** What has no version changes with its content: the start of its digest stands in. */
function digestOf(lines: readonly string[]): string {
  return `sha256-${createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16)}`;
}

function describeOrigin(id: string): string {
  switch (id) {
    case "app":
      return "files of the application";
    case "context":
      return "files of the build context that the spec names";
    case "dependencies":
      return "files that the installer of the dependencies made, in no package's list";
    case "pith":
      return "files that Pith made";
    default:
      return `files of ${id.replace(":", " ")} that no package database lists`;
  }
}
