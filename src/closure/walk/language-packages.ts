import { mayBeAuthorsCode } from "../../rootfs/author-directory.ts";
import { useOf } from "../../rootfs/file-use.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { InstalledPackage, RuntimePlugin } from "../model/closure.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";
import type { Process } from "../model/process.ts";
import { ChangedNodes } from "./changed-nodes.ts";
import { roleOfFile } from "./file-role.ts";
import type { Worklist } from "./worklist.ts";

/** A process, and a run-time in it. */
type Host = Record<"proc", Process> & Record<"plugin", RuntimePlugin>;
type Asker = Host & Record<"from", AbsPath> & Record<"owner", InstalledPackage> & Record<"packages", PackagesOfSystem>;

/**
 * Packages of the distribution that hold modules of a language: it moves a module's data and settings to other places,
 * which it finds by a computed name. Above `reachable` such a package ships what it has for running.
 */
export class LanguagePackages {
  readonly #work: Worklist;
  readonly #seen = new Set<AbsPath>();
  readonly #changed: ChangedNodes;
  readonly #isReachable: boolean;

  constructor(work: Worklist) {
    this.#work = work;
    this.#isReachable = work.request.process.prune === "reachable";
    this.#changed = new ChangedNodes(work);
  }

  /** Asks for the files of packages whose modules came since the last call. */
  async settle(): Promise<void> {
    // Of each view, kind of run-time and program, the first process asks.
    const hosts = new Map<string, Host>();
    for (const proc of this.#work.processes.values()) {
      for (const plugin of [proc.plugin, ...(proc.embedded ?? [])]) {
        const key = `${proc.view.name}\0${plugin?.name}\0${proc.program}`;
        if (plugin?.systemDirectories !== undefined && !hosts.has(key)) hosts.set(key, { plugin, proc });
      }
    }
    const first = [...hosts.values()];
    for (const { path, view, stat, edges } of this.#changed.take(first.length)) {
      const isLoaded = edges.some(({ evidence }) => evidence === "proved");
      const isNamed = edges.some(({ evidence }) => evidence !== "package");
      for (const one of isLoaded ? [] : first.filter(({ proc }) => proc.view.name === view))
        if ((isNamed && one.plugin.archives?.test(path)) || (await this.#mayLoad(path, one))) this.#load(path, one);
      if (this.#isReachable || stat.kind !== "file" || this.#seen.has(path)) continue;
      this.#seen.add(path);
      const host = first.find((one) => one.proc.view.name === view && one.plugin.systemDirectories?.test(path));
      if (host !== undefined) await this.#takePackageOf(path, host);
    }
  }

  /** A program of a language loads what the builder's author wrote in it, and what came with the program. */
  async #mayLoad(path: AbsPath, { proc, plugin: { sources, systemDirectories } }: Host): Promise<boolean> {
    if (this.#isReachable || sources?.test(path) !== true || systemDirectories?.test(path) === true) return false;
    if ((await this.#work.systemPackages(proc.view)).isMadeFor(path, proc.realProgram)) return true;
    return mayBeAuthorsCode(path) && (await this.#work.isAuthors(proc.view, path));
  }

  #load(path: AbsPath, { proc }: Host): void {
    if (!this.#work.isNew(`source\0${proc.key}\0${path}`)) return;
    const asker = { view: proc.view, from: proc.realProgram, proc };
    this.#work.suggest(asker, { path, role: "module", evidence: "bound", why: "may load it" });
  }

  async #takePackageOf(path: AbsPath, { proc, plugin }: Host): Promise<void> {
    const packages = await this.#work.systemPackages(proc.view);
    const owner = packages.ownerOf(path);
    if (owner === undefined || !this.#work.isNew(`language\0${proc.view.name}\0${owner.name}`)) return;
    for (const file of owner.files) await this.#take(file, { from: path, owner, proc, plugin, packages });
  }

  async #take(path: AbsPath, { from, owner, proc, plugin, packages }: Asker): Promise<void> {
    const isOfLanguage = plugin.systemDirectories?.test(`${path}/`) === true;
    const stat = isOfLanguage || useOf(path) !== "run-time" ? undefined : await proc.view.root.lstat(path);
    if (stat === undefined || (await this.#work.mayHoldSecret(proc.view, path, stat))) return;
    const why = `has it in its package ${owner.name}`;
    if (stat.kind === "directory") {
      if (packages.isSharedDirectory(path)) return;
      return void (await this.#work.add({ view: proc.view, path, stat, from, why, evidence: "package" }));
    }
    const role = await roleOfFile(this.#work, proc, path);
    this.#work.suggest({ view: proc.view, from, proc }, { path, role, evidence: "package", why });
  }
}
