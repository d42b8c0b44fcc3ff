import type { Evidence, Need, Yield } from "../../closure/model/closure.ts";

/** How something came to be needed; `why` completes "FROM ...". */
export interface Because {
  readonly evidence: Evidence;
  readonly why: string;
}

/** Collects needs, each path once for a role, until they are taken. */
export class NeedList {
  readonly #known = new Set<string>();
  #waiting: Yield[] = [];

  add(need: Need): void {
    const key = `${need.role} ${need.path}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#waiting.push({ need });
  }

  /** What was added since the last call. */
  take(): readonly Yield[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
