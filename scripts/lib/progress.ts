import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { cannotRun } from "./command.ts";
import { follow, stayIfInterrupted } from "./interruption.ts";
import { logFile, say } from "./project.ts";

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

export interface LoggedOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A signal that ends the script waits for this program: half of its work breaks the next run. */
  readonly mustEnd?: boolean;
}

/** Runs a program that has to succeed, with its output in the log. The end of the output is in the error. */
export async function runLogged(
  program: string,
  args: readonly string[],
  { cwd, mustEnd = false, ...options }: LoggedOptions = {},
): Promise<void> {
  await stayIfInterrupted();
  const file = logFile();
  mkdirSync(dirname(file), { recursive: true });
  const env = { ...process.env, ...options.env };
  // Programs that run side by side share the log; each failure tells of its own program.
  let said = "";
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-longestTail);
    appendFileSync(file, chunk);
  };
  const code = await new Promise<number>((resolve, reject) => {
    // In a session of its own Ctrl-C at the terminal does not reach it.
    const place = { ...(cwd === undefined ? {} : { cwd }), detached: mustEnd };
    const child = spawn(program, [...args], { stdio: ["ignore", "pipe", "pipe"], env, ...place });
    follow(child, { mustEnd });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", hear);
    child.once("error", (error) => reject(cannotRun(program, error)));
    child.once("close", (ended) => resolve(ended ?? 137));
  });
  await stayIfInterrupted();
  if (code === 0) return;
  const end = said.trim().split("\n").slice(-20).join("\n");
  throw new Error(
    `cannot go on: ${program} ${args[0] ?? ""} ended with code ${String(code)}\n${end}\nall of it is in ${file}`,
  );
}

/** Characters of a program's output that its failure may show. */
const longestTail = 16_384;
