import type { ClosureEntry, Evidence } from "../../closure/model/closure.ts";
import { pointerOf } from "../../closure/model/graph.ts";
import type { ReasonsFile } from "../../closure/model/plugins.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** The name of the attestation with the reasons (in-toto: predicateType). */
export const reasonsPredicateType = "urn:pith:reasons:1";

/** Where the reasons lie in an image that has them as a file. */
export const reasonsPath: AbsPath = toAbsPath("/usr/share/doc/pith/reasons.json");

/** The file as the closure writes it: without places of the spec. */
export const reasonsFile: ReasonsFile = { path: reasonsPath, print: (entries) => printReasons(entries, undefined) };

/**
 * The reasons for every path of an image: docs/predicates/reasons-v1.md. A chain is read by following `from` to the
 * entry of that path, until it is `#` and a pointer into the spec, which `places` explains.
 */
export interface ReasonsPredicate {
  readonly version: 1;
  /**
   * By pointer. Absent in an image's own file, which holds no line numbers: a comment in the spec would change the
   * image.
   */
  readonly places?: SpecLocations;
  /** Sorted by path. */
  readonly paths: readonly {
    readonly path: string;
    readonly kind: "file" | "directory" | "link";
    readonly layer: string;
    readonly package?: string;
    readonly origin?: string;
    readonly reason: { readonly from: string; readonly why: string; readonly evidence: Evidence };
  }[];
}

/** Version 1 of the predicate calls a symlink `link`. */
function printKind(kind: ClosureEntry["kind"]): ReasonsPredicate["paths"][number]["kind"] {
  return kind === "symlink" ? "link" : kind;
}

/** Prints the predicate, a path a line. The same entries and places give the same bytes. */
export function printReasons(
  entries: readonly (ClosureEntry & { readonly folder?: string })[],
  locations: SpecLocations | undefined,
): string {
  const used = new Map<string, SpecLocation>();
  const lines = entries.map((entry) => {
    const { from, why, evidence } = entry.reason;
    const pointer = pointerOf(from);
    if (pointer !== undefined && locations !== undefined) used.set(pointer, specLocationOf(pointer, locations));
    const { path, kind, layer, folder = layer, owner } = entry;
    const origin = kind === "directory" ? {} : { origin: originOf(entry) };
    const owned = owner === undefined ? origin : { package: owner };
    return JSON.stringify({ path, kind: printKind(kind), layer: folder, ...owned, reason: { from, why, evidence } });
  });
  const sorted = Object.fromEntries([...used].sort(([left], [right]) => (left < right ? -1 : 1)));
  const head = JSON.stringify({ version: 1, ...(locations === undefined ? {} : { places: sorted }) }).slice(0, -1);
  return `${head},"paths":[\n${lines.join(",\n")}\n]}\n`;
}

/** A place of the spec that reasons end at. */
export interface SpecLocation {
  /** `pith.yaml:3`; of what is not written, the line of the nearest key that is. */
  readonly place: string;
  /** The name for people: `interpreter`, `system.locale`. */
  readonly key: string;
  /** True when the spec does not say it, so that the language's default holds. */
  readonly isDefault: boolean;
}

/** Places of the spec by pointer. */
export type SpecLocations = Readonly<Record<string, SpecLocation>>;

/**
 * Who a path is accounted for by: its package, or where it has none the origin `pith` (made by it), `app`, `context` (a
 * file of the spec), `dependencies` (left by their installer) or `builder:NAME`, of which no package database knows it.
 */
export function originOf(entry: Pick<ClosureEntry, "owner" | "tree">): string {
  return entry.owner ?? entry.tree?.id ?? "pith";
}

/** The place of a pointer, or of the nearest known pointer above it. */
export function specLocationOf(pointer: string, locations: SpecLocations): SpecLocation {
  for (let at = pointer; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const location = locations[at];
    if (location !== undefined) return location;
  }
  return locations[""] ?? { place: `the spec at ${pointer}`, key: "", isDefault: false };
}
