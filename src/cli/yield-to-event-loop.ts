import { setImmediate } from "node:timers/promises";
import type { YieldToEventLoop } from "../rootfs/yield-to-event-loop.ts";

/** Questions between two looks at the clock: it takes longer than most answers. */
const questionsPerLook = 16;
/** How long signals and progress may wait, in milliseconds. */
const longestWait = 50;

/** Lets the event loop go round from time to time, and ends with the signal's reason once it is raised. */
export function createYieldToEventLoop(signal: AbortSignal): YieldToEventLoop {
  let last = performance.now();
  let questions = 0;
  return () => {
    questions += 1;
    if (questions % questionsPerLook !== 0) return undefined;
    if (performance.now() - last < longestWait) return undefined;
    return goRound();
  };

  async function goRound(): Promise<void> {
    await setImmediate();
    last = performance.now();
    signal.throwIfAborted();
  }
}
