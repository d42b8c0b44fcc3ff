import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { say, stateFolder } from "./project.ts";

/** Where the output of programs goes that nobody wants to read unless one fails. */
export function logFile(): string {
  return join(stateFolder(), "log.txt");
}

/**
 * Does one part of something longer. Says what happens and how long it may take, and then how long it took; on a
 * terminal the seconds count up on that line.
 */
export async function step<T>(title: string, mayTake: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = () => `${String(Math.round((performance.now() - started) / 1000))} s`;
  if (!process.stderr.isTTY) {
    say(`${title} (${mayTake})`);
    const result = await work();
    say(`  done in ${seconds()}`);
    return result;
  }
  const show = () => process.stderr.write(`\r\x1b[K${title} (${mayTake}): ${seconds()}`);
  show();
  const timer = setInterval(show, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(`\r\x1b[K${title}: ${seconds()}\n`);
  }
}

/** Runs a program that has to succeed, with its output in the log. The end of the output is in the error. */
export async function runLogged(
  program: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<void> {
  mkdirSync(stateFolder(), { recursive: true });
  const file = logFile();
  const log = openSync(file, "a+");
  const start = readFileSync(file).byteLength;
  const { cwd } = options;
  const env = { ...process.env, ...options.env };
  try {
    const code = await new Promise<number>((resolve, reject) => {
      const stdio: readonly ["ignore", number, number] = ["ignore", log, log];
      const child = spawn(program, [...args], { stdio: [...stdio], env, ...(cwd === undefined ? {} : { cwd }) });
      child.once("error", (error) => reject(new Error(`cannot run ${program}`, { cause: error })));
      child.once("close", (ended) => resolve(ended ?? 137));
    });
    if (code === 0) return;
    const said = readFileSync(file).subarray(start).toString().trim().split("\n").slice(-20).join("\n");
    throw new Error(
      `cannot go on: ${program} ${args[0] ?? ""} ended with code ${String(code)}\n${said}\nall of it is in ${file}`,
    );
  } finally {
    closeSync(log);
  }
}
