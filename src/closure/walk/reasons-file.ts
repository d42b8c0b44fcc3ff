import type { ClosureEntry } from "../model/closure.ts";
import { addGenerated } from "./files.ts";
import type { Views } from "./roots.ts";
import type { Worklist } from "./worklist.ts";

/** Takes the place of the file with the reasons, which can only be written when all of them are known. */
export async function addReasonsFile(work: Worklist, views: Views): Promise<void> {
  const view = views.get(work.request.process.view);
  if (view === undefined || !work.request.metadata.reasonsFile) return;
  const { path } = work.plugins.reasonsFile;
  const generated = { kind: "file", mode: 0o644, uid: 0, gid: 0, path, content: "" } as const;
  const why = "has the reasons for every path";
  await addGenerated(work, view, { generated: { ...generated, why }, pointer: "/metadata/reasons", layer: "app" });
}

/** Writes the reasons for all entries, its own among them, into the file that was made for them. */
export function fillReasonsFile(work: Worklist, entries: readonly ClosureEntry[]): readonly ClosureEntry[] {
  if (!work.request.metadata.reasonsFile) return entries;
  const file = work.plugins.reasonsFile;
  const text = file.print(entries);
  const sizeBytes = new TextEncoder().encode(text).length;
  return entries.map((entry) => (entry.path === file.path ? { ...entry, sizeBytes, content: { text } } : entry));
}
