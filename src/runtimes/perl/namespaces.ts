import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import type { Because } from "../../languages/needs.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";
import type { Area, Installation } from "./installation.ts";
import type { Modules } from "./modules.ts";
import type { PerlScan } from "./source-scan.ts";

/** Namespaces in which sources look for modules that only the run names. */
export class Namespaces {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #emitter: Emitter;
  readonly #modules: Modules;
  readonly #opened = new Set<string>();
  /** Modules that load others by names of the run, and the modules that inherit from one, by its name. */
  readonly #loaders = new Set<string>();
  readonly #heirs = new Map<string, Map<string, AbsPath>>();

  constructor({ proc, files }: Installation, emitter: Emitter, modules: Modules) {
    this.#proc = proc;
    this.#files = files;
    this.#emitter = emitter;
    this.#modules = modules;
  }

  /** Modules of a namespace that a source has in its strings and loads from by names of the run. */
  async reach(name: string, path: AbsPath): Promise<void> {
    const relative = name.replaceAll("::", "/");
    if (this.#proc.prune !== "reachable") {
      await this.#once(relative, async () => this.directory(relative));
      return;
    }
    const places: AbsPath[] = [];
    for (const directory of this.#modules.directories()) {
      const own = childOf(directory, relative);
      if (await this.#files.isDirectory(own)) places.push(own);
    }
    const what = `a module of ${name}`;
    const bounds: readonly Bound[] =
      places.length > 1
        ? [{ kind: "paths", paths: await this.#emitter.firstOf(places) }]
        : places.map((own) => ({ kind: "directory", path: own }));
    for (const bound of bounds) this.#emitter.unknown(path, { kind: "listed-directory", what, bound });
  }

  /** Which module of a directory is meant is known only when the program runs; `*` stands for a part of the name. */
  async directory(relative: string): Promise<void> {
    const because: Because = { evidence: "string", why: `loads a module of ${relative}` };
    const star = relative.indexOf("*");
    for (const directory of this.#modules.directories()) {
      if (star === -1) {
        await this.#reachBelow(relative, { directory, because });
        continue;
      }
      const own = relative.slice(0, Math.max(0, star - 1));
      for (const name of await this.#files.names(own === "" ? directory : childOf(directory, own))) {
        if (!/^\w+$/u.test(name)) continue;
        const next = `${own}/${name}${relative.slice(star + 1)}`.replace(/^\//u, "");
        await this.#once(next, async () => this.directory(next));
      }
    }
  }

  /** Names may have parts of their own, so that modules at any depth are meant. */
  async #reachBelow(
    relative: string,
    { directory, because }: { readonly directory: AbsPath; readonly because: Because },
  ): Promise<void> {
    const pending = [relative];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const name of await this.#files.names(childOf(directory, at))) {
        if (/^\w+\.pm$/u.test(name)) {
          await this.#modules.reach(`${at}/${name.slice(0, -3)}`.replaceAll("/", "::"), because);
        } else if (/^\w+$/u.test(name)) pending.push(`${at}/${name}`);
      }
    }
  }

  /** What a base class puts together begins with the name of the class that inherits: `${class}::${language}`. */
  async heirs(source: {
    readonly own: string | undefined;
    readonly path: AbsPath;
    readonly area: Area;
    readonly scan: PerlScan;
  }): Promise<void> {
    const { own, path, area, scan } = source;
    if (own === undefined) return;
    for (const base of area === "core" ? [] : scan.bases) {
      this.#heirs.set(base, (this.#heirs.get(base) ?? new Map<string, AbsPath>()).set(own, path));
      if (this.#loaders.has(base)) await this.#once(`heir ${own}`, async () => this.reach(own, path));
    }
    if (scan.computed.names.length === 0 || this.#loaders.has(own)) return;
    this.#loaders.add(own);
    for (const [heir, from] of this.#heirs.get(own) ?? [])
      await this.#once(`heir ${heir}`, async () => this.reach(heir, from));
  }

  async #once(gate: string, open: () => Promise<void>): Promise<void> {
    if (this.#opened.has(gate)) return;
    this.#opened.add(gate);
    await open();
  }
}
