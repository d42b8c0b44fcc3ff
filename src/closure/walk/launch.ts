import { bareStart, type StartOptions } from "../model/process.ts";
import type { Unknown } from "../model/unknown.ts";
import type { Demand, Worklist } from "./worklist.ts";

/** Programs that start each other with known arguments, one by the other. */
const maxLaunchDepth = 8;
/** Command lines with which one file starts one program. */
const maxCommandLines = 16;

/**
 * A program that is started with known arguments goes on as the process that starts it: the application may be behind
 * it. A file that starts a program in more ways than are followed leaves its further arguments unknown.
 */
export function launchOf(work: Worklist, { view, need, proc, from }: Demand): StartOptions {
  if (need.args === undefined || proc === undefined) return bareStart;
  const { wrapper, ...start } = proc.start;
  if (start.launchDepth >= maxLaunchDepth) return bareStart;
  const key = [view.name, from, need.path].join("\0");
  const lines = work.commandLines.get(key) ?? new Set<string>();
  work.commandLines.set(key, lines);
  const line = [need.workdir ?? "", JSON.stringify(need.env), ...need.args].join("\0");
  if (lines.size >= maxCommandLines && !lines.has(line)) {
    const what = `further arguments of ${need.path}`;
    const unknown: Unknown = { kind: "long-list", what, bound: { kind: "anything" } };
    work.unknowns.set(`arguments\0${key}`, { unknown, from, view, proc });
    return bareStart;
  }
  lines.add(line);
  const behind = wrapper ?? start.behind;
  return {
    ...start,
    args: need.args,
    ...(need.workdir === undefined ? {} : { workdir: need.workdir }),
    ...(need.env === undefined ? {} : { env: { ...start.env, ...need.env } }),
    isInterpreter: false,
    script: undefined,
    shebangDepth: 0,
    launchDepth: start.launchDepth + 1,
    startedBy: from,
    ...(behind === undefined ? {} : { behind }),
  };
}
