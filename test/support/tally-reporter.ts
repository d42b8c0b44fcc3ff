import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";
import { z } from "zod";

const metaSchema = z.object({ spent: z.record(z.string(), z.number()).optional() });

/** A test or a file that did not end as it should. */
export interface Trouble {
  /** Project, file and the test's full name. */
  readonly name: string;
  /** The reason: at most 30 lines of 300 characters. */
  readonly message: string;
}

/** The outcome of a run. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One for each failure. */
  readonly failures: readonly Trouble[];
  /** Tests that failed, were run once more, and passed. They count as passed. */
  readonly unsteady: readonly Trouble[];
  /** Whatever did not run. `message` is the reason, empty where the test gives none. */
  readonly skips: readonly Trouble[];
  /** Files and their seconds, longest first. */
  readonly files: readonly FileTime[];
  /** Tests of a corpus and their seconds. */
  readonly cases: Readonly<Record<string, number>>;
  /** Files that have not ended. */
  readonly left: readonly string[];
}

/** The time that a test file took, hooks included. */
export interface FileTime {
  readonly name: string;
  readonly seconds: number;
  /** Seconds of processors, and of waiting for what the file started; not of every project. */
  readonly spent?: Readonly<Record<string, number>> | undefined;
}

/** How many unsteady tests a run may have. */
export const unsteadyLimit = 2;

/** How many skipped tests a report names: a filter by name skips thousands. */
const namedSkips = 40;

/** The tally of no run at all. */
export const emptyTally: Tally = {
  passed: 0,
  failed: 0,
  skipped: 0,
  failures: [],
  unsteady: [],
  skips: [],
  files: [],
  cases: {},
  left: [],
};

/**
 * Seconds that a file may take on a machine of its own, by the name of its project. A busy machine gives a file more.
 */
export type TimeBudgets = Readonly<Record<string, number>>;

/**
 * Ends a run with `N passed, N failed` alone on a line, for programs that read it. With PITH_TALLY_FILE the numbers go
 * to that file instead: the run is then part of a larger one, which prints the sum. A file that takes longer than its
 * project's budget fails.
 */
export function tallyReporter(budgets: TimeBudgets): Reporter {
  const file = process.env["PITH_TALLY_FILE"];
  const left = new Set<string>();
  const ended: TestModule[] = [];
  return {
    onTestRunStart(specifications) {
      for (const { project, moduleId } of specifications)
        left.add(`${project.name} ${moduleId.slice(project.config.root.length + 1)}`);
    },
    onTestModuleEnd(module) {
      left.delete(nameOf(module));
      ended.push(module);
      // For the case that the run is ended from outside.
      if (file !== undefined) writeFileSync(file, JSON.stringify({ ...tallyOf(ended, [], budgets), left: [...left] }));
    },
    onTestRunEnd(modules, unhandled) {
      const tally = tallyOf(modules, unhandled, budgets);
      if (file === undefined) process.stdout.write(`${troubleReport(tally)}\n${tallyLine(tally)}\n`);
      else writeFileSync(file, JSON.stringify(tally));
      // The runner itself knows nothing of budgets.
      if (tally.failed > 0) process.exitCode = 1;
    },
  };
}

export function tallyLine(tally: Tally): string {
  const skipped = tally.skipped === 0 ? "" : `, ${tally.skipped} skipped`;
  return `${tally.passed} passed, ${tally.failed} failed${skipped}`;
}

/** Whatever was skipped, unsteady or failed, for the end of a run. Empty when all was well. */
export function troubleReport(tally: Tally): string {
  const part = (title: string, troubles: readonly Trouble[]): readonly string[] =>
    troubles.flatMap(({ name, message }) => [`${title}: ${name}`, message.replaceAll(/^/gmu, "    "), ""]);
  return [
    ...skipLines(tally.skips),
    ...part("unsteady, passed only when run again", tally.unsteady),
    ...part("failed", tally.failures),
  ].join("\n");
}

