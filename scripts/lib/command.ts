import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Lack } from "./failures.ts";
import { follow, stayIfInterrupted } from "./interruption.ts";
import { endTree } from "./processes.ts";
import { noteWait } from "./waits.ts";

/** The result of a finished program. `code` is 128 + the signal's number when a signal ended it. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

const outputLimit = 256 * 1024 * 1024;

/**
 * Runs a program to its end and returns what it printed. A program that fails is an answer, one that does not exist an
 * error.
 */
export async function capture(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  await stayIfInterrupted();
  const result = await noteWait(program, args, async () => runToEnd(program, args, options));
  await stayIfInterrupted();
  return result;
}

async function runToEnd(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      {
        maxBuffer: outputLimit,
        env: { ...process.env, ...options.env },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code === "string") {
          reject(cannotRun(program, error));
          return;
        }
        const code = error === null ? 0 : (child.exitCode ?? 137);
        resolve({ code, stdout, stderr });
      },
    );
    follow(child);
    // A program that never reads its input closes the pipe; that is its right.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
  });
}

/** Why a program could not be started. */
export function cannotRun(program: string, failure: Error): Error {
  const code = "code" in failure ? String(failure.code) : failure.message;
  if (code !== "ENOENT") return new Error(`cannot run ${program}: ${code}`, { cause: failure });
  return new Lack(`cannot run ${program}: it is not installed`, `install ${program}, or put its folder on PATH`, {
    cause: failure,
  });
}

/** Runs a program that has to succeed and returns its standard output. */
export async function output(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await capture(program, args, options);
  if (result.code !== 0) {
    const said = `${result.stderr}${result.stdout}`.trim().split("\n").slice(-20).join("\n");
    throw new Error(`cannot run ${program} ${args.join(" ")}: exit code ${result.code}\n${said}`);
  }
  return result.stdout;
}

export interface PassThroughOptions extends CommandOptions {
  readonly stdoutTo?: "stdout" | "stderr";
  /** Written before each line, both streams to standard output: for programs that run side by side. */
  readonly linePrefix?: string;
}

/**
 * Runs a program with its output going where ours goes, and returns its exit code. A signal ends the program with all
 * that it started.
 */
export async function passThrough(
  program: string,
  args: readonly string[],
  options: PassThroughOptions = {},
): Promise<number> {
  const { linePrefix } = options;
  await stayIfInterrupted();
  const ended = await new Promise<number>((resolve, reject) => {
    const own = linePrefix === undefined;
    const child = spawn(program, [...args], {
      stdio: own ? ["ignore", options.stdoutTo === "stderr" ? 2 : "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    follow(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => process.stdout.write(`${linePrefix ?? ""}${line}\n`));
    }
    const end = (): void => void endTree(child.pid);
    options.signal?.addEventListener("abort", end);
    child.once("error", (error) => reject(cannotRun(program, error)));
    child.once("close", (code) => {
      options.signal?.removeEventListener("abort", end);
      resolve(code ?? 137);
    });
  });
  await stayIfInterrupted();
  return ended;
}

/** Tells whether the program can be started at all. */
export async function isInstalled(
  program: string,
  args: readonly string[] = ["--version"],
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  try {
    return (await capture(program, args, { env })).code === 0;
  } catch {
    return false;
  }
}
