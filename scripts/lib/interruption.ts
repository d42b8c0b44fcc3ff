import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import { endTree } from "./processes.ts";
import { say } from "./project.ts";

/*
 * Ctrl-C, and SIGTERM: what a script has begun is undone before it ends. The programs that it runs are ended first, and
 * nothing that waits for them goes on, so that no failure of theirs is taken for an answer.
 */

/** Children that run, and whether they may be ended: apt-get would leave packages half installed. */
const children = new Map<ChildProcess, boolean>();
const undos: (() => Promise<void> | void)[] = [];
const cleaning = new AsyncLocalStorage<boolean>();
let isEnding = false;
let isListening = false;

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** True since a signal has ended the script. */
export function isInterrupted(): boolean {
  return isEnding;
}

/** Runs `work`, then `undo`, which also runs where a signal ends the script meanwhile. */
export async function undoing<T>(undo: () => Promise<void> | void, work: () => Promise<T>): Promise<T> {
  listen();
  undos.push(undo);
  try {
    return await work();
  } finally {
    await stayIfInterrupted();
    undos.splice(undos.lastIndexOf(undo), 1);
    await undo();
  }
}

/** Runs `work`, and `undo` only where it fails or a signal ends the script meanwhile. */
export async function undoingFailures<T>(undo: () => Promise<void> | void, work: () => Promise<T>): Promise<T> {
  let isDone = false;
  return undoing(
    async () => (isDone ? undefined : undo()),
    async () => {
      const result = await work();
      isDone = true;
      return result;
    },
  );
}

/** Lets a signal end the child too. `mustEnd`: it is waited for instead. */
export function follow(child: ChildProcess, { mustEnd = false }: { readonly mustEnd?: boolean } = {}): void {
  if (cleaning.getStore() === true) return;
  children.set(child, mustEnd);
  child.once("close", () => children.delete(child));
}

/** Never returns after a signal, except to what cleans up: the script is ending. */
export async function stayIfInterrupted(): Promise<void> {
  if (isEnding && cleaning.getStore() !== true) await new Promise(() => {});
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(codes[signal]));
}

async function end(code: number): Promise<void> {
  if (isEnding) process.exit(code);
  isEnding = true;
  say("\ninterrupted: ending what was started");
  if ([...children.values()].some(Boolean)) {
    say("interrupted: waiting for apt-get, which has to finish what it began");
  }
  await Promise.all([...children].map(async ([child, mustEnd]) => (mustEnd ? closeOf(child) : endTree(child.pid))));
  await cleaning.run(true, async () => {
    for (const undo of undos.toReversed()) {
      try {
        await undo();
      } catch (failure) {
        say(failure instanceof Error ? failure.message : String(failure));
      }
    }
  });
  process.exit(code);
}

async function closeOf(child: ChildProcess): Promise<void> {
  if (children.has(child)) await new Promise((resolve) => child.once("close", resolve));
}
