import { chainSentences } from "../explain/explain.ts";
import type { ExplainedImage } from "../manifest/printed-manifest.ts";
import type { ManifestFile } from "./stated-file.ts";

/** What a manifest says of its paths, as an audit takes it. */
export function manifestFiles({ entries }: ExplainedImage): ReadonlyMap<string, ManifestFile> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return new Map(
    entries.map((entry) => [
      entry.path,
      { owner: entry.package ?? entry.origin, reasons: chainSentences(entry, byPath) },
    ]),
  );
}
