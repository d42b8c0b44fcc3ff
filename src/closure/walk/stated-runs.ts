import { toAbsPath } from "../../rootfs/rootfs.ts";
import { pointerReason } from "../model/graph.ts";
import { bareStart } from "../model/process.ts";
import type { StatedRun } from "../model/request.ts";
import type { View } from "../model/view.ts";
import { findProgram } from "./process-context.ts";
import type { StartedRoots, Views } from "./roots.ts";
import type { Worklist } from "./worklist.ts";

const from = pointerReason("");

/** Starts the programs of other runs of the image: a worker of a Compose file, and what checks its health. */
export async function startStatedRuns(
  work: Worklist,
  views: Views,
  image: Pick<StartedRoots, "entrypoint" | "cmd">,
): Promise<void> {
  const { runs = [], process: proc } = work.request;
  const view = views.get(proc.view);
  if (view === undefined) return;
  for (const run of runs) {
    if (run.isUnread === true) {
      reportUnread(work, run);
      continue;
    }
    const { entrypoint = image.entrypoint } = run;
    const cmd = run.cmd ?? (run.entrypoint === undefined ? image.cmd : []);
    await startRun(work, view, { run, argv: [...entrypoint, ...cmd], why: `runs it for ${run.by}` });
    if (run.check !== undefined) await startRun(work, view, { run, argv: run.check, why: `checks ${run.by} with it` });
  }
}

function reportUnread(work: Worklist, { by }: StatedRun): void {
  const message = `cannot tell what the services of ${by} start: it is not plain YAML with few anchors and tags`;
  const hint = "add what they start to `binaries`, or write the file with fewer anchors, aliases and tags";
  work.report({ finding: { severity: "warning", code: "COMPOSE_UNREADABLE", message, hint }, from });
}

async function startRun(
  work: Worklist,
  view: View,
  { run, argv, why }: { readonly run: StatedRun; readonly argv: readonly string[]; readonly why: string },
): Promise<void> {
  const [name, ...args] = argv;
  if (name === undefined || name === "") return;
  const isMoved = name.startsWith("/") && work.nodes.has(toAbsPath(name));
  const path = isMoved ? toAbsPath(name) : await findProgram(work.request, view, name);
  if (path === undefined) {
    const message = `cannot find ${name}: ${run.by} runs it, and the builder has no such program`;
    const hint = "add the package that has it to the builder's `packages`, or correct the command of the service";
    return work.report({ finding: { severity: "warning", code: "PROGRAM_MISSING", message, hint }, from });
  }
  const { workdir, env } = run;
  const start = { ...bareStart, args, env, hasApp: true, ...(workdir === undefined ? {} : { workdir }) };
  work.enqueue({ view, from, start, need: { path, role: "program", evidence: "user", why } });
}
