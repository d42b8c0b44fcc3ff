import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Because } from "../../languages/needs.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf } from "../../rootfs/rootfs.ts";
import {
  encodingDirectories,
  encodingModules,
  isExcludedFromSafe,
  nameTables,
  startUpFiles,
  startUpModules,
  tablesAskedFor,
  type UnicodeTables,
  unicodeModules,
  wantsEveryEncoding,
} from "./core.ts";
import type { Emitter } from "./emitter.ts";
import type { Area, Installation } from "./installation.ts";
import type { Modules } from "./modules.ts";
import { coreLandmarks, type PerlPath } from "./search-path.ts";

/**
 * Perl's own library, by the level of the process, with its tables of characters and encodings for those that ask for
 * them.
 */
export class CoreLibrary {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #perlPath: PerlPath;
  readonly #emitter: Emitter;
  readonly #modules: Modules;
  readonly #opened = new Set<string>();
  /**
   * Some source takes names of encodings from elsewhere, or names a rare one, whether or not it is the one that uses
   * Encode.
   */
  #wantsAll = false;

  constructor({ proc, files, path }: Installation, emitter: Emitter, modules: Modules) {
    this.#proc = proc;
    this.#files = files;
    this.#perlPath = path;
    this.#emitter = emitter;
    this.#modules = modules;
  }

  /** The modules that every program loads or may load. */
  async start(): Promise<void> {
    if (this.#proc.stdlib !== "reachable") return this.#reachCore();
    const because: Because = { evidence: "rule", why: "loads it for what the language itself has" };
    for (const name of startUpModules) await this.#modules.reach(name, because);
    for (const name of startUpFiles) await this.#modules.reachFile(name, because);
    await this.#keepLandmarks();
  }

  /** The tables of the core for those that ask for them: of characters and of encodings. */
  async openGates(code: string, area: Area): Promise<void> {
    if (area === "core") return;
    if (this.#proc.stdlib === "reachable") await this.#openTables(tablesAskedFor(code, this.#perlPath.version));
    if (this.#proc.stdlib === "full") return;
    const usesEncode = this.#opened.has("encode") || /\bEncode\b|:encoding\((?!utf-?8)/iu.test(code);
    this.#wantsAll ||= this.#proc.stdlib === "safe" || wantsEveryEncoding(code);
    if (!usesEncode) return;
    await this.#once("encode", async () => this.#reachEncodings(encodingModules));
    if (this.#wantsAll) await this.#once("every encoding", async () => this.#reachEncodings(encodingDirectories));
  }

  async #openTables(wanted: UnicodeTables): Promise<void> {
    if (wanted === "names") await this.#once("names", async () => this.#reachUnicode((path) => nameTables.has(path)));
    if (wanted === "all")
      await this.#once("unicode", async () => this.#reachUnicode((path) => !isExcludedFromSafe(path)));
  }

  async #once(gate: string, open: () => Promise<void>): Promise<void> {
    if (this.#opened.has(gate)) return;
    this.#opened.add(gate);
    await open();
  }

  /** Tables below the directories of the core: of two with one name the first is read. */
  async #reachUnicode(keepsTable: (relative: string) => boolean): Promise<void> {
    const because: Because = { evidence: "rule", why: "looks up properties and names of characters in it" };
    for (const name of unicodeModules) await this.#modules.reach(name, because);
    const taken = new Set<string>();
    for (const directory of this.#perlPath.core) {
      const keeps = (path: AbsPath): boolean => {
        const relative = path.slice(directory.length + 1);
        if (!relative.startsWith("unicore/") || !keepsTable(relative) || taken.has(relative)) return false;
        taken.add(relative);
        return true;
      };
      await this.#emitter.directory(directory, { keeps, role: "file", because });
    }
  }

  async #reachEncodings(names: readonly string[]): Promise<void> {
    const because: Because = { evidence: "rule", why: "loads it by the name of an encoding" };
    await this.#modules.reach("Encode", because);
    for (const name of names) await this.#modules.reach(`Encode::${name}`, because);
  }

  /**
   * The core without what no program loads: also no file that an earlier directory of the core has under the same name.
   */
  async #reachCore(): Promise<void> {
    const because: Because = { evidence: "rule", why: "has it in its standard library" };
    const isFull = this.#proc.stdlib === "full";
    const taken = new Set<string>();
    for (const directory of this.#perlPath.core) {
      const keeps = (path: AbsPath): boolean => {
        const relative = path.slice(directory.length + 1);
        if (isFull) return true;
        if (isExcludedFromSafe(relative) || taken.has(relative)) return false;
        taken.add(relative);
        return true;
      };
      await this.#emitter.directory(directory, { keeps, role: "file", because });
    }
    await this.#keepLandmarks();
  }

  /** The files by which a directory of the core is known again in the image. */
  async #keepLandmarks(): Promise<void> {
    for (const directory of this.#perlPath.core) {
      for (const name of coreLandmarks) {
        const path = childOf(directory, name);
        if (!(await this.#files.isFile(path))) continue;
        this.#emitter.file(path, "file", { evidence: "rule", why: "has its core where it lies" });
        break;
      }
    }
  }
}
