import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A program that runs beside us. `stop` is safe to call again. */
export interface Service {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `with-us`: ends when this process ends, however that happens. `kept`: goes on until somebody stops it. */
  readonly life: "with-us" | "kept";
}

// The shell waits for the end of its input, which comes when the process that holds the other end is gone, even if it
// was killed: no polling, and no way to leave an engine behind.
const leash = 'program=$1; shift; "$program" "$@" </dev/null & pid=$!; read -r _; kill -TERM "$pid"; wait "$pid"';

/** Starts a program in a session of its own, so that Ctrl-C at the terminal reaches it only through us. */
export function startService(options: ServiceOptions): Service {
  const log = openSync(options.logFile, "a");
  const env = { ...process.env, ...options.env };
  const stdio: readonly ["pipe" | "ignore", number, number] = [options.life === "kept" ? "ignore" : "pipe", log, log];
  const child =
    options.life === "kept"
      ? spawn(options.program, [...options.args], { detached: true, stdio: [...stdio], env })
      : spawn("/bin/sh", ["-c", leash, "leash", options.program, ...options.args], {
          detached: true,
          stdio: [...stdio],
          env,
        });
  closeSync(log);
  child.on("error", () => {});
  child.stdin?.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  child.unref();
  const pid = child.pid ?? 0;
  return {
    pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || pid === 0) return;
      if (options.life === "kept") process.kill(pid, "SIGTERM");
      child.stdin?.end();
      await Promise.race([ended, delay(20_000)]);
    },
  };
}

/** Ids of the processes whose command line holds `mark`, a path that only ours can name. */
export function processesNaming(mark: string): readonly number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${name}/cmdline`, "utf8").includes(mark)) found.push(Number(name));
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return found;
}

/** Ends a process that we started, and whatever it has started in turn: politely first. */
export async function endTree(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  await endAll([pid, ...descendantsOf(pid)]);
}

async function endAll(pids: readonly number[]): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of pids.filter(isAlive)) send(pid, signal);
    for (let wait = 0; wait < 50 && pids.some(isAlive); wait++) await delay(100);
  }
}

/**
 * Ends what this process has started and that is in its session, whatever it waits for: not services, which have a
 * session each, so that whoever started them can still stop them in order.
 */
export async function endCommands(): Promise<void> {
  const own = sessionOf(process.pid);
  const commands = descendantsOf(process.pid).filter((pid) => sessionOf(pid) === own);
  await endAll(commands);
}

function sessionOf(pid: number): string | undefined {
  return statOf(pid)?.[3];
}

/** Fields of /proc/PID/stat after the name in brackets: the state, the parent's id, its group and its session first. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .replace(/^.*\) /su, "")
      .split(" ");
  } catch {
    // It has ended.
    return undefined;
  }
}

function descendantsOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/u.test(entry))) {
    const parent = Number(statOf(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (id: number): readonly number[] =>
    (children.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat[0] !== "Z";
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}

/** Ends, by id, every process whose command line holds `mark`: politely first. */
export async function endProcessesNaming(mark: string): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of processesNaming(mark)) send(pid, signal);
    for (let wait = 0; wait < 150 && processesNaming(mark).length > 0; wait++) await delay(100);
    if (processesNaming(mark).length === 0) return;
  }
}
