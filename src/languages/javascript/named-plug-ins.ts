import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { isPartOfTree, isSettings } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";
import { wantedNeeds } from "./package-needs.ts";

/** A dependency that is named after the package that lists it, and has not been asked for yet. */
interface PlugIn {
  readonly name: string;
  /** The package that lists it. */
  readonly owner: AbsPath;
  readonly directory: AbsPath;
  /** What settings may call it: `audit` for `shop-audit` of `shop`. */
  readonly short: string;
}

/**
 * Plug-ins that a package depends on and loads by names that it computes of settings: `plugins: {audit: ...}` stands
 * for `shop-audit`, a dependency of `shop`. Whoever loads it may take it by `require` or by `import`: both ship. Only
 * `reachable` needs this, since dependencies come along whole elsewhere.
 */
export class NamedPlugIns {
  readonly #words = new Set<string>();
  readonly #waiting = new Map<string, PlugIn>();
  /** Packages whose dependencies are known, and those whose settings were read. */
  readonly #known = new Set<AbsPath>();
  readonly #read = new Set<AbsPath>();

  /** Is told of each text of settings that ships. */
  note(settings: string): void {
    for (const [word] of settings.matchAll(/[A-Za-z][\w.-]{1,60}/gu)) this.#words.add(word);
  }

  /** Asked when nothing else is left: what came since the last time. */
  async *settle(context: NodeContext): AsyncIterable<Yield> {
    if (context.proc.prune !== "reachable") return;
    for (const owner of [...context.partialPackages, ...context.wholePackages]) await this.#findPlugIns(owner, context);
    for (const { owner } of this.#waiting.values()) await this.#readSettingsOf(owner, context);
    for (const [key, plugIn] of this.#waiting) {
      const { name, owner, directory, short } = plugIn;
      if (!this.#words.has(short)) continue;
      this.#waiting.delete(key);
      const from = toAbsPath("package.json", owner);
      for await (const one of wantedNeeds(name, { directory: owner, package: directory }, context))
        yield { from, ...one };
    }
  }

  async #findPlugIns(owner: AbsPath, context: NodeContext): Promise<void> {
    if (this.#known.has(owner)) return;
    this.#known.add(owner);
    const { tree, resolver } = context;
    const json = await tree.packageIn(owner);
    const stem = json?.name?.replace(/^@[^/]*\//u, "");
    for (const name of stem === undefined ? [] : (json?.dependencies ?? [])) {
      const short = name.replace(/^@[^/]*\//u, "");
      if (!short.startsWith(`${stem}-`)) continue;
      const directory = await resolver.packageDirectory(name, owner);
      if (directory === undefined) continue;
      const plugIn = { name, owner, directory, short: short.slice((stem?.length ?? 0) + 1).replace(/^plugin-/u, "") };
      this.#waiting.set(`${owner} ${name}`, plugIn);
    }
  }

  /** Settings of its own that a package has, and those of its parts: what is so unless the user says otherwise. */
  async #readSettingsOf(owner: AbsPath, context: NodeContext): Promise<void> {
    if (this.#read.has(owner)) return;
    this.#read.add(owner);
    const { tree, resolver, proc } = context;
    const json = await tree.packageIn(owner);
    const stem = json?.name?.replace(/^@[^/]*\//u, "") ?? "";
    const parts = (json?.dependencies ?? []).filter((name) => name.startsWith(`@${stem}/`));
    const directories = new Set([owner]);
    for (const name of parts) {
      const found = await resolver.packageDirectory(name, owner);
      const real = found && (await tree.realPath(found));
      if (real !== undefined) directories.add(real);
    }
    for (const directory of directories) {
      for await (const { path, stat } of walk(proc.root, directory, isPartOfTree)) {
        const text = stat.kind === "file" && isSettings(path) ? await tree.readText(path) : undefined;
        if (text !== undefined) this.note(text);
      }
    }
  }
}
