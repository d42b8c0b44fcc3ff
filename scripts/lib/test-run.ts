import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { brokenRun, emptyTally, skippedRun, sumTallies, type Tally } from "../../test/support/tally-reporter.ts";
import { passThrough } from "./command.ts";
import type { Deadline } from "./deadline.ts";
import { projectFolder } from "./project.ts";

const troublesSchema = z.array(z.object({ name: z.string(), message: z.string() }));
const tallySchema = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  failures: troublesSchema,
  unsteady: troublesSchema,
  skips: troublesSchema,
  files: z.array(
    z.object({ name: z.string(), seconds: z.number(), spent: z.record(z.string(), z.number()).optional() }),
  ),
  cases: z.record(z.string(), z.number()),
  left: z.array(z.string()),
});

/** One run of a vitest project. */
export interface ProjectRun {
  /** A project of `vitest.config.ts`. */
  readonly project: string;
  /** Where several runs of the project go on different machines or engines: which one. */
  readonly place?: string;
  /** Paths of test files, as vitest filters them; empty for all. */
  readonly files: readonly string[];
  /** Further arguments of vitest, which may leave no test of the project. */
  readonly filters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A folder for the numbers. */
  readonly scratch: string;
  readonly deadline: Deadline;
}

/**
 * Runs a vitest project. A run that leaves no numbers behind died, which counts as one failure; so does a run that
 * finds no test, unless somebody's filters left none. Files that the deadline leaves are failures.
 */
export async function runProject(run: ProjectRun): Promise<Tally> {
  const { project, place: location, files, filters, environment, scratch, deadline } = run;
  const label = location === undefined ? project : `${project} on ${location}`;
  if (deadline.signal.aborted) return brokenRun(label, `not run: ${deadline.reason()}`);
  const tallyFile = join(scratch, `${label.replaceAll(" ", "-")}.json`);
  const vitest = join(projectFolder, "node_modules/vitest/vitest.mjs");
  const code = await passThrough(process.execPath, [vitest, "run", "--project", project, ...files, ...filters], {
    cwd: projectFolder,
    env: { ...environment, PITH_TALLY_FILE: tallyFile },
    signal: deadline.signal,
  });
  const ended = `ended with code ${code}`;
  if (!existsSync(tallyFile)) {
    if (deadline.signal.aborted) return brokenRun(label, `not run to its end: ${deadline.reason()}`);
    return filters.length > 0 ? emptyTally : brokenRun(label, `${ended} and counted no test`);
  }
  const told = tallySchema.parse(JSON.parse(readFileSync(tallyFile, "utf8")));
  const tally = location === undefined ? told : located(told, location);
  const leftOver = tally.left.map((name) => brokenRun(name, `not run to its end: ${deadline.reason() || ended}`));
  if (leftOver.length > 0) return sumTallies([{ ...tally, left: [] }, ...leftOver]);
  if (tally.passed + tally.failed + tally.skipped === 0) {
    return filters.length > 0 ? emptyTally : brokenRun(label, "found no test");
  }
  return code !== 0 && tally.failed === 0 ? sumTallies([tally, brokenRun(label, ended)]) : tally;
}

/** Tells of each test where it ran. */
function located(tally: Tally, location: string): Tally {
  const there = <T extends { readonly name: string }>(parts: readonly T[]): readonly T[] =>
    parts.map((part) => ({ ...part, name: `${location} | ${part.name}` }));
  return {
    ...tally,
    failures: there(tally.failures),
    unsteady: there(tally.unsteady),
    skips: there(tally.skips),
    files: there(tally.files),
    left: tally.left.map((name) => `${location} | ${name}`),
  };
}

/**
 * A suite that this machine cannot run: skipped, but a failure where a machine of the project's own has to run
 * everything.
 */
export function unableRun(name: string, reason: string): Tally {
  const isRequired = process.env["ENGINE"] === "required" || process.env["CI"] !== undefined;
  return isRequired ? brokenRun(name, reason) : skippedRun(name, reason);
}
