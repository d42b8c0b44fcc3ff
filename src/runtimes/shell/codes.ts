import { evaluationCost, mostEvaluated, WorkBudget } from "../../rootfs/hostile-limits.ts";

/** What a text in a text counts more than one that the script runs itself: it is run once for each of those around. */
const costWithin = 4;

/** Texts that are run, of a script and of those texts: one that several lines run needs the same. */
export class Codes {
  readonly #known = new Set<string>();
  readonly #budget = new WorkBudget(mostEvaluated);

  has(code: string): boolean {
    return this.#known.has(code);
  }

  /** Takes a text that stands in so many others; false where the texts of the script are more than are read. */
  take(code: string, nesting: number): boolean {
    if (!this.#budget.take((code.length + evaluationCost) * costWithin ** nesting)) return false;
    this.#known.add(code);
    return true;
  }
}
