import { deepestEvaluation, evaluationCost, mostEvaluated, WorkBudget } from "../../rootfs/hostile-limits.ts";

/** How far the code in texts of a source is read: `eval("require('a')")`. */
export interface CodeReading {
  /** What it may still cost, together for the source and all that is read for it. */
  readonly budget: WorkBudget;
  /** The texts around, each code of the next. */
  readonly depth: number;
}

/** What the source itself starts with: all that it writes out is read, as a bundle may be nothing but texts of code. */
export function readingOf(source: string): CodeReading {
  return { budget: new WorkBudget(mostEvaluated + 2 * source.length), depth: 0 };
}

/** The reading of a text of code; undefined where it goes too far, and what the text loads is not known. */
export function readingWithin({ budget, depth }: CodeReading, text: string): CodeReading | undefined {
  const isRead = depth < deepestEvaluation && budget.take(text.length + evaluationCost);
  return isRead ? { budget, depth: depth + 1 } : undefined;
}
