import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Installation } from "./installation.ts";
import { type LiteralCall, programCalls, type SourceScan } from "./source-scan.ts";

/** Functions that hand a text to the shell. */
const shellCalls: ReadonlySet<string> = new Set([
  "create_subprocess_shell",
  "getoutput",
  "getstatusoutput",
  "popen",
  "system",
]);
/** Of each process, so that a package is asked for once. */
const known = new WeakMap<ProcessContext, DependencyPrograms>();
const shell = toAbsPath("/bin/sh");

/** The programs that a source of the application starts by name, and the shell with the commands that it is given. */
export async function reachStartedPrograms(scan: SourceScan, installation: Installation, out: Yield[]): Promise<void> {
  for (const call of scan.calls) {
    if (!programCalls.has(call.callee) || (!scan.startsPrograms && isCommon(call.callee))) continue;
    const need = await needOf(call, installation);
    if (need !== undefined) out.push({ need });
  }
}

/** The programs of packages that the package of a source depends on, and those that it names by their places. */
export async function reachPackagedPrograms(
  scan: SourceScan,
  path: AbsPath,
  { proc, files }: Installation,
  out: Yield[],
): Promise<void> {
  const isStarting = scan.startsPrograms || scan.calls.some(({ callee }) => isRare(callee));
  if (!isStarting) return;
  for (const text of scan.paths) {
    if (!/^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.+-]+$/u.test(text) || !(await files.isFile(toAbsPath(text)))) continue;
    const because = { evidence: "string", why: `starts programs, and names ${text}`, optional: true } as const;
    out.push({ need: { path: toAbsPath(text), role: "program", ...because } });
    if (!/\/(?:ba|da|k|z)?sh$/u.test(text)) continue;
    out.push({ unknown: { kind: "computed-name", what: `a command for ${text}`, bound: { kind: "anything" } } });
  }
  const programs = known.get(proc) ?? new DependencyPrograms({ proc, files });
  known.set(proc, programs);
  for (const need of await programs.of(path)) out.push({ need });
}

/** True for names that functions of all kinds have. */
function isCommon(callee: string): boolean {
  return callee === "run" || callee === "call" || callee === "which";
}

function isRare(callee: string): boolean {
  return programCalls.has(callee) && !isCommon(callee);
}

async function needOf({ callee, text, isList }: LiteralCall, { proc }: Installation): Promise<Need | undefined> {
  const isCommand = isList !== true && (shellCalls.has(callee) || /\s/u.test(text));
  const name = isCommand ? shell : text;
  if (name === "" || (!isCommand && !/^[\w./+-]+$/u.test(name))) return undefined;
  const path = await proc.findProgram(name);
  if (path === undefined) return undefined;
  const why = `runs ${text}`;
  const args = isCommand ? { args: ["-c", text] } : {};
  return { path, role: "program", evidence: "string", why, optional: true, ...args };
}
