import { weakEvidence, type Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { DistributionReach } from "./distribution-reach.ts";
import type { Distribution } from "./distributions.ts";
import type { Because, Emitter } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import type { FoundModule, ModuleFinder } from "./module-finder.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import { Grade, ModuleReach, type OnStrings } from "./module-reach.ts";
import type { PathView } from "./path-views.ts";

/** Turns modules and distributions that a process reaches into needs, by the levels of the process; each once. */
export interface Reach {
  /** How modules are found. */
  readonly finder: ModuleFinder;
  /**
   * The same for a source that adds directories to `sys.path`, which exist, or that was found in one that another
   * source added.
   */
  seenFrom(path: AbsPath, added: readonly AbsPath[]): Reach;
  /** The same for what a source imports only once some part of it is used. */
  readonly later: Reach;
  /**
   * A module by its dotted name with its parents. Answers the innermost that was found; undefined when not even the
   * first was. A name that ends in `*` stands for every module of a package whose name begins so, and answers
   * undefined.
   */
  name(name: string, because: Because, out: Yield[]): Promise<FoundModule | undefined>;
  distribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void>;
  /** The metadata alone, which `importlib.metadata` and scanners read. */
  metadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void>;
  /** The companions of a source that is installed: its distribution, and the files beside it. */
  beside(path: AbsPath, out: Yield[]): Promise<void>;
  /** True when something of the distribution of an installed file was reached. */
  isReached(path: AbsPath): boolean;
  /** How sure it is that a source is loaded. */
  gradeOf(path: AbsPath): Grade;
  /** A source imports modules of computed names: any module of its distribution may be meant. */
  computes(path: AbsPath): void;
  /** Files of its distribution that level `safe` leaves out, where the source names them. */
  named(source: AbsPath, texts: readonly string[], out: Yield[]): Promise<void>;
  /** The dotted name and the package of a source, for its relative imports. */
  identify(path: AbsPath): ModuleIdentity;
}

/** `onStrings` is given the strings of compiled modules. */
export function createReach(installation: Installation, emitter: Emitter, onStrings: OnStrings): Reach {
  const distributions = new DistributionReach(installation, emitter);
  const modules = new ModuleReach(installation, { emitter, distributions }, onStrings);
  return new ViewReach(modules, modules.views.start, undefined);
}

/** The modules that are reached by the search path of one source. */
class ViewReach implements Reach {
  readonly #modules: ModuleReach;
  readonly #view: PathView;
  /** The installed source that asks; undefined for the program itself, whose texts count as what it runs. */
  readonly #source: AbsPath | undefined;
  readonly #isLater: boolean;

  constructor(modules: ModuleReach, view: PathView, source: AbsPath | undefined, isLater = false) {
    this.#modules = modules;
    this.#view = view;
    this.#source = source;
    this.#isLater = isLater;
  }

  get later(): Reach {
    return new ViewReach(this.#modules, this.#view, this.#source, true);
  }

  get finder(): ModuleFinder {
    return this.#view.finder;
  }

  seenFrom(path: AbsPath, added: readonly AbsPath[]): Reach {
    const source = this.#modules.isOfProgram(path) ? undefined : path;
    return new ViewReach(this.#modules, this.#modules.viewFrom(path, added), source);
  }

  async name(name: string, because: Because, out: Yield[]): Promise<FoundModule | undefined> {
    const seeing = { view: this.#view, grade: this.#gradeOf(name, because) };
    if (!name.endsWith("*")) return this.#modules.name(name, because, out, seeing);
    const dot = name.lastIndexOf(".");
    const stem = name.slice(dot + 1, -1);
    if (dot > 0) await this.#modules.allOf(name.slice(0, dot), { stem, because, ...seeing }, out);
    return undefined;
  }

  /** Texts of the program count as what it runs, and so do those of a package that name its own modules. */
  #gradeOf(name: string, { evidence }: Because): Grade {
    if (this.#source === undefined) return Grade.certain;
    const own = this.#modules.gradeOf(this.#source);
    const isOwn = name.split(".")[0] === this.#modules.identify(this.#source).name.split(".")[0];
    return this.#isLater || (weakEvidence.has(evidence) && !isOwn) ? Math.min(own, Grade.possible) : own;
  }

  async distribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    await this.#modules.distributions.distribution(distribution, because, out);
  }

  async metadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    await this.#modules.distributions.metadata(distribution, because, out);
  }

  async beside(path: AbsPath, out: Yield[]): Promise<void> {
    await this.#modules.beside(path, out);
  }

  isReached(path: AbsPath): boolean {
    return this.#modules.distributions.isReached(path);
  }

  gradeOf(path: AbsPath): Grade {
    return this.#modules.gradeOf(path);
  }

  computes(path: AbsPath): void {
    this.#modules.computes(path);
  }

  async named(source: AbsPath, texts: readonly string[], out: Yield[]): Promise<void> {
    await this.#modules.distributions.named(source, texts, out);
  }

  identify(path: AbsPath): ModuleIdentity {
    return this.#modules.identify(path);
  }
}
