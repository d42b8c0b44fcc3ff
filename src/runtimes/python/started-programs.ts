import type { Need, Yield } from "../../closure/model/closure.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
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
const shell = toAbsPath("/bin/sh");

/** The programs that a source of the application starts by name, and the shell with the commands that it is given. */
export async function reachStartedPrograms(scan: SourceScan, installation: Installation, out: Yield[]): Promise<void> {
  for (const call of scan.calls) {
    if (!programCalls.has(call.callee) || (!scan.startsPrograms && isCommon(call.callee))) continue;
    const need = await needOf(call, installation);
    if (need !== undefined) out.push({ need });
  }
}

/** True for names that functions of all kinds have. */
function isCommon(callee: string): boolean {
  return callee === "run" || callee === "call" || callee === "which";
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
