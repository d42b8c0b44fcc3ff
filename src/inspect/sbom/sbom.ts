import { originOf } from "../../closure/model/reasons.ts";
import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import type { Manifest, ManifestEntry } from "../manifest/manifest.ts";
import { joinLicenses, type License } from "./licenses.ts";

/** Digests of a file's bytes as they ship, in hexadecimal. */
export interface FileDigests {
  readonly sha1: string;
  readonly sha256: string;
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
  readonly description: string;
  readonly license: License | undefined;
  /** Regular files, each name of a file for itself, sorted by path. */
  readonly files: readonly SbomFile[];
}

/** The contents of an SBOM, before it has a format. */
export interface Sbom {
  readonly epochSeconds: number;
  readonly architecture: string;
  readonly distribution: { readonly id: string; readonly version: string } | undefined;
  readonly toolVersion: string;
  /** Sorted by id. Every file of the image is in exactly one. */
  readonly parts: readonly SbomPart[];
}

/** Makes the SBOM of an image from its manifest. `digestsOf` reads the files as they ship. */
export function makeSbom(
  manifest: Manifest,
  {
    toolVersion,
    digestsOf,
  }: { readonly toolVersion: string; readonly digestsOf: (entry: ManifestEntry) => FileDigests },
): Sbom {
  const records = new Map(manifest.packages.map((record) => [record.id, record]));
  const files = new Map<string, SbomFile[]>(manifest.packages.map(({ id }) => [id, []]));
  for (const entry of manifest.entries) {
    if (entry.kind !== "file") continue;
    const origin = originOf(entry);
    const known = files.get(origin) ?? [];
    files.set(origin, known);
    known.push({ path: entry.path, isExecutable: (entry.mode & 0o111) !== 0, ...digestsOf(entry) });
  }
  const parts = [...files]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([id, own]) => partOf(id, records.get(id), own));
  const { epochSeconds, architecture, distribution } = manifest;
  return { epochSeconds, architecture, distribution, toolVersion, parts };
}

function partOf(id: string, record: PackageRecord | undefined, files: readonly SbomFile[]): SbomPart {
  return {
    id,
    name: record?.name ?? id,
    record,
    description: record === undefined ? describeOrigin(id) : "",
    license: record === undefined ? undefined : joinLicenses(record.licenses),
    files,
  };
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
