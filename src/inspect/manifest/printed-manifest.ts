import type { Reason } from "../../closure/model/closure.ts";
import { chainOf, pointerOf } from "../../closure/model/graph.ts";
import { compareBytes, type FileStat } from "../../rootfs/rootfs.ts";
import { type Manifest, type ManifestEntry, type ManifestPolicy } from "./manifest.ts";
import { originOf, type ReasonsPredicate, type SpecLocations, specLocationOf } from "./reasons.ts";

/** A reason as people read it: `from` is a path of the image, or for the last of a chain a place of the spec. */
export interface PrintedReason extends Reason {
  /** Of the last: what stands at that place. */
  readonly key?: string;
  readonly isDefault?: true;
}

/** One path of the image, as `manifest.json` has it. */
export interface PrintedEntry {
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink";
  /** Octal. */
  readonly mode: string;
  /** `uid:gid`. */
  readonly owner: string;
  /** Bytes of a file. */
  readonly size?: number;
  readonly sha256?: string;
  readonly target?: string;
  readonly hardLinkTo?: string;
  readonly layer: string;
  /** `dpkg:libc6`. */
  readonly package?: string;
  /** Of a file or link in no package: who it is from (`app`, `pith`, `builder:main`). */
  readonly origin?: string;
  /** Nearest first; the last is a place of the spec. */
  readonly reasons: readonly PrintedReason[];
}

/** The output of `--target manifest`: the whole image, and why. */
export interface PrintedManifest
  extends Pick<
    Manifest,
    | "version"
    | "architecture"
    | "epochSeconds"
    | "figures"
    | "config"
    | "installation"
    | "reported"
    | "unknowns"
    | "leftOut"
    | "unobserved"
  > {
  readonly packages: readonly string[];
  readonly layers: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
  /** Sorted by path. */
  readonly entries: readonly PrintedEntry[];
  /** Undefined where the spec states none. */
  readonly policy?: ManifestPolicy;
}

/**
 * A manifest with its chains and the lines of the spec. `digest`: the SHA-256 of a file, undefined where it is not at
 * hand.
 */
export function toPrintedManifest(
  manifest: Manifest,
  {
    locations,
    digest,
  }: { readonly locations: SpecLocations; readonly digest: (entry: ManifestEntry) => string | undefined },
): PrintedManifest {
  const reasons = new Map<string, Reason>(manifest.entries.map((entry) => [entry.path, entry.reason]));
  const packages = new Set(manifest.entries.flatMap((entry) => entry.owner ?? []));
  const {
    version,
    architecture,
    epochSeconds,
    figures,
    config,
    installation,
    reported,
    unknowns,
    leftOut,
    unobserved,
  } = manifest;
  return {
    version,
    architecture,
    epochSeconds,
    figures,
    config,
    ...(manifest.policy === undefined ? {} : { policy: manifest.policy }),
    packages: [...packages].sort(compareBytes),
    layers: manifest.layers.map((name) => {
      const files = manifest.entries.filter((entry) => entry.folder === name && entry.kind === "file");
      const bytes = files.reduce((sum, file) => sum + (file.hardLinkTo === undefined ? file.sizeBytes : 0), 0);
      return { name, files: files.length, bytes };
    }),
    ...(installation === undefined ? {} : { installation }),
    ...(reported === undefined ? {} : { reported }),
    ...(unknowns === undefined ? {} : { unknowns }),
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(unobserved === undefined ? {} : { unobserved }),
    entries: manifest.entries.map((entry) => {
      const sha256 = entry.kind === "file" ? digest(entry) : undefined;
      return {
        path: entry.path,
        kind: entry.kind,
        mode: entry.mode.toString(8).padStart(4, "0"),
        owner: `${entry.uid}:${entry.gid}`,
        ...(entry.kind === "file" ? { size: entry.sizeBytes } : {}),
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(entry.target === undefined ? {} : { target: entry.target }),
        ...(entry.hardLinkTo === undefined ? {} : { hardLinkTo: entry.hardLinkTo }),
        layer: entry.folder,
        ...ownerOf(entry),
        reasons: chainOf(reasons, entry.path).map((reason) => printReason(reason, locations)),
      };
    }),
  };
}

/** The kind of an entry. Earlier manifests, and version 1 of the reasons, call a symlink `link`. */
export function readKind(kind: PrintedEntry["kind"] | "link"): PrintedEntry["kind"] {
  return kind === "link" ? "symlink" : kind;
}

/** The source of explanations. */
export type ExplainedImage = Pick<PrintedManifest, "entries" | "reported">;

/**
 * The paths of an image with their chains, from the reasons that were kept of it. `statOf` says what each path is in
 * the image; paths that it does not have are left out.
 */
export async function toPrintedEntries(
  { paths, places: locations = {} }: ReasonsPredicate,
  statOf: (path: string) => Promise<FileStat | undefined>,
): Promise<readonly PrintedEntry[]> {
  const reasons = new Map<string, Reason>(paths.map(({ path, reason }) => [path, reason]));
  const entries: PrintedEntry[] = [];
  for (const { path, kind, layer, package: owner, origin } of paths) {
    const stat = await statOf(path);
    if (stat === undefined) continue;
    entries.push({
      path,
      kind: readKind(kind),
      mode: stat.mode.toString(8).padStart(4, "0"),
      owner: `${stat.uid}:${stat.gid}`,
      ...(kind === "file" ? { size: stat.sizeBytes } : {}),
      ...(stat.target === undefined ? {} : { target: stat.target }),
      layer,
      ...(owner === undefined ? {} : { package: owner }),
      ...(origin === undefined ? {} : { origin }),
      reasons: chainOf(reasons, path).map((reason) => printReason(reason, locations)),
    });
  }
  return entries;
}

function ownerOf(entry: ManifestEntry): Pick<PrintedEntry, "package" | "origin"> {
  if (entry.owner !== undefined) return { package: entry.owner };
  return entry.kind === "directory" ? {} : { origin: originOf(entry) };
}

function printReason(reason: Reason, locations: SpecLocations): PrintedReason {
  const pointer = pointerOf(reason.from);
  if (pointer === undefined) return reason;
  const { place: location, key, isDefault } = specLocationOf(pointer, locations);
  return { ...reason, from: location, ...(key === "" ? {} : { key }), ...(isDefault ? { isDefault } : {}) };
}
