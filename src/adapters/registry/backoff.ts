import type { Clock } from "./clock.ts";

const firstMilliseconds = 250;
const mostMilliseconds = 15_000;

/**
 * How long to wait before try number `next` (the second is 2): more each time, and never the same for all clients at
 * once.
 */
export function backoffMilliseconds(next: number, clock: Clock): number {
  const most = Math.min(mostMilliseconds, firstMilliseconds * 2 ** (next - 2));
  return Math.round(most / 2 + (clock.random() * most) / 2);
}

/**
 * The wait that `Retry-After` asks for: seconds, or a date (RFC 9110 section 10.2.3). Undefined where it is neither.
 */
export function retryAfterMilliseconds(value: string | undefined, clock: Clock): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/u.test(value.trim())) return Number(value) * 1000;
  const date = /^[A-Za-z]{3,9},? [\w :-]{10,40}$/u.test(value.trim()) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}

/** Answers that may be others when they are asked for again. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}
