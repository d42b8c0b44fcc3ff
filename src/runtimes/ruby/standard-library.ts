import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Because } from "../../languages/needs.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";
import { featureBelow } from "./gems.ts";
import type { Installation } from "./installation.ts";
import type { Reach } from "./reach.ts";
import {
  groupOf,
  isExcludedFromSafe,
  isOfRepositories,
  isRareEncoding,
  preludeFeatures,
  startUpFeatures,
} from "./stdlib.ts";

/** Ruby's own library and RubyGems, by the levels of the process. */
export class StandardLibrary {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #emitter: Emitter;
  readonly #reach: Reach;
  /** Whether RubyGems came along, as a start needs it, and whole. */
  #hasSome = false;
  #hasAll = false;

  constructor(installation: Installation, emitter: Emitter, reach: Reach) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
    this.#emitter = emitter;
    this.#reach = reach;
  }

  /** The files that the interpreter loads before the program. */
  async start(): Promise<void> {
    const { hasGems, command } = this.#installation;
    await this.#reachLibraryOfRuby();
    const because: Because = { evidence: "rule", why: "loads it before the program" };
    const isOff = (option: string): boolean => command.disabled.has(option) || command.disabled.has("all");
    for (const name of startUpFeatures) await this.#reach.feature(name, because);
    for (const { name, option } of preludeFeatures) {
      if (isOff(option) || isOff("gems")) continue;
      await this.#reach.feature(name, because);
    }
    if (!hasGems) return;
    await this.#reachGems();
    for (const name of ["rubygems/defaults/operating_system", "rubygems/defaults/ruby"]) {
      await this.#reach.feature(name, because);
    }
  }

  /** RubyGems with all that resolves dependencies. */
  async resolver(): Promise<void> {
    for (const directory of this.#installation.loadPath) await this.#reachRubyGems(directory, true);
  }

  /** Encodings of East Asia and others. */
  async encodings(): Promise<void> {
    await this.#reachCore((relative) => isRareEncoding(relative), "loads it by the name of an encoding");
  }

  async #reachCore(keeps: (relative: string) => boolean, why: string): Promise<void> {
    for (const directory of this.#installation.core) {
      await this.#emitter.directory(directory, {
        keeps: (path) => keeps(path.slice(directory.length + 1)),
        because: { evidence: "rule", why },
        isRead: false,
      });
    }
  }

  async #reachLibraryOfRuby(): Promise<void> {
    const why = "has it in its standard library";
    if (this.#proc.stdlib === "reachable") {
      await this.#reachCore((relative) => relative.startsWith("enc/") && !isRareEncoding(relative), why);
      return;
    }
    const isFull = this.#proc.stdlib === "full";
    const hasOther = await this.#hasOtherRubyGems();
    await this.#reachCore(
      (relative) =>
        isFull ||
        (!isExcludedFromSafe(relative, this.#installation.apiVersion) &&
          !(hasOther && groupOf(relative) === "rubygems")),
      why,
    );
  }

  /** Some distributions put a newer RubyGems before the one of the library, which is then never loaded. */
  async #hasOtherRubyGems(): Promise<boolean> {
    const first = await featureBelow(this.#installation.loadPath, "rubygems", this.#files);
    return first !== undefined && !this.#installation.core.some((directory) => isWithin(first, directory));
  }

  async #reachGems(): Promise<void> {
    const because: Because = { evidence: "rule", why: "reads what gems there are" };
    for (const gem of this.#installation.gems.all) {
      if (gem.isDefault) this.#emitter.file(gem.specification, because, { isSource: false });
      else if (this.#proc.prune === "none") await this.#reach.gem(gem.name, because, [gem.version]);
    }
    for (const directory of this.#installation.loadPath) await this.#reachRubyGems(directory, false);
  }

  /** RubyGems itself, where the library's own level does not bring it. */
  async #reachRubyGems(directory: AbsPath, isAll: boolean): Promise<void> {
    const own = childOf(directory, "rubygems");
    const isReachable = this.#proc.stdlib === "reachable";
    if (
      (this.#installation.core.includes(directory) && !isReachable) ||
      !(await this.#files.isFile(toAbsPath(`${own}.rb`)))
    )
      return;
    if (isAll ? this.#hasAll : this.#hasSome) return;
    this.#hasAll ||= isAll;
    this.#hasSome ||= !isAll;
    const because: Because = { evidence: "rule", why: "finds gems by it" };
    const keeps = (path: AbsPath): boolean => {
      const relative = path.slice(directory.length + 1);
      if (isExcludedFromSafe(relative, this.#installation.apiVersion) || (isReachable && isOfRepositories(relative)))
        return false;
      return !isReachable || isAll || /^rubygems\/(?:(?:core_ext|defaults|util)\/)?[^/]+\.rb$/u.test(relative);
    };
    await this.#emitter.directory(own, { keeps, because, isRead: isReachable });
    this.#emitter.file(toAbsPath(`${own}.rb`), because, { isRead: isReachable });
  }
}
