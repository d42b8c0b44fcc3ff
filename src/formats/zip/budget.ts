import { BuildError } from "../../diagnostics/diagnostic.ts";

/**
 * What may still be done with an archive, and with those inside it. A small hostile one names the same bytes many
 * times, or bytes that grow a thousand times. All archives of a tree share a second budget, which a thousand small ones
 * use up.
 */
export interface UnpackBudget {
  leftBytes: number;
  /** True once something was not unpacked for want of it. */
  isSpent: boolean;
  readonly run: RunBudget;
}

/**
 * What may still be done with all archives of a tree. Work is counted in bytes and not in seconds: the same tree gives
 * the same answer on a slow machine.
 */
export interface RunBudget {
  leftBytes: number;
  /** The archives that have added their share, by their inodes or paths. */
  readonly known: Set<string>;
}

/** An archive as it lies in a tree. */
interface Archive {
  /** The inode of a file with several names, else its path. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** More than any archive that a person made unpacks to: programs grow to three times their size, texts to twenty. */
const ratio = 64;
const archiveBaseBytes = 1024 * 1024;
const runBaseBytes = 256 * 1024 * 1024;
/** What reading an entry of a directory costs, beside unpacking it. */
const entryBytes = 256;

const runs = new WeakMap<object, RunBudget>();

/** The budget of an archive of `tree`. */
export function unpackBudget(tree: object, { name, sizeBytes }: Archive): UnpackBudget {
  const run = runs.get(tree) ?? { leftBytes: runBaseBytes, known: new Set<string>() };
  runs.set(tree, run);
  // An archive with a thousand names has the share of one.
  if (!run.known.has(name)) run.leftBytes += ratio * sizeBytes;
  run.known.add(name);
  return { leftBytes: archiveBaseBytes + ratio * sizeBytes, isSpent: false, run };
}

/** Takes unpacked bytes off both budgets. Throws ARCHIVES_TOO_LARGE. */
export function spendBytes(budget: UnpackBudget, count: number): void {
  budget.leftBytes -= count;
  spend(budget.run, count);
}

/** Takes the reading of a directory of `count` entries off the budget of all archives. Throws ARCHIVES_TOO_LARGE. */
export function spendEntries({ run }: UnpackBudget, count: number): void {
  spend(run, count * entryBytes);
}

function spend(run: RunBudget, count: number): void {
  run.leftBytes -= count;
  if (run.leftBytes >= 0) return;
  throw new BuildError([
    {
      severity: "error",
      code: "ARCHIVES_TOO_LARGE",
      message: `cannot read the archives: ${String(run.known.size)} of them unpack to more than ${String(ratio)} times their size`,
      hint: "take the archives that repeat themselves out of the builder, with a step such as run: rm DIRECTORY/*.jar",
    },
  ]);
}
