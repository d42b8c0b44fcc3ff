import type { Because } from "../../languages/needs.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Installation } from "./installation.ts";
import type { Reach } from "./reach.ts";
import type { RubyScan } from "./source-scan.ts";
import { isDebugger } from "./stdlib.ts";

const symbol = /(?<![\w:"']):(?:"([\w/-]{3,40})"|([a-z]\w{2,40})\b)(?!:)/gu;

interface OfGem {
  /** True where one of its sources requires a name of which nothing is known. */
  isOpen: boolean;
  readonly names: Set<string>;
}

/**
 * Names that a gem keeps in tables and requires elsewhere: `register :redcloth, /textile/` in one source, and `require
 * name` in another one of the same gem.
 */
export class RegisteredNames {
  readonly #installation: Installation;
  readonly #reach: Reach;
  readonly #gems = new Map<AbsPath, OfGem>();

  constructor(installation: Installation, reach: Reach) {
    this.#installation = installation;
    this.#reach = reach;
  }

  /** Takes what a source of a gem says. */
  async read({ code, words, open }: RubyScan, path: AbsPath): Promise<void> {
    const home = this.#homeOf(path);
    const known = this.#gems.get(home) ?? { isOpen: false, names: new Set() };
    this.#gems.set(home, known);
    const added = [...words, ...[...code.matchAll(symbol)].map(([, quoted, plain]) => quoted ?? plain ?? "")];
    const isOpen = open.some(({ prefix, isRelative }) => prefix === "" && !isRelative);
    if (known.isOpen) await this.#require(added);
    for (const name of added) known.names.add(name);
    if (!isOpen || known.isOpen) return;
    known.isOpen = true;
    await this.#require(known.names);
  }

  /** The directory of the gem, or below the load path that of the source. */
  #homeOf(path: AbsPath): AbsPath {
    const { gems, loadPath } = this.#installation;
    const gem = gems.all.find((one) => !one.isDefault && isWithin(path, one.root) && one.root !== "/");
    const base = loadPath.find((one) => isWithin(path, one));
    if (gem !== undefined && (base === undefined || gem.root.length > base.length)) return gem.root;
    const [first = ""] = base === undefined ? [] : path.slice(base.length + 1).split("/");
    return base === undefined ? parentOf(path) : toAbsPath(first.replace(/\.rb$/u, ""), base);
  }

  async #require(names: Iterable<string>): Promise<void> {
    const { core, files } = this.#installation;
    for (const name of new Set(names)) {
      // Words of every kind are names of Ruby's own library, and levels of a log are called as debuggers.
      if (isDebugger(name)) continue;
      const isCore = await Promise.all(core.map(async (one) => files.isFile(toAbsPath(`${name}.rb`, one))));
      if (isCore.includes(true)) continue;
      const because: Because = { evidence: "string", why: `has ${name} in a table, and requires a name of one` };
      await this.#reach.feature(name, because);
    }
  }
}
