import type { Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { withoutDocumentation } from "./documentation.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { Reach } from "./reach.ts";
import type { Source } from "./source-needs.ts";

/** Fewer calls than these beside each other are no table. */
const leastRows = 8;
/** `    Moved("queue", "Queue", "queue.other"),`: a call in a list, whose first text is a plain word. */
const row = /^[ \t]*\w+\(\s*["'](?<key>\w+)["']\s*,(?<rest>[^()\n]*(?:\n[^()\n]*)?)\),[ \t]*$/gmu;

/** The modules that the rows of a table name, each with the words by which others ask for a row. */
export function rowsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const rows = [...text.matchAll(row)].map(({ 0: all, groups = {} }) => ({ all, groups }));
  if (rows.length < leastRows) return new Map();
  const others = rows.reduce((rest, { all }) => rest.replace(all, ""), text);
  const found = new Map<string, Set<string>>();
  for (const { groups } of rows) {
    for (const [, name = ""] of (groups["rest"] ?? "").matchAll(/["']([A-Za-z_][\w.]*)["']/gu)) {
      // What is named elsewhere as well does not wait.
      if (others.includes(`"${name}"`) || others.includes(`'${name}'`)) continue;
      found.set(name, (found.get(name) ?? new Set()).add(groups["key"] ?? ""));
    }
  }
  return found;
}

interface Held {
  readonly top: string;
  readonly path: AbsPath;
  readonly module: string;
  readonly words: ReadonlySet<string>;
}

/**
 * At level `reachable`: a package that imports modules by a table, as `six.moves`, has a row for each, and the others
 * ask by the row's word. A module of the standard library that only such a row names waits until a source of another
 * package has the word. What else the package could import is an unknown, as ever.
 */
export class TableRows {
  readonly #installation: Installation;
  readonly #reach: Reach;
  readonly #held = new Map<string, Held>();
  /** Sources of packages that were read, and what the application asks for: everything, or these words. */
  readonly #read: { readonly top: string; readonly path: AbsPath }[] = [];
  readonly #asked: { readonly top: string; readonly words: ReadonlySet<string> | undefined }[] = [];

  constructor(installation: Installation, reach: Reach) {
    this.#installation = installation;
    this.#reach = reach;
  }

  /** A source without the names that wait. */
  async withoutRows(source: Source, out: Yield[]): Promise<Source> {
    const { path, identity, facts } = source;
    const { proc, files } = this.#installation;
    const isTable = facts.scan.importsComputed && areaOf(this.#installation, path) === "site";
    if (proc.stdlib !== "reachable" || !isTable) return source;
    const waiting = new Set<string>();
    for (const [module, words] of rowsIn((await files.readText(path)) ?? "")) {
      if (!(await this.#isOfStdlib(module))) continue;
      waiting.add(module);
      this.#held.set(`${path} ${module}`, { top: topOf(identity.name), path, module, words });
    }
    if (waiting.size === 0) return source;
    for (const asked of this.#asked) await this.#meet(asked, out);
    for (const { top, path: other } of this.#read) await this.#meet({ top, words: await this.#wordsOf(other) }, out);
    const names = facts.scan.names.filter((name) => !waiting.has(name));
    return { ...source, facts: { ...facts, scan: { ...facts.scan, names } } };
  }

  /** Follows the rows that a source asks for. */
  async read({ path, identity, facts }: Source, out: Yield[]): Promise<void> {
    const top = topOf(identity.name);
    if (areaOf(this.#installation, path) === "site") {
      this.#read.push({ top, path });
      if (this.#held.size > 0) await this.#meet({ top, words: await this.#wordsOf(path) }, out);
      return;
    }
    // Of an application only the imports are known at each level: who takes a whole module may ask it for any row.
    for (const { module, names } of facts.scan.imports) {
      const parts = module.split(".");
      const isWhole = names === undefined || names.includes("*") || parts.length === 1;
      const words = isWhole && parts.length < 3 ? undefined : new Set([...parts, ...(names ?? [])]);
      const asked = { top: `import ${parts[0] ?? ""}`, words };
      this.#asked.push(asked);
      await this.#meet(asked, out);
    }
  }

  async #meet(
    { top, words }: { readonly top: string; readonly words: ReadonlySet<string> | undefined },
    out: Yield[],
  ): Promise<void> {
    for (const [key, held] of this.#held) {
      const isAsked =
        words === undefined
          ? top === `import ${held.top}`
          : top !== held.top && [...held.words].some((word) => words.has(word));
      if (!isAsked) continue;
      this.#held.delete(key);
      const because = { evidence: "string", why: `names ${held.module}` } as const;
      const from = out.length;
      await this.#reach.seenFrom(held.path, []).name(held.module, because, out);
      for (let at = from; at < out.length; at += 1) {
        const one = out[at];
        if (one !== undefined) out[at] = { from: held.path, ...one };
      }
    }
  }

  async #wordsOf(path: AbsPath): Promise<ReadonlySet<string>> {
    const text = withoutDocumentation((await this.#installation.files.readText(path)) ?? "");
    return new Set(text.match(/[A-Za-z_]\w*/gu));
  }

  async #isOfStdlib(module: string): Promise<boolean> {
    const found = await this.#installation.finder.find(module);
    const where = found?.file ?? found?.directories[0];
    return found?.name === module && where !== undefined && areaOf(this.#installation, where) === "stdlib";
  }
}

function topOf(name: string): string {
  return name.split(".")[0] ?? name;
}