function skipLines(skips: readonly Trouble[]): readonly string[] {
  if (skips.length === 0) return [];
  const named = skips.slice(0, namedSkips);
  const lines = named.map(({ name, message }) => `skipped: ${name}${message === "" ? "" : `: ${message}`}`);
  const more = skips.length - named.length;
  return [...lines, ...(more === 0 ? [] : [`skipped: and ${more} more`]), ""];
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
    skips: tallies.flatMap((tally) => tally.skips),
    files: tallies.flatMap((tally) => tally.files).toSorted((left, right) => right.seconds - left.seconds),
    cases: Object.fromEntries(tallies.flatMap((tally) => Object.entries(tally.cases))),
    left: tallies.flatMap((tally) => tally.left),
  };
}

/** The sum of all runs, with what holds of the sum alone: few tests are unsteady, and some test was found. */
export function judgeTallies(tallies: readonly Tally[]): Tally {
  const total = sumTallies(tallies);
  const verdicts: Tally[] = [];
  if (total.unsteady.length > unsteadyLimit) {
    const counted = `${total.unsteady.length} tests are unsteady, the limit is ${unsteadyLimit}`;
    verdicts.push(brokenRun("steadiness", `${counted}: a test has to pass at its first try`));
  }
  if (total.passed + total.failed + total.skipped === 0) verdicts.push(brokenRun("the run", "found no test"));
  return sumTallies([total, ...verdicts]);
}

/** A run that died before it could count. */
export function brokenRun(name: string, message: string): Tally {
  return { ...emptyTally, failed: 1, failures: [{ name, message }] };
}

/** A suite that cannot run on this machine. */
export function skippedRun(name: string, message: string): Tally {
  return { ...emptyTally, skipped: 1, skips: [{ name, message }] };
}

interface Failure {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly diff?: string | undefined;
}

function tallyOf(modules: readonly TestModule[], unhandled: readonly Failure[], budgets: TimeBudgets): Tally {
  let passed = 0;
  const failures = unhandled.map((error) => trouble("outside of any test", [error]));
  const unsteady: Trouble[] = [];
  const skips: Trouble[] = [];
  const files: FileTime[] = [];
  const cases: Record<string, number> = {};
  const wait = waitFactor(Math.max(...loadavg()), availableParallelism());
  for (const module of modules) {
    let ran = 0;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "failed") failures.push(trouble(nameOf(test), result.errors));
      else if (result.state === "passed") passed += 1;
      else
        skips.push({ name: nameOf(test), message: result.state === "skipped" ? (result.note ?? "") : "did not run" });
      if (result.state === "failed" || result.state === "passed") ran += 1;
      const { flaky: isFlaky, duration = 0 } = test.diagnostic() ?? {};
      if (module.project.name.startsWith("corpus")) cases[test.name] = Math.round(duration / 100) / 10;
      if (isFlaky === true) unsteady.push(trouble(nameOf(test), result.errors ?? []));
    }
    // A file that does not load, or a suite whose set-up breaks, has no tests to show for it.
    for (const part of [module, ...module.children.allSuites()])
      if (part.errors().length > 0) failures.push(trouble(nameOf(part), part.errors()));
    if (ran === 0) continue;
    const { collectDuration, duration } = module.diagnostic();
    const seconds = Math.round((collectDuration + duration) / 100) / 10;
    files.push({ name: nameOf(module), seconds, spent: spentOf(module) });
    const budget = budgets[module.project.name];
    const over = overBudget({ name: nameOf(module), seconds }, budget === undefined ? undefined : budget * wait);
    if (over !== undefined) failures.push(over);
  }
  files.sort((left, right) => right.seconds - left.seconds);
  return { passed, failed: failures.length, skipped: skips.length, failures, unsteady, skips, files, cases, left: [] };
}

/** What `spent-time.ts` has noted of a file. */
function spentOf(module: TestModule): FileTime["spent"] {
  const { spent } = metaSchema.parse(module.meta());
  return spent;
}

/** How many times as long work takes where more processes want to run than there are cores. */
export function waitFactor(load: number, cores: number): number {
  return Math.max(1, load / cores);
}

/** The failure of a file that took longer than its budget. */
export function overBudget({ name, seconds }: FileTime, budgetSeconds: number | undefined): Trouble | undefined {
  if (budgetSeconds === undefined || seconds <= budgetSeconds) return undefined;
  return { name, message: `took ${seconds} s, its budget is ${Math.round(budgetSeconds)} s` };
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
