import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export type Command = readonly [program: string, ...args: string[]];

/** The cost of commands: all of them together, and the largest of their peaks of resident memory. */
export interface Taken {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Runs commands one after another. Throws where one of them fails. */
export async function timed(commands: readonly Command[], options: { readonly cwd?: string } = {}): Promise<Taken> {
  const started = performance.now();
  let megabytes = 0;
  for (const command of commands) megabytes = Math.max(megabytes, await peakOf(command, options));
  return { seconds: (performance.now() - started) / 1000, megabytes };
}

async function peakOf([program, ...args]: Command, options: { readonly cwd?: string }): Promise<number> {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "ignore", "inherit"] });
  let megabytes = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
      megabytes = Math.max(megabytes, Number(/VmHWM:\s*(\d+) kB/u.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }, 20);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`cannot run ${program}: it ended with code ${String(code)}`);
  return megabytes;
}
