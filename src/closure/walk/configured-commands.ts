import { commandsInConfiguration } from "../../formats/text/configured-commands.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Need } from "../model/closure.ts";
import { bareStart, type Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { findProgram } from "./programs.ts";
import type { Worklist } from "./worklist.ts";

/**
 * Starts the programs whose command lines a configuration of the builder's author holds: `command=gunicorn app:app`.
 */
export async function startConfigured(
  work: Worklist,
  text: string,
  { view, proc, from }: { readonly view: View; readonly proc: Process | undefined; readonly from: AbsPath },
): Promise<void> {
  const { workdir } = work.request.process;
  for (const { words, script, directory } of commandsInConfiguration(text)) {
    const [name = "", ...rest] = words;
    const path = await findProgram(work.request, view, name);
    if (path === undefined) continue;
    const shell = script === undefined ? undefined : await findProgram(work.request, view, "sh");
    const need: Need = {
      path: shell ?? path,
      role: "program",
      evidence: "string",
      why: `holds the command ${name}`,
      optional: true,
    };
    const args = shell === undefined ? rest : ["-c", script ?? ""];
    const start = { ...bareStart, args, workdir: toAbsPath(directory ?? workdir, workdir) };
    work.enqueue({ view, from, need, start, ...(proc === undefined ? {} : { proc }) });
  }
}
