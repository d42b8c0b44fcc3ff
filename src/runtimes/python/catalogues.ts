import type { Yield } from "../../closure/model/closure.ts";
import { listOf } from "../../languages/list-of.ts";
import { type AbsPath, baseName, childOf, parentOf } from "../../rootfs/rootfs.ts";
import { asksFor } from "./asked-names.ts";
import type { Distribution } from "./distributions.ts";
import { type Emitter, rule } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";

/** A directory with so many others for data is a catalogue: who reads it asks for some of them by their names. */
const leastEntries = 50;
const entryName = /^[\w.-]{1,60}$/u;

interface Catalogue {
  readonly directory: AbsPath;
  /** The distribution that has it. */
  readonly owner: Distribution | undefined;
  /** The names of directories that nothing has named yet. */
  readonly left: Set<string>;
}

/** Texts, each with the sources that have it. */
type Texts = ReadonlyMap<string, readonly AbsPath[]>;

/** The texts of a source. */
interface Named {
  readonly source: AbsPath;
  readonly words: readonly string[];
}

/**
 * At level `reachable`: directories of packages whose entries are found by names, as botocore has one for each service.
 * Those ship that a text of the application names. Texts of a package that requires it, and its own, count where they
 * ask for something: the package itself has tables of the names as well. What else they could be is an unknown.
 */
export class Catalogues {
  readonly #installation: Installation;
  readonly #emitter: Emitter;
  readonly #known: Catalogue[] = [];
  /** Texts of the sources that were read, by the distributions that have them; those of the application by "". */
  readonly #texts = new Map<Distribution | "", Named[]>();

  constructor(installation: Installation, emitter: Emitter) {
    this.#installation = installation;
    this.#emitter = emitter;
  }

  /** True for a catalogue. Its entries that are named by now ship, and those that are named later. */
  async take(directory: AbsPath, out: Yield[]): Promise<boolean> {
    const { files, distributions, proc } = this.#installation;
    if (proc.prune !== "reachable") return false;
    const names = await files.names(directory);
    if (names.size < leastEntries || names.has("__init__.py")) return false;
    const left = new Set<string>();
    let first: AbsPath | undefined;
    for (const name of names) {
      const path = childOf(directory, name);
      if (!entryName.test(name) || !(await files.isDirectory(path))) continue;
      // Modules are found by imports.
      if ((await files.names(path)).has("__init__.py")) return false;
      left.add(name);
      first ??= await this.#anyFileOf(path);
    }
    if (left.size < leastEntries || first === undefined) return false;
    const [owner] = distributions.ownersOf(first);
    const catalogue: Catalogue = { directory, owner, left };
    this.#known.push(catalogue);
    const what = `${baseName(parentOf(directory))}/${baseName(directory)}/NAME`;
    out.push({ unknown: { kind: "listed-directory", what, bound: { kind: "directory", path: directory } } });
    for (const [by, named] of this.#texts) if (reads(by, catalogue)) await this.#ship(catalogue, by, named, out);
    return true;
  }

  /** Notes the texts of a source, and ships what they name. */
  async named(source: AbsPath, texts: readonly string[], out: Yield[]): Promise<void> {
    if (this.#installation.proc.prune !== "reachable") return;
    const found: Named = { source, words: texts.filter((text) => entryName.test(text)) };
    const isOfApp = areaOf(this.#installation, source) === "app";
    for (const by of isOfApp ? ([""] as const) : this.#installation.distributions.ownersOf(source)) {
      listOf(this.#texts, by).push(found);
      for (const catalogue of this.#known) if (reads(by, catalogue)) await this.#ship(catalogue, by, [found], out);
    }
  }

  async #ship(
    { directory, owner, left }: Catalogue,
    by: Distribution | "",
    named: readonly Named[],
    out: Yield[],
  ): Promise<void> {
    for (const [text, sources] of textsOf(named)) {
      const isOwn = by === owner;
      if (!left.has(text) || (by !== "" && !(await this.#isAskedFor(text, sources, isOwn)))) continue;
      left.delete(text);
      const because = rule(`may read ${text}, which a text names`);
      await this.#emitter.directory(childOf(directory, text), { keeps: () => true, role: "file", because }, out);
    }
  }

  async #isAskedFor(text: string, sources: readonly AbsPath[], isOwn: boolean): Promise<boolean> {
    for (const source of sources) {
      if (asksFor((await this.#installation.files.readText(source)) ?? "", text, { isOwn })) return true;
    }
    return false;
  }

  async #anyFileOf(directory: AbsPath): Promise<AbsPath | undefined> {
    const { files } = this.#installation;
    for (const name of await files.names(directory)) {
      const path = childOf(directory, name);
      const found = (await files.isDirectory(path)) ? await this.#anyFileOf(path) : path;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The texts of some sources: most programs have no catalogue, and never ask. */
function textsOf(named: readonly Named[]): Texts {
  const texts = new Map<string, AbsPath[]>();
  for (const { source, words } of named) for (const word of words) listOf(texts, word).push(source);
  return texts;
}

function reads(by: Distribution | "", { owner }: Catalogue): boolean {
  return by === "" || owner === undefined || by === owner || by.requires.includes(owner.name);
}
