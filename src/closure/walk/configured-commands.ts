import type { ConfiguredCommand } from "../../formats/text/configured-commands.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Need } from "../model/closure.ts";
import { bareStart, type Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { findProgram } from "./process-context.ts";
import type { Worklist } from "./worklist.ts";

/** Where the C library looks for it, whatever is on the PATH. */
const ownShell = toAbsPath("/bin/sh");

/**
 * Starts the programs whose command lines a configuration of the builder's author holds, `command=gunicorn app:app`, or
 * a source of a language that no run-time reads: `io.popen("date -u")`.
 */
export async function startConfigured(
  work: Worklist,
  commands: readonly ConfiguredCommand[],
  { view, proc, from }: { readonly view: View; readonly proc: Process | undefined; readonly from: AbsPath },
): Promise<void> {
  const { workdir } = work.request.process;
  for (const { words, script, directory } of commands) {
    const [name = "", ...rest] = words;
    const path = await findProgram(work.request, view, name);
    if (path === undefined) continue;
    const isThere = (await view.resolve(ownShell)).stat !== undefined;
    const known = isThere ? ownShell : await findProgram(work.request, view, "sh");
    const shell = script === undefined ? undefined : known;
    const need: Need = {
      path: shell ?? path,
      role: "program",
      evidence: "string",
      why: `holds the command ${name}`,
      optional: true,
    };
    const args = shell === undefined ? rest : ["-c", script ?? ""];
    const start = { ...bareStart, args, workdir: toAbsPath(directory ?? workdir, workdir) };
    work.enqueue({ view, from, need, start, proc });
  }
}
