import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { ClosureEntry } from "../model/closure.ts";
import { printReasons, reasonsPath } from "../model/reasons.ts";
import type { ClosureRequest } from "../model/request.ts";
import { addGenerated } from "./files.ts";
import type { Views } from "./roots.ts";
import type { Worklist } from "./worklist.ts";

/** Takes the place of the file with the reasons, which can only be written when all of them are known. */
export async function addReasonsFile(work: Worklist, views: Views): Promise<void> {
  const view = views.get(work.request.process.view);
  if (view === undefined) return;
  const base = { kind: "file", mode: 0o644, uid: 0, gid: 0 } as const;
  const generated = { ...base, path: toAbsPath(reasonsPath), content: "", why: "has the reasons for every path" };
  await addGenerated(work, view, { generated, pointer: "/metadata/reasons", layer: "app" });
}

/** Writes the reasons for all entries, its own among them, into the file that was made for them. */
export function fillReasonsFile(entries: readonly ClosureEntry[], request: ClosureRequest): readonly ClosureEntry[] {
  if (!request.metadata.reasonsFile) return entries;
  const text = printReasons(entries, undefined);
  const sizeBytes = new TextEncoder().encode(text).length;
  return entries.map((entry) => (entry.path === reasonsPath ? { ...entry, sizeBytes, content: { text } } : entry));
}
