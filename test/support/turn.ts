import { createHash } from "node:crypto";
import { firstVariable } from "./file-order.ts";

/** Says whose turn it is: any text, such as the hash of a commit. Without it, everything runs. */
export const turnVariable = "PITH_TURN";

/** Of what a suite does many times, a push has about half, and the next push about half of another choice. */
export interface Turns<T> {
  /** The suite's file. If it has changed, everything runs. */
  readonly file: string;
  readonly nameOf: (item: T) => string;
  /** The start of the paths that an item is about: it runs if one of them has changed. */
  readonly pathOf?: (item: T) => string;
}

/** The items that have their turn. */
export function inTurn<T>(
  items: readonly T[],
  { file, nameOf, pathOf }: Turns<T>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly T[] {
  const turn = environment[turnVariable];
  const changed = environment[firstVariable]?.split("\n") ?? [];
  if (turn === undefined || changed.includes(file)) return items;
  const chosen = items.filter((item) => {
    const path = pathOf?.(item);
    const isTouched = path !== undefined && changed.some((one) => one.startsWith(path));
    const digest = createHash("sha256")
      .update(`${turn}\n${nameOf(item)}`)
      .digest();
    return isTouched || digest.readUInt8() % 2 === 0;
  });
  // A suite without a test is one that nobody runs.
  return chosen.length > 0 ? chosen : items.slice(0, 1);
}
