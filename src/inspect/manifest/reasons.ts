import type { ClosureEntry, Evidence } from "../../closure/model/closure.ts";
import { pointerOf } from "../../closure/model/graph.ts";
import { originOf } from "./manifest.ts";
import { placeOf, type SpecPlace, type SpecPlaces } from "./printed-manifest.ts";

/** What the attestation with the reasons is called (in-toto: predicateType). */
export const reasonsPredicateType = "urn:pith:reasons:1";

/** Where the reasons lie in an image that has them as a file. */
export const reasonsPath = "/usr/share/doc/pith/reasons.json";

/**
 * The reasons for every path of an image: docs/predicates/reasons-v1.md. A chain is read by following `from` to the entry of
 * that path, until it is `#` and a pointer into the spec, which `places` explains.
 */
export interface ReasonsPredicate {
  readonly version: 1;
  /** By pointer. Absent in an image's own file, which holds no line numbers: a comment in the spec would change the image. */
  readonly places?: SpecPlaces;
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

/** Prints the predicate, a path a line. The same entries and places give the same bytes. */
export function printReasons(
  entries: readonly (ClosureEntry & { readonly folder?: string })[],
  places: SpecPlaces | undefined,
): string {
  const used = new Map<string, SpecPlace>();
  const lines = entries.map((entry) => {
    const { from, why, evidence } = entry.reason;
    const pointer = pointerOf(from);
    if (pointer !== undefined && places !== undefined) used.set(pointer, placeOf(pointer, places));
    const { path, kind, layer, folder = layer, owner } = entry;
    const origin = kind === "directory" ? {} : { origin: originOf(entry) };
    const owned = owner === undefined ? origin : { package: owner };
    return JSON.stringify({ path, kind, layer: folder, ...owned, reason: { from, why, evidence } });
  });
  const sorted = Object.fromEntries([...used].sort(([left], [right]) => (left < right ? -1 : 1)));
  const head = JSON.stringify({ version: 1, ...(places === undefined ? {} : { places: sorted }) }).slice(0, -1);
  return `${head},"paths":[\n${lines.join(",\n")}\n]}\n`;
}
