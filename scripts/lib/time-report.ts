import { availableParallelism, cpus } from "node:os";
import type { FileTime } from "../../test/support/tally-reporter.ts";

/** How many files the end of a run names. */
const namedFiles = 10;

/** Starts to look at the processors. Answers what says, at the end, where the time went: the longest files, and all. */
export function timeReport(): (files: readonly FileTime[]) => readonly string[] {
  const started = performance.now();
  const [busyBefore, allBefore] = ticks();
  return (files) => {
    const [busy, all] = ticks();
    const share = Math.round((100 * (busy - busyBefore)) / Math.max(1, all - allBefore));
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    const cores = availableParallelism();
    return [
      ...files.slice(0, namedFiles).map(fileLine),
      `${minutes} minutes, in which ${String(cores)} cores were busy for ${String(share)} % of the time`,
    ];
  };
}

/** `123.4 s engine a.test.ts: builds 80 s, containers 30 s, own processor 12 s`. */
export function fileLine({ name, seconds, spent = {} }: FileTime): string {
  const words: Readonly<Record<string, string>> = {
    processor: "its own processors",
    builds: "builds",
    containers: "containers",
    registries: "registries",
    programs: "other programs",
  };
  const parts = Object.entries(spent)
    .filter(([, amount]) => amount >= 1)
    .toSorted(([, left], [, right]) => right - left)
    .map(([kind, amount]) => `${words[kind] ?? kind} ${String(Math.round(amount))} s`);
  const what = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  return `${seconds.toFixed(1).padStart(6)} s ${name}${what}`;
}

/** What the processors have done since the machine started: busy, and all. */
function ticks(): readonly [number, number] {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq;
    busy += sum;
    all += sum + times.idle;
  }
  return [busy, all];
}
