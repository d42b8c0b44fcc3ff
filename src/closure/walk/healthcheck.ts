import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ServerProbe } from "../model/closure.ts";
import { pointerReason } from "../model/graph.ts";
import { bareStart } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { addGenerated } from "./files.ts";
import type { Move } from "./moves.ts";
import { findProgram } from "./process-context.ts";
import type { Views } from "./roots.ts";
import type { Worklist } from "./worklist.ts";

/** Where the static probe lies in an image. */
const probePath = toAbsPath("/usr/lib/pith/probe");
const pointer = "/image/healthcheck";
const from = pointerReason(pointer);

/**
 * Asks for what the image's health check needs, and answers its program and arguments; undefined without a check. A
 * run-time that is there anyway asks the server itself, and where there is none a static program comes along.
 */
export async function startHealthcheck(
  work: Worklist,
  views: Views,
  moves: readonly Move[],
): Promise<readonly string[] | undefined> {
  const { healthcheck, process: proc } = work.request;
  const view = views.get(proc.view);
  if (healthcheck === undefined || view === undefined) return undefined;
  const { probe, timeoutMilliseconds } = healthcheck;
  if (probe.kind === "exec") return startProgram(work, view, { args: probe.args, moves });
  const answer = await probeWithRuntimes(work, view, { probe, timeoutMilliseconds, moves });
  return answer ?? takeStaticProbe(work, view, { probe, timeoutMilliseconds });
}

/** A program of the spec's own choice has to be in the image. */
async function startProgram(
  work: Worklist,
  view: View,
  { args, moves }: { readonly args: readonly string[]; readonly moves: readonly Move[] },
): Promise<readonly string[]> {
  const [name = "", ...rest] = args;
  if (moves.some((move) => move.to === name) || work.nodes.has(toAbsPath(name))) return args;
  const path = await findProgram(work.request, view, name);
  if (path === undefined) {
    const message = `cannot find ${name}: the health check runs it, and the builder has no such program`;
    const hint = "ask a server with http or tcp, which need no program, or add the package that has it";
    const severity = work.request.healthcheck?.isAdopted === true ? "warning" : "error";
    work.report({ finding: { severity, code: "PROGRAM_MISSING", message, hint }, from });
    return args;
  }
  const start = { ...bareStart, args: rest };
  const need = { path, role: "program", evidence: "user", why: "checks its health with it" } as const;
  work.enqueue({ view, from, start, need });
  return args;
}

interface Asking {
  readonly probe: ServerProbe;
  readonly timeoutMilliseconds: number;
}

async function probeWithRuntimes(
  work: Worklist,
  view: View,
  { probe, timeoutMilliseconds, moves }: Asking & { readonly moves: readonly Move[] },
): Promise<readonly string[] | undefined> {
  const processes = [...work.processes.values()].filter((one) => one.view === view && one.runtime?.probe !== undefined);
  const [host] = processes.sort(
    (left, right) =>
      Number(right.start.isImage) - Number(left.start.isImage) ||
      (left.key < right.key ? -1 : Number(left.key > right.key)),
  );
  const answer = await host?.runtime?.probe?.(probe, timeoutMilliseconds);
  if (host === undefined || answer === undefined) return undefined;
  await work.enqueueAll(answer.needs, { view, from, proc: host });
  const program: AbsPath = moves.find((move) => move.from === host.program)?.to ?? host.program;
  return [program, ...answer.args];
}

async function takeStaticProbe(
  work: Worklist,
  view: View,
  { probe, timeoutMilliseconds }: Asking,
): Promise<readonly string[]> {
  const { healthProbe } = work.plugins;
  const { architecture } = work.request;
  const path = probe.kind === "http" ? [probe.path] : [];
  const args = [probePath, probe.kind, probe.host, String(probe.port), ...path, String(timeoutMilliseconds)];
  if (healthProbe?.architecture !== architecture) {
    const has = healthProbe === undefined ? "none" : `one for ${healthProbe.architecture}`;
    work.fail(from, {
      code: "PROBE_UNAVAILABLE",
      message: `cannot check the health of a server on ${architecture}: no interpreter is in the image, and of the static probe there is ${has}`,
      hint: "build on a machine of that architecture, or give a program with exec",
    });
    return args;
  }
  const content = healthProbe.read();
  const attributes = { kind: "file", mode: 0o755, uid: 0, gid: 0 } as const;
  const generated = { ...attributes, path: probePath, why: "checks its health with it", content };
  await addGenerated(work, view, { generated, pointer, layer: "system" });
  return args;
}
