import type { Evidence, Need, Yield } from "../closure/model/closure.ts";
import type { Unknown } from "../closure/model/unknown.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** How something came to be needed; `why` completes "FROM ...". */
export interface Because {
  readonly evidence: Evidence;
  readonly why: string;
}

/**
 * Collects needs, each path once for a role and for each command line of a program, and names that were not evaluated,
 * until they are taken.
 */
export class NeedList {
  readonly #known = new Set<string>();
  #waiting: Yield[] = [];

  add(need: Need): void {
    const key = [need.role, need.path, need.workdir ?? "", ...(need.args ?? [])].join("\0");
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#waiting.push({ need });
  }

  /** A name in `from` that was not evaluated to its end. */
  addUnknown(from: AbsPath, unknown: Unknown): void {
    this.#waiting.push({ unknown, from });
  }

  /** The needs added since the last call. */
  take(): readonly Yield[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
