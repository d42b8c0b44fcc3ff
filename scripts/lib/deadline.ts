/** The time that a run may take. */
export interface Deadline {
  /** Aborted when the time is over, or when `end` says so. */
  readonly signal: AbortSignal;
  /** Why nothing more is started: for what is left then. */
  reason(): string;
  /** Ends the run now. */
  end(reason: string): void;
  /** Lets the process end. */
  clear(): void;
}

/** Starts the clock. `startedAt`: when the run began, in milliseconds of `Date.now()`; `minutes` may be Infinity. */
export function startDeadline(minutes: number, startedAt: number = Date.now()): Deadline {
  const controller = new AbortController();
  let reason = "";
  const end = (why: string): void => {
    if (controller.signal.aborted) return;
    reason = why;
    controller.abort();
  };
  const left = startedAt + minutes * 60_000 - Date.now();
  const timer = Number.isFinite(left)
    ? setTimeout(() => end(`the run has taken ${String(minutes)} minutes, which is its limit`), Math.max(0, left))
    : undefined;
  timer?.unref();
  return { signal: controller.signal, reason: () => reason, end, clear: () => clearTimeout(timer) };
}
