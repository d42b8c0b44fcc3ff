import type { Yield } from "../closure/model/closure.ts";
import type { LoaderOptions, LoaderProcess } from "../closure/model/loader.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LdSoCacheEntry } from "../formats/elf/ld-so-cache.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";
import { duplicateSonames } from "./duplicate-sonames.ts";
import { findingOf } from "./findings.ts";
import { libraryBelow } from "./library-below.ts";
import { type LoadedObject, needsOf, type Search, toLogicalPath, toObject, tryFile } from "./objects.ts";
import { preloads } from "./preloads.ts";
import { type Opened, openProgram } from "./program.ts";
import { missingVersions } from "./versions.ts";

/**
 * Simulates the dynamic loader for one process. A program without PT_INTERP loads nothing. What is missing at start is
 * an error, what is missing for an object that the process may load later a warning. Codes: LIBRARY_MISSING,
 * LIBRARY_TWICE, LIBRARY_UNSUITABLE, LIBRARY_VERSION_MISSING, LOADER_MISSING.
 */
export function openProcess(options: LoaderOptions): LoaderProcess {
  return new SimulatedProcess(options);
}

class SimulatedProcess implements LoaderProcess {
  readonly #options: LoaderOptions;
  readonly #objects: LoadedObject[] = [];
  /** Files that some machines take in place of another one. */
  readonly #variants = new Set<LoadedObject>();
  readonly #byIdentity = new Map<string, LoadedObject>();
  readonly #findingCounts = new Map<LoadedObject, number>();
  readonly #cacheEntries = new Map<string, LdSoCacheEntry>();
  /** The same of what was found and is not loaded, by path: it may stay out. */
  readonly #cacheEntriesOfFound = new Map<AbsPath, readonly LdSoCacheEntry[]>();
  #opened: Promise<Opened | undefined> | undefined;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  async startUp(): Promise<readonly Yield[]> {
    const around = await this.#open();
    if (around === undefined) return [];
    if (this.#objects.length > 0) return [];
    this.#register(around.program);
    const yields: Yield[] = [...around.yields];
    const preloaded: LoadedObject[] = [];
    for (const { name, why } of await preloads(this.#options, around.rules)) {
      const request: Request = { name, requester: around.program, severity: "warning", why };
      preloaded.push(...(await this.#load(around, request, yields)));
    }
    yields.push(...(await this.#loadAll(around, [around.program, ...preloaded], "error")));
    if (around.loader !== undefined) this.#register(around.loader);
    return yields;
  }

  async loadObject(path: AbsPath): Promise<readonly Yield[]> {
    const around = await this.#open();
    if (around === undefined) return [];
    const trial = await tryFile(this.#options, path, around.program.elf);
    if (trial.kind === "foreign" || trial.kind === "unsuitable") {
      const reason = trial.kind === "foreign" ? "it is for another machine" : trial.reason;
      const message = `cannot load ${path}: ${reason}`;
      return [{ finding: { severity: "warning", code: "LIBRARY_UNSUITABLE", message, path } }];
    }
    if (trial.kind === "absent") return [];
    this.#remember(this.#cacheEntriesOfFound.get(path) ?? []);
    const { loaded } = await toObject(this.#options, trial.candidate, { name: undefined, parent: around.program });
    return this.#register(loaded) === undefined ? [] : this.#loadAll(around, [loaded], "warning");
  }

  async find(soname: string, requesterPath?: AbsPath): Promise<AbsPath | undefined> {
    const around = await this.#open();
    if (around === undefined) return undefined;
    const requester = await this.#requesterAt(requesterPath, around);
    const loaded = this.#objects.find((object) => around.rules.answers(object, soname));
    if (loaded !== undefined) return loaded.path;
    if (around.rules.isLoader(soname)) return around.loader?.path;
    const result = await around.rules.search(soname, requester);
    if (result.kind !== "found") return undefined;
    const { path } = await toLogicalPath(this.#options.root, result.candidate.text, this.#options.workdir);
    this.#cacheEntriesOfFound.set(path, result.byCache);
    return path;
  }

  loaded(): readonly AbsPath[] {
    return this.#objects.map(({ path }) => path);
  }

  usesCache(): boolean {
    return this.#cacheEntries.size > 0;
  }

  cacheEntries(): readonly LdSoCacheEntry[] {
    return [...this.#cacheEntries.values()];
  }

  #open(): Promise<Opened | undefined> {
    this.#opened ??= openProgram(this.#options);
    return this.#opened;
  }

  /** Puts an object into the process; undefined when it is there already. */
  #register(object: LoadedObject): LoadedObject | undefined {
    if (this.#byIdentity.has(object.identity)) return undefined;
    this.#byIdentity.set(object.identity, object);
    this.#objects.push(object);
    return object;
  }

  #remember(entries: readonly LdSoCacheEntry[]): void {
    for (const entry of entries) this.#cacheEntries.set(`${entry.path}\0${entry.name}`, entry);
  }

  /** Loads what `name` means to `requester`, and answers the objects that are new. */
  async #load(around: Opened, request: Request, yields: Yield[]): Promise<readonly LoadedObject[]> {
    const { rules, loader } = around;
    const { name, requester } = request;
    const loaded = this.#objects.find((object) => rules.answers(object, name));
    if (loaded !== undefined) {
      loaded.names.add(name);
      return [];
    }
    if (rules.isLoader(name)) {
      if (loader !== undefined) this.#register(loader);
      return [];
    }
    const result = await rules.search(name, requester);
    if (result.kind === "found") return this.#take(result, request, yields);
    if (result.kind === "missing" && request.severity === "warning") {
      // Who opens one of several libraries that lie together has opened those that it needs: a JVM and its own.
      const below = await libraryBelow(this.#options.root, name, requester.path);
      const why = `needs ${name}, which its process has opened before`;
      if (below !== undefined) {
        yields.push({
          need: { path: below, role: "object", evidence: "rule", why, optional: true },
          from: requester.path,
        });
        return [];
      }
    }
    const count = (this.#findingCounts.get(requester) ?? 0) + 1;
    this.#findingCounts.set(requester, count);
    if (count <= findingLimit) yields.push({ finding: await findingOf(this.#options, result, request) });
    return [];
  }

  /** Puts what a search found into the process: the file, and those that other machines take in its place. */
  async #take(found: FoundFiles, { name, requester, why }: Request, yields: Yield[]): Promise<readonly LoadedObject[]> {
    const { root, workdir } = this.#options;
    this.#remember(found.byCache);
    const fresh: LoadedObject[] = [];
    for (const [index, candidate] of [found.candidate, ...found.variants].entries()) {
      const known = this.#byIdentity.get(candidate.identity);
      if (known !== undefined) {
        known.names.add(name).add(candidate.text);
        // Another name of a loaded file: that name has to exist too.
        const { path } = await toLogicalPath(root, candidate.text, workdir);
        const need = { path, role: "file", evidence: "proved", why } as const;
        if (path !== known.path) yields.push({ need, from: requester.path });
        continue;
      }
      const naming = { name: index === 0 ? name : undefined, parent: requester };
      const object = await toObject(this.#options, candidate, naming);
      this.#register(object.loaded);
      if (index > 0) this.#variants.add(object.loaded);
      yields.push(...needsOf(object, requester.path, index === 0 ? why : `${why} on newer machines`));
      fresh.push(object.loaded);
    }
    return fresh;
  }

  /** Loads what a list of new objects needs, breadth first, and checks versions at the end as the loader does. */
  async #loadAll(
    around: Opened,
    start: readonly LoadedObject[],
    severity: Diagnostic["severity"],
  ): Promise<readonly Yield[]> {
    const yields: Yield[] = [];
    const queue = [...start];
    for (let requester = queue.shift(); requester !== undefined; requester = queue.shift()) {
      queue.unshift(...(await this.#loadFiltees(around, { requester, severity }, yields)));
      for (const name of requester.elf.needed) {
        queue.push(...(await this.#load(around, { name, requester, severity, why: `needs ${name}` }, yields)));
      }
    }
    if (around.rules.checksVersions) {
      for (const found of missingVersions(this.#objects, start, around.loader)) {
        yields.push({ finding: { severity, ...found } });
      }
    }
    const firstNew = this.#objects.findIndex((object) => start.includes(object));
    const check = { firstNew, variants: this.#variants, program: this.#options.program };
    for (const finding of duplicateSonames(this.#objects, check)) yields.push({ finding });
    return yields;
  }

  /** Loads the objects that an object filters. */
  async #loadFiltees(
    around: Opened,
    { requester, severity }: Pick<Request, "requester" | "severity">,
    yields: Yield[],
  ): Promise<readonly LoadedObject[]> {
    const filtees: LoadedObject[] = [];
    const { auxiliary, filter } = around.rules.followsFilters ? requester.elf : noFilters;
    for (const name of auxiliary) {
      // An auxiliary filtee may be absent, and its absence is silent.
      const request: Request = { name, requester, severity, why: `is a filter for ${name}` };
      const found = await this.#load(around, request, []);
      const [first] = found;
      if (first !== undefined) yields.push(...needsOf({ loaded: first, passed: [] }, requester.path, request.why));
      filtees.push(...found);
    }
    for (const name of filter) {
      const request: Request = { name, requester, severity, why: `is a filter for ${name}` };
      filtees.push(...(await this.#load(around, request, yields)));
    }
    return filtees;
  }

  async #requesterAt(path: AbsPath | undefined, { program }: Opened): Promise<LoadedObject> {
    if (path === undefined) return program;
    const known = this.#objects.find((object) => object.path === path);
    if (known !== undefined) return known;
    const trial = await tryFile(this.#options, path, program.elf);
    if (trial.kind !== "fits") return program;
    return (
      this.#byIdentity.get(trial.candidate.identity) ??
      (await toObject(this.#options, trial.candidate, { name: undefined, parent: program })).loaded
    );
  }
}

const noFilters = { auxiliary: [], filter: [] } as const;

/** Findings at most about what one object names: nobody reads the four thousand of a hostile one. */
const findingLimit = 100;

type FoundFiles = Extract<Search, { readonly kind: "found" }>;

interface Request {
  readonly name: string;
  readonly requester: LoadedObject;
  readonly severity: Diagnostic["severity"];
  readonly why: string;
}
