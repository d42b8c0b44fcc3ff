import type { ClosureEntry, Reason } from "../../closure/model/closure.ts";
import { chainOf, pointerOf } from "../../closure/model/graph.ts";

/** How a path came into the image. */
export interface Chain {
  /** The paths that asked, nearest first, ready to be put behind a message; empty where the spec names the path itself. */
  readonly text: string;
  /** The place of the spec at its end. */
  readonly origin: string | undefined;
}

const shownAskers = 6;

/** Chains of the paths of a closure. */
export function chainsOf(entries: readonly ClosureEntry[]): (path: string) => Chain {
  const reasons = new Map<string, Reason>(entries.map((entry) => [entry.path, entry.reason]));
  return (path) => {
    const chain = chainOf(reasons, path);
    const askers = chain.map(({ from }) => from).filter((from) => pointerOf(from) === undefined);
    const shown =
      askers.length > shownAskers ? [...askers.slice(0, shownAskers - 1), "...", askers.at(-1) ?? ""] : askers;
    return {
      text: askers.length === 0 ? "" : `; asked for by ${shown.join(" <- ")}`,
      origin: pointerOf(chain.at(-1)?.from ?? ""),
    };
  };
}
