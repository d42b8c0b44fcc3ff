import type { ProcessContext } from "../../closure/model/closure.ts";
import { filesBelow } from "../../languages/files-below.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import {
  isConfiguration,
  mayHoldCode,
  mayNameModules,
  modulesInLists,
  modulesInPages,
  modulesInSettings,
  wordsInSettings,
} from "./configuration.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { Modules } from "./modules.ts";
import { codeInPage } from "./pages.ts";

/**
 * Modules that sources and settings of the application name by the end of their names alone: `plugin "Session"` of a
 * framework, `load_components("InflateColumn::DateTime")`. They are taken below modules that are in use.
 */
export class WordModules {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #modules: Modules;
  readonly #words = new Set<string>();
  readonly #asked = new Set<string>();
  /** True where a source of the application loads what only the run tells. */
  #isLoading = false;
  /** Names of installed modules by the last parts of theirs. */
  #index: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(installation: Installation, modules: Modules) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
    this.#modules = modules;
  }

  /** Takes words of a source of the application; `isLoading` where it loads modules by names that the run tells. */
  add(words: readonly string[], isLoading = false): void {
    for (const word of words) if (word.length > 1) this.#words.add(word);
    this.#isLoading ||= isLoading;
  }

  /** Takes modules that words name wholly, `toml => "TOML"`, of who loads modules by names that the run tells. */
  async reachWhole(words: Iterable<string>): Promise<void> {
    for (const word of words) {
      if (!/^[A-Z]\w+$/u.test(word) || this.#asked.has(word)) continue;
      this.#asked.add(word);
      await this.#modules.reach(word, { evidence: "string", why: `loads modules by name, and names ${word}` });
    }
  }

  /** Settings name modules that are loaded by these names: parsers, appenders, drivers. */
  async readSettings(path: AbsPath): Promise<void> {
    const area = areaOf(this.#installation, path);
    const text = area === "core" ? undefined : await this.#files.readSource(path);
    if (text === undefined) return;
    for (const name of isConfiguration(path) ? modulesInSettings(text) : modulesInLists(text))
      await this.#modules.reach(name, { evidence: "string", why: `has ${name} in its settings` });
    if (area === "app" && isConfiguration(path)) this.add(wordsInSettings(text));
  }

  /** Pages of the application load modules in their code, which is the result. */
  async #readPage(path: AbsPath): Promise<string> {
    const text = areaOf(this.#installation, path) === "app" ? await this.#files.readSource(path) : undefined;
    for (const name of text === undefined ? [] : modulesInPages(text))
      await this.#modules.reach(name, { evidence: "string", why: `has a page that loads ${name}` });
    return codeInPage(text ?? "");
  }

  /** Reads settings of the application, which ship with it, as no name tells who reads them. Yields its pages' code. */
  async *readApplication(): AsyncIterable<{ readonly path: AbsPath; readonly code: string }> {
    const { appRoot } = this.#proc;
    if (appRoot === undefined || appRoot === "/") return;
    const isOwn = (directory: AbsPath): boolean => !/^(?:node_modules|perl5|\.\w+)$/u.test(baseName(directory));
    for await (const { path, stat } of walk(this.#proc.root, appRoot, isOwn)) {
      if (stat.kind !== "file") continue;
      if (isConfiguration(path) || mayNameModules(path)) await this.readSettings(path);
      const code = mayHoldCode(path) ? await this.#readPage(path) : "";
      if (code !== "") yield { path, code };
    }
  }

  /** Takes what the words name below modules that came along; asked again when others came. */
  async reach(): Promise<void> {
    if (this.#words.size === 0) return;
    if (this.#isLoading) await this.reachWhole(this.#words);
    this.#index ??= this.#installed();
    const index = await this.#index;
    for (const word of this.#words) {
      for (const name of index.get(word) ?? []) {
        if (!(await this.#isBelowReached(name.slice(0, -word.length - 2)))) continue;
        await this.#modules.reach(name, {
          evidence: "string",
          why: `names ${word}, as ${name} is below a module in use`,
        });
      }
    }
  }

  /** True where the name, or the one above it, is that of a module in use: `Web` for `Web::Plugin`. */
  async #isBelowReached(above: string): Promise<boolean> {
    return (await this.#modules.has(above)) || (await this.#modules.has(above.replace(/(?:^|::)\w+$/u, "")));
  }

  async #installed(): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = new Set<string>();
    const directories = this.#modules.directories();
    const where = { root: this.#proc.root, files: this.#files, searchPath: directories };
    for (const directory of directories) {
      if (areaOf(this.#installation, directory) !== "site") continue;
      for await (const path of filesBelow(directory, where)) {
        if (path.endsWith(".pm")) names.add(path.slice(directory.length + 1, -3).replaceAll("/", "::"));
      }
    }
    const index = new Map<string, string[]>();
    for (const name of names) {
      const parts = name.split("::");
      for (const length of [1, 2, 3]) {
        if (length >= parts.length) break;
        const end = parts.slice(-length).join("::");
        index.set(end, [...(index.get(end) ?? []), name]);
      }
    }
    return index;
  }
}
