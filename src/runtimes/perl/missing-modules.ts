import type { Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { loadedAtStart } from "./loaded-at-start.ts";
import type { Modules } from "./modules.ts";
import type { PerlScan } from "./source-scan.ts";

/** Modules that sources of the application must have, and that nothing had yet. */
export class MissingModules {
  readonly #modules: Modules;
  /** Names with their lines, by source: a directory that is added later may hold them. */
  readonly #missing = new Map<AbsPath, Map<string, number>>();
  readonly #leadsTo = new Map<AbsPath, readonly string[]>();
  readonly #reported = new Set<string>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  add(path: AbsPath, name: string, line: number): void {
    this.#missing.set(path, new Map([...(this.#missing.get(path) ?? []), [name, line]]));
  }

  /** Notes what a source loads in any case. */
  learn(path: AbsPath, { modules }: PerlScan): void {
    const certain = modules.filter(({ kind }) => kind === "certain").map(({ name }) => name);
    // Code in the arguments has no other name than the program's.
    this.#leadsTo.set(path, [...(this.#leadsTo.get(path) ?? []), ...certain]);
  }

  /** PERL_MODULE_MISSING of what starting the program loads. A program that changes @INC may know better. */
  async *findings(first: readonly AbsPath[], { touchesPath }: { readonly touchesPath: boolean }): AsyncIterable<Yield> {
    let loaded: ReadonlySet<AbsPath> | undefined;
    for (const [path, names] of this.#missing) {
      for (const [name, line] of names) {
        if (await this.#modules.reach(name, { evidence: "proved", why: `loads ${name} (line ${line})` }))
          names.delete(name);
      }
      if (names.size === 0) continue;
      loaded ??= loadedAtStart(first, this.#leadsTo);
      for (const [name, line] of names) {
        if (!loaded.has(path) || this.#reported.has(`${path} ${name}`)) continue;
        this.#reported.add(`${path} ${name}`);
        const searched = this.#modules.directories().join(":");
        const message = `cannot load ${name}: line ${line} of ${path} uses it, not found on @INC (${searched})`;
        const hint = "install the package that has it in the builder, or add its directory to PERL5LIB";
        const severity = touchesPath ? "warning" : "error";
        yield { finding: { severity, code: "PERL_MODULE_MISSING", path, message, hint }, from: path };
      }
    }
  }
}
