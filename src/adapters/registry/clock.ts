import { setTimeout as delay } from "node:timers/promises";

/** Rings once when nobody restarted it for so long. */
export interface Alarm {
  /** Also after it was stopped. */
  restart(): void;
  stop(): void;
}

/** Time and chance, as a client of registries uses them; tests give their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** At least 0 and less than 1. */
  random(): number;
  alarm(milliseconds: number, ring: () => void): Alarm;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
  random: () => Math.random(),
  alarm(milliseconds, ring) {
    let timer = setTimeout(ring, milliseconds);
    return {
      restart() {
        // A timer that was cleared cannot be refreshed.
        clearTimeout(timer);
        timer = setTimeout(ring, milliseconds);
      },
      stop: () => clearTimeout(timer),
    };
  },
};
