import type { ClosureEntry, Reason } from "../../closure/model/closure.ts";
import { chainOf, pointerOf } from "../../closure/model/graph.ts";

/** How a path came into the image. */
export interface Chain {
  /**
   * The paths that asked, nearest first, ready to be put behind a message; empty where the spec names the path itself.
   */
  readonly text: string;
  /** The place of the spec at its end. */
  readonly origin: string | undefined;
}

const shownRequesters = 6;

/** Chains of the paths of a closure. */
export function chainsOf(entries: readonly ClosureEntry[]): (path: string) => Chain {
  const reasons = new Map<string, Reason>(entries.map((entry) => [entry.path, entry.reason]));
  return (path) => {
    const chain = chainOf(reasons, path);
    const requesters = chain.map(({ from }) => from).filter((from) => pointerOf(from) === undefined);
    const shown =
      requesters.length > shownRequesters
        ? [...requesters.slice(0, shownRequesters - 1), "...", requesters.at(-1) ?? ""]
        : requesters;
    return {
      text: requesters.length === 0 ? "" : `; asked for by ${shown.join(" <- ")}`,
      origin: pointerOf(chain.at(-1)?.from ?? ""),
    };
  };
}
