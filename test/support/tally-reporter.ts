import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/** Something that did not end well, or not at once. */
export interface Trouble {
  /** Project, file and the test's full name. */
  readonly name: string;
  /** What was wrong, at most 30 lines of 300 characters. */
  readonly message: string;
}

/** How many tests ended which way. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One for each that failed. */
  readonly failures: readonly Trouble[];
  /** Those that failed, were run once more, and passed: they count as passed, and are named so that somebody mends them. */
  readonly unsteady: readonly Trouble[];
}

/**
 * Ends a run with `N passed, N failed` alone on a line, for programs that read it. With PITH_TALLY_FILE the numbers go to that
 * file instead: the run is then part of a larger one, which prints the sum.
 */
export function tallyReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      const tally = tallyOf(modules, unhandled);
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

/** What failed and what was unsteady, to be read at the end of a run whose beginning nobody sees any more. Empty when all was well. */
export function troubleReport(tally: Tally): string {
  const part = (title: string, troubles: readonly Trouble[]): readonly string[] =>
    troubles.flatMap(({ name, message }) => [`${title}: ${name}`, message.replaceAll(/^/gmu, "    "), ""]);
  return [...part("passed only when run again", tally.unsteady), ...part("failed", tally.failures)].join("\n");
}

/** The sum of several runs. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    passed: sum((tally) => tally.passed),
    failed: sum((tally) => tally.failed),
    skipped: sum((tally) => tally.skipped),
    failures: tallies.flatMap((tally) => tally.failures),
    unsteady: tallies.flatMap((tally) => tally.unsteady),
  };
}

/** A run that died before it could count. */
export function brokenRun(name: string, message: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, failures: [{ name, message }], unsteady: [] };
}

interface Failure {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly diff?: string | undefined;
}

function tallyOf(modules: readonly TestModule[], unhandled: readonly Failure[]): Tally {
  let [passed, skipped] = [0, 0];
  const failures = unhandled.map((error) => trouble("outside of any test", [error]));
  const unsteady: Trouble[] = [];
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      if (state === "failed") failures.push(trouble(nameOf(test), errors));
      else if (state === "passed") passed += 1;
      else skipped += 1;
      if (test.diagnostic()?.flaky === true) unsteady.push(trouble(nameOf(test), errors ?? []));
    }
    // A file that does not load, or a suite whose set-up breaks, has no tests to show for it.
    for (const part of [module, ...module.children.allSuites()])
      if (part.errors().length > 0) failures.push(trouble(nameOf(part), part.errors()));
  }
  return { passed, failed: failures.length, skipped, failures, unsteady };
}

function nameOf(part: TestCase | TestModule | TestSuite): string {
  const module = part.type === "module" ? part : part.module;
  const name = part.type === "module" ? "" : ` > ${part.fullName}`;
  return `${part.project.name} ${module.relativeModuleId}${name}`;
}

function trouble(name: string, errors: readonly Failure[]): Trouble {
  const said = errors.map(({ message, stack, diff }) => [message, diff, stack].filter(Boolean).join("\n")).join("\n");
  const lines = stripVTControlCharacters(said)
    .split("\n")
    .filter((line) => !line.includes("/node_modules/"));
  return {
    name,
    message: lines
      .slice(0, 30)
      .map((line) => line.slice(0, 300))
      .join("\n"),
  };
}
