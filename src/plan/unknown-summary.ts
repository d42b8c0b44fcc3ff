import type { UnknownCounts } from "./closure-exchange.ts";

/**
 * The summary of names that were not evaluated, in one clause:
 * `4 names unknown: 3 kept whole, 1 left out (/app/a.js:3 ...)`.
 */
export function describeUnknowns({ kept, warned, unbounded, foremost }: UnknownCounts): string {
  const parts = [
    ...(kept === 0 ? [] : [`${String(kept)} kept whole`]),
    ...(warned === 0 ? [] : [`${String(warned)} left out`]),
    ...(unbounded === 0 ? [] : [`${String(unbounded)} unbounded`]),
  ];
  const total = kept + warned + unbounded;
  const examples = foremost.length === 0 ? "" : ` (${foremost.join(", ")})`;
  return `${total === 1 ? "1 name" : `${String(total)} names`} unknown: ${parts.join(", ")}${examples}`;
}
