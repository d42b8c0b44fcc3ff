import type { Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/** A text, and the source or data that holds it. */
export interface HeldText {
  readonly text: string;
  readonly from: AbsPath;
  /**
   * True for a single word. In a source that itself starts what only the run tells, it means any program; in another
   * one, what someone put into the builder.
   */
  readonly isWord?: boolean;
}

/** Programs that sources of the application hold, until one of its sources starts programs. */
export class HeldCommands {
  #isStarting = false;
  #isOpen = false;
  #waiting: Yield[] = [];
  #possible: HeldText[] = [];
  readonly #openSources = new Set<AbsPath>();
  readonly #ordinary = new Map<AbsPath, HeldText[]>();

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

  /** Is told that a source starts what only the run tells; answers what counts now. */
  open(from: AbsPath): { readonly texts: readonly HeldText[]; readonly isFirst: boolean } {
    const isFirst = !this.#isOpen;
    this.#isOpen = true;
    this.#openSources.add(from);
    const ordinary = this.#ordinary.get(from) ?? [];
    this.#ordinary.delete(from);
    return { texts: [...this.#possible.splice(0), ...ordinary], isFirst };
  }

  /** True for a word of a source that itself starts what only the run tells. One of another is kept until that does. */
  isOwn(text: HeldText): boolean {
    if (this.#openSources.has(text.from)) return true;
    const ordinary = this.#ordinary.get(text.from) ?? [];
    ordinary.push(text);
    this.#ordinary.set(text.from, ordinary);
    return false;
  }
}
