import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** How many tests ended which way. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Ends a run with `N passed, N failed` alone on a line, for programs that read it. With PITH_TALLY_FILE the numbers go to that
 * file instead: the run is then part of a larger one, which prints the sum.
 */
export function tallyReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      const tally = tallyOf(modules, unhandled.length);
      const file = process.env["PITH_TALLY_FILE"];
      if (file === undefined) process.stdout.write(`${tallyLine(tally)}\n`);
      else writeFileSync(file, JSON.stringify(tally));
    },
  };
}

export function tallyLine(tally: Tally): string {
  const skipped = tally.skipped === 0 ? "" : `, ${tally.skipped} skipped`;
  return `${tally.passed} passed, ${tally.failed} failed${skipped}`;
}

function tallyOf(modules: readonly TestModule[], failures: number): Tally {
  let [passed, failed, skipped] = [0, failures, 0];
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed += 1;
      else if (state === "failed") failed += 1;
      else skipped += 1;
    }
    // A file that does not load, or a suite whose set-up breaks, has no tests to show for it.
    if (module.errors().length > 0) failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1;
  }
  return { passed, failed, skipped };
}
