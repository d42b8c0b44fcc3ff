import type { ClosureEntry, ReportedLibrary } from "../../closure/model/closure.ts";
import type { Installation } from "../../closure/model/request.ts";
import type { SettledUnknown } from "../../closure/model/unknown.ts";
import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import type { LeftOutProgram } from "../../closure/walk/resolve.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { Distribution } from "../../packages/shared/os-release.ts";
import type { ClosureAnswer } from "../../plan/closure-exchange.ts";
import type { Unobserved } from "../../rootfs/recording.ts";
import type { PolicyKind } from "../../spec/policy-kinds.ts";
import type { AllowLicenseSpec, AllowSpec } from "../../spec/spec.ts";

/** An entry with the folder of the layer that it was written to. */
export interface ManifestEntry extends ClosureEntry {
  readonly folder: string;
}

/** The rules of a policy, and the result. */
export interface ManifestPolicy {
  readonly forbid: readonly PolicyKind[];
  /** In the order of the spec, each with what it was needed for: `shell /usr/bin/dash`. */
  readonly allow: readonly (AllowSpec & { readonly used: readonly string[] })[];
  readonly limits: readonly {
    readonly figure: "bytes" | "files" | "packages";
    readonly limit: number;
    readonly actual: number;
  }[];
  /** Undefined where no licence is forbidden. */
  readonly licenses?: {
    readonly forbid: readonly string[];
    /** Packages that state no licence which a machine can read. */
    readonly unknown: readonly string[];
    /** Exceptions in the order of the spec, each with the packages that needed it; absent without one. */
    readonly allow?: readonly (AllowLicenseSpec & { readonly used: readonly string[] })[];
  };
}

/** One part of the image that needs another, with the files that show it. Parts are named as `originOf` does. */
export interface PartDependency {
  readonly from: string;
  readonly to: string;
  /** The file of `from` that needs something. */
  readonly by: string;
  /** Completes the sentence "BY ...": `needs libz.so.1`. */
  readonly why: string;
  /** The file of `to` that is needed. */
  readonly through: string;
}

/** What an application calls itself. */
export interface ApplicationIdentity {
  readonly name: string;
  readonly version?: string;
  /** As it is written there. */
  readonly license?: string;
  readonly supplier?: string;
}

/** The whole closure as the resolver leaves it beside the files. Reasons end at `#` and a pointer into the spec. */
export interface Manifest {
  readonly version: 1;
  readonly architecture: string;
  readonly epochSeconds: number;
  /** The distribution that the image's process comes from; undefined where the root names none. */
  readonly distribution?: Distribution;
  readonly figures: ClosureAnswer["figures"];
  readonly config: ClosureAnswer["config"];
  readonly layers: readonly string[];
  /** What installed the application's dependencies; absent where nothing did, or they were handed over. */
  readonly installation?: Installation;
  /** Undefined where the spec states none. */
  readonly policy?: ManifestPolicy;
  /** Absent where there is no application, or it does not say. */
  readonly application?: ApplicationIdentity;
  /** Packages of which files are in, sorted by id. */
  readonly packages: readonly PackageRecord[];
  /** Which package, or other part of the image, needs which; absent where none needs another. */
  readonly dependencies?: readonly PartDependency[];
  /** Libraries that objects only name in their strings, so that they stay out; absent when there are none. */
  readonly reported?: readonly ReportedLibrary[];
  /** Programs on the PATH, of packages that ship, which nothing names and which stay out; absent when there is none. */
  readonly leftOut?: readonly LeftOutProgram[];
  /** Names that were not evaluated to their end, and what became of each; absent when there is none. */
  readonly unknowns?: readonly SettledUnknown[];
  /** What `closure.observed` left out, and of which runs; absent without recordings. */
  readonly unobserved?: Unobserved;
  /** Sorted by path. */
  readonly entries: readonly ManifestEntry[];
}

/** Writes a manifest, an entry a line, so that two of them compare well. */
export function printManifest(manifest: Manifest): string {
  return [...manifestParts(manifest)].join("");
}

const entriesInPart = 1000;

/** The same text in parts, for manifests that are long: the whole of it would be held several times over. */
export function* manifestParts(manifest: Manifest): Generator<string> {
  const { entries, ...head } = manifest;
  yield `${JSON.stringify(head).slice(0, -1)},"entries":[\n`;
  for (let start = 0; start < entries.length; start += entriesInPart) {
    const lines = entries.slice(start, start + entriesInPart).map((entry) => JSON.stringify(entry));
    yield `${start === 0 ? "" : ",\n"}${lines.join(",\n")}`;
  }
  yield "\n]}\n";
}

/** Reads a manifest back. Throws on text that is none: both ends are of one image. */
export function parseManifest(text: string): Manifest {
  const parsed: unknown = JSON.parse(text);
  invariant(
    typeof parsed === "object" && parsed !== null && "version" in parsed && parsed.version === 1,
    "the closure is of another version",
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the resolver of the same image wrote it
  return parsed as Manifest;
}
