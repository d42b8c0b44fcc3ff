import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, compareBytes } from "../../rootfs/rootfs.ts";
import type { Reach } from "./reach.ts";
import type { SearchPath } from "./search-path.ts";
import type { ReadSource } from "./source-needs.ts";

/** Collects what the application's sources import in vain, and says it of those that running the program leads to. */
export class MissingImports {
  readonly #searchPath: SearchPath;
  readonly #reach: Reach;
  /** Sources of the application that were read, and those at which the program starts. */
  readonly #read = new Map<AbsPath, ReadSource>();
  readonly #starts = new Set<AbsPath>();
  /** Names at the top of archives that are imported from: no search finds them. */
  readonly #archived = new Set<string>();
  readonly #reported = new Set<string>();

  constructor(searchPath: SearchPath, reach: Reach) {
    this.#searchPath = searchPath;
    this.#reach = reach;
  }

  addStart(path: AbsPath): void {
    this.#starts.add(path);
  }

  addSource(path: AbsPath, found: ReadSource): void {
    this.#read.set(path, found);
  }

  /** `module` lies in an archive. */
  addArchived(module: string): void {
    this.#archived.add(topOf(module));
  }

  /**
   * The directories that one source of the application adds to sys.path for all others, whichever of them was read
   * first.
   */
  async findInAdded(): Promise<readonly Yield[]> {
    const added = [...new Set([...this.#read.values()].flatMap((source) => source.added))].sort(compareBytes);
    const yields: Yield[] = [];
    if (added.length === 0) return yields;
    for (const [path, source] of this.#read) {
      const out: Yield[] = [];
      const missing: string[] = [];
      const leadsTo = [...source.leadsTo];
      for (const name of source.missing) {
        const because = { evidence: "proved", why: `imports ${name}` } as const;
        const found = await this.#reach.seenFrom(path, added).name(name, because, out);
        if (found === undefined) missing.push(name);
        else if (found.file !== undefined) leadsTo.push(found.file);
      }
      if (missing.length < source.missing.length) this.#read.set(path, { ...source, missing, leadsTo });
      yields.push(...out.map((one) => ({ ...one, from: path })));
    }
    return yields;
  }

  /** IMPORT_MISSING, each once. */
  *findings(): Iterable<Yield> {
    // A program that changes sys.path may know better.
    const severity = [...this.#read.values()].some(({ scan }) => scan.touchesPath) ? "warning" : "error";
    const where = this.#searchPath.directories.join(":");
    for (const path of this.#traced()) {
      for (const name of this.#read.get(path)?.missing ?? []) {
        if (this.#archived.has(topOf(name)) || this.#reported.has(`${path} ${name}`)) continue;
        if (severity === "warning" && this.#isOwn(name)) continue;
        this.#reported.add(`${path} ${name}`);
        yield {
          finding: {
            severity,
            code: "IMPORT_MISSING",
            path,
            message: `cannot import ${name}: needed by ${path}, not found on sys.path (${where})`,
            hint: "install the package that has it in the builder, or add it to the app's requirements",
          },
          from: path,
        };
      }
    }
  }

  /**
   * True for a module that the application has somewhere, and may have put on sys.path by a name that only the run
   * tells.
   */
  #isOwn(name: string): boolean {
    const place = `/${name.replaceAll(".", "/")}`;
    return [...this.#read.keys()].some((path) => path.endsWith(`${place}.py`) || path.endsWith(`${place}/__init__.py`));
  }

  /** The application's sources that running the program leads to. */
  #traced(): ReadonlySet<AbsPath> {
    const traced = new Set(this.#starts);
    for (const path of traced) for (const next of this.#read.get(path)?.leadsTo ?? []) traced.add(next);
    return traced;
  }
}

function topOf(module: string): string {
  return module.split(".")[0] ?? module;
}
