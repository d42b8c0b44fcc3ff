import { brokenRun, type Tally } from "../../test/support/tally-reporter.ts";
import type { Deadline } from "./deadline.ts";
import { say } from "./project.ts";

/** What all parts of a run share. */
export interface TestRun {
  readonly deadline: Deadline;
  /** A folder for numbers and for what suites hand to each other. */
  readonly scratch: string;
  /** Names a file with the titles of the cases of the corpus; undefined: all of them run. */
  readonly casesFile: string | undefined;
}

/** A part of a run. */
export interface Step {
  readonly name: string;
  readonly work: () => Promise<readonly Tally[]>;
}

/** Runs a step. One that cannot even begin counts as one failure. */
export async function guarded(run: Pick<TestRun, "deadline">, { name, work }: Step): Promise<readonly Tally[]> {
  if (run.deadline.signal.aborted) return [brokenRun(name, `not run: ${run.deadline.reason()}`)];
  const started = performance.now();
  try {
    return await work();
  } catch (failure) {
    return [brokenRun(name, failure instanceof Error ? failure.message : String(failure))];
  } finally {
    say(`test: ${name} took ${Math.round((performance.now() - started) / 1000)} s`);
  }
}

/** Milliseconds in which a step that the deadline interrupts has to end. */
const graceMilliseconds = 60_000;

/**
 * Runs lists of steps beside each other, each in its order. Steps that have not ended soon after the deadline are left,
 * and count as failed.
 */
export async function runLanes(
  run: Pick<TestRun, "deadline">,
  lanes: readonly (readonly Step[])[],
  grace: number = graceMilliseconds,
): Promise<readonly Tally[]> {
  const tallies: Tally[] = [];
  const left = new Set(lanes.flat());
  const runLane = async (lane: readonly Step[]): Promise<void> => {
    for (const step of lane) {
      const found = await guarded(run, step);
      // What ends when the run has been judged comes too late.
      if (left.delete(step)) tallies.push(...found);
    }
  };
  const { signal } = run.deadline;
  const overdue = new Promise<void>((resolve) => {
    const wait = (): void => void setTimeout(resolve, grace).unref();
    if (signal.aborted) wait();
    else signal.addEventListener("abort", wait);
  });
  await Promise.race([Promise.all(lanes.map(runLane)), overdue]);
  const broken = [...left].map(({ name }) => brokenRun(name, `did not end: ${run.deadline.reason()}`));
  left.clear();
  return [...tallies, ...broken];
}
