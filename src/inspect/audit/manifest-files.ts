import { chainSentences } from "../explain/explain.ts";
import type { ExplainedImage } from "../manifest/printed-manifest.ts";
import type { ManifestFile } from "./stated-file.ts";

/** The facts of a manifest about its paths, as an audit takes them. */
export function manifestFiles({ entries }: ExplainedImage): ReadonlyMap<string, ManifestFile> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return new Map(
    entries.map((entry) => [
      entry.path,
      { owner: entry.package ?? entry.origin, reasons: chainSentences(entry, byPath), layer: entry.layer },
    ]),
  );
}
