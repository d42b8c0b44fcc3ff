import type { Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/** A text, and the source or data that holds it. */
export interface HeldText {
  readonly text: string;
  readonly from: AbsPath;
  /** True for a single word, which only a program means that someone put into the builder. */
  readonly isWord?: boolean;
}

/** Programs that sources of the application hold, until one of its sources starts programs. */
export class HeldCommands {
  #isStarting = false;
  #isOpen = false;
  #waiting: Yield[] = [];
  #possible: HeldText[] = [];

  hold(programs: readonly Yield[]): readonly Yield[] {
    this.#waiting.push(...programs);
    return this.#isStarting ? this.#waiting.splice(0) : [];
  }

  /** Is told that a source starts programs. */
  start(): readonly Yield[] {
    this.#isStarting = true;
    return this.#waiting.splice(0);
  }

  /** Holds what could be a command; answers what counts now. */
  mayStart(text: HeldText): readonly HeldText[] {
    this.#possible.push(text);
    return this.#isOpen ? this.#possible.splice(0) : [];
  }

  /** Is told that a source starts what only the run tells; undefined where that was known. */
  open(): readonly HeldText[] | undefined {
    if (this.#isOpen) return undefined;
    this.#isOpen = true;
    return this.#possible.splice(0);
  }
}
