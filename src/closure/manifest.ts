import { invariant } from "../diagnostics/invariant.ts";
import type { ClosureEntry } from "./closure.ts";
import type { ClosureAnswer } from "./request.ts";

/** An entry with the folder of the layer that it was written to. */
export interface ManifestEntry extends ClosureEntry {
  readonly folder: string;
}

/** The whole closure as the resolver leaves it beside the files. Reasons end at `#` and a pointer into the spec. */
export interface Manifest {
  readonly version: 1;
  readonly architecture: string;
  readonly epochSeconds: number;
  readonly figures: ClosureAnswer["figures"];
  readonly config: ClosureAnswer["config"];
  readonly layers: readonly string[];
  /** Sorted by path. */
  readonly entries: readonly ManifestEntry[];
}

/** Writes a manifest, an entry a line, so that two of them compare well. */
export function printManifest(manifest: Manifest): string {
  const { entries, ...head } = manifest;
  const opening = JSON.stringify(head).slice(0, -1);
  const lines = entries.map((entry) => JSON.stringify(entry));
  return `${opening},"entries":[\n${lines.join(",\n")}\n]}\n`;
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
