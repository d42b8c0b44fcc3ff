import type { ClosureEntry } from "../../src/closure/model/closure.ts";
import { pointerOf } from "../../src/closure/model/graph.ts";
import type { Closure } from "../../src/closure/walk/resolve.ts";

/** A closure as text, a line a path: what tests compare and `--print` shows. */
export function dumpClosure(closure: Pick<Closure, "entries" | "diagnostics">): string {
  const lines = closure.entries.map(dumpEntry);
  const found = closure.diagnostics.map(
    ({ severity, code, message, pointer, hint }) =>
      `${severity} ${code} ${pointer ?? "-"}: ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
  return [...lines, ...found].join("\n");
}

function dumpEntry(entry: ClosureEntry): string {
  const { path, kind, mode, uid, gid, reason } = entry;
  const what = kind === "symlink" ? `symlink -> ${entry.target ?? ""}` : `${kind} ${mode.toString(8)}`;
  const notes = [
    ...(uid === 0 && gid === 0 ? [] : [`${uid}:${gid}`]),
    ...(entry.hardLinkTo === undefined ? [] : [`= ${entry.hardLinkTo}`]),
    ...(entry.patch === undefined ? [] : ["rewritten"]),
    ...(entry.owner === undefined ? [] : [entry.owner]),
    ...(entry.content === undefined ? [] : ["made"]),
  ];
  const from = pointerOf(reason.from) === undefined ? reason.from : `spec ${pointerOf(reason.from) ?? ""}`;
  return [path, what, ...notes, entry.layer, `${from} ${reason.why}`].join("  ");
}
