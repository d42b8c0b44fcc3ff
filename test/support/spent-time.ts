import { readFileSync } from "node:fs";
import { afterAll } from "vitest";
import { waitedSeconds } from "../../scripts/lib/waits.ts";

/* Set-up of projects whose tests start programs: each file tells the reporter what its time went to. */

const start = performance.now();
const startSeconds = processorSeconds();

// vitest wants a pattern there, and the suite is the second argument.
// oxlint-disable-next-line no-empty-pattern
afterAll(({}, suite) => {
  Object.assign(suite.meta, {
    spent: { processor: processorSeconds() - startSeconds, ...waitedSeconds(start) },
  });
});

/** What this process and the programs that it started and that have ended used of the processors. */
function processorSeconds(): number {
  // After the name in brackets: utime, stime, cutime and cstime are the 12th to the 15th, in hundredths.
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /u, "")
    .split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / 100;
}
