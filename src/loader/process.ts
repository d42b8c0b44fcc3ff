import type { Yield } from "../closure/model/closure.ts";
import type { LoaderOptions, LoaderProcess } from "../closure/model/loader.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LdSoCacheEntry } from "../formats/elf/ld-so-cache.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";
import { duplicateSonames } from "./duplicate-sonames.ts";
import { findingOf } from "./findings.ts";
import { type LoadedObject, needsOf, toLogicalPath, toObject, tryFile } from "./objects.ts";
import { preloads } from "./preloads.ts";
import { type Opened, openProgram } from "./program.ts";
import { missingVersions } from "./versions.ts";

/**
 * Simulates the dynamic loader for one process. A program without PT_INTERP loads nothing. What is missing at start is an
 * error, what is missing for an object that the process may load later a warning. Codes: LIBRARY_MISSING, LIBRARY_TWICE,
 * LIBRARY_UNSUITABLE, LIBRARY_VERSION_MISSING, LOADER_MISSING.
 */
export function openProcess(options: LoaderOptions): LoaderProcess {
  const objects: LoadedObject[] = [];
  /** Files that some machines take in place of another one. */
  const variants = new Set<LoadedObject>();
  const byIdentity = new Map<string, LoadedObject>();
  const findingsOf = new Map<LoadedObject, number>();
  const cacheEntries = new Map<string, LdSoCacheEntry>();
  /** The same of what was found and is not loaded, by path: it may stay out. */
  const cacheEntriesOfFound = new Map<AbsPath, readonly LdSoCacheEntry[]>();
  let opened: Promise<Opened | undefined> | undefined;
  const open = () => (opened ??= openProgram(options));

  /** Puts an object into the process; undefined when it is there already. */
  function register(object: LoadedObject): LoadedObject | undefined {
    if (byIdentity.has(object.identity)) return undefined;
    byIdentity.set(object.identity, object);
    objects.push(object);
    return object;
  }

  function remember(entries: readonly LdSoCacheEntry[]): void {
    for (const entry of entries) cacheEntries.set(`${entry.path}\0${entry.name}`, entry);
  }

  /** Loads what `name` means to `requester`, and answers the objects that are new. */
  async function load(
    { rules, loader }: Opened,
    { name, requester, severity, why }: Request,
    yields: Yield[],
  ): Promise<readonly LoadedObject[]> {
    const loaded = objects.find((object) => rules.answers(object, name));
    if (loaded !== undefined) {
      loaded.names.add(name);
      return [];
    }
    if (rules.isLoader(name)) {
      if (loader !== undefined) register(loader);
      return [];
    }
    const result = await rules.search(name, requester);
    if (result.kind !== "found") {
      const told = (findingsOf.get(requester) ?? 0) + 1;
      findingsOf.set(requester, told);
      if (told <= findingLimit) {
        yields.push({ finding: await findingOf(options, result, { name, requester, severity }) });
      }
      return [];
    }
    remember(result.byCache);
    const fresh: LoadedObject[] = [];
    for (const [index, candidate] of [result.candidate, ...result.variants].entries()) {
      const known = byIdentity.get(candidate.identity);
      if (known !== undefined) {
        known.names.add(name).add(candidate.text);
        // Another name of a loaded file: that name has to exist too.
        const { path } = await toLogicalPath(options.root, candidate.text, options.workdir);
        const need = { path, role: "file", evidence: "proved", why } as const;
        if (path !== known.path) yields.push({ need, from: requester.path });
        continue;
      }
      const object = await toObject(options, candidate, { name: index === 0 ? name : undefined, parent: requester });
      register(object.loaded);
      if (index > 0) variants.add(object.loaded);
      const variant = index === 0 ? why : `${why} on newer machines`;
      yields.push(...needsOf(object, requester.path, variant));
      fresh.push(object.loaded);
    }
    return fresh;
  }

  /** Loads what a list of new objects needs, breadth first, and checks versions at the end as the loader does. */
  async function loadAll(
    around: Opened,
    start: readonly LoadedObject[],
    severity: Diagnostic["severity"],
  ): Promise<Yield[]> {
    const yields: Yield[] = [];
    const queue = [...start];
    for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
      const requester = object;
      const filtees: LoadedObject[] = [];
      const { auxiliary, filter } = around.rules.followsFilters ? requester.elf : noFilters;
      for (const name of auxiliary) {
        // An auxiliary filtee may be absent, and its absence is silent.
        const request: Request = { name, requester, severity, why: `is a filter for ${name}` };
        const found = await load(around, request, []);
        const [first] = found;
        if (first !== undefined) yields.push(...needsOf({ loaded: first, passed: [] }, requester.path, request.why));
        filtees.push(...found);
      }
      for (const name of filter) {
        filtees.push(...(await load(around, { name, requester, severity, why: `is a filter for ${name}` }, yields)));
      }
      queue.unshift(...filtees);
      for (const name of requester.elf.needed) {
        queue.push(...(await load(around, { name, requester, severity, why: `needs ${name}` }, yields)));
      }
    }
    if (around.rules.checksVersions) {
      for (const found of missingVersions(objects, start, around.loader))
        yields.push({ finding: { severity, ...found } });
    }
    const firstNew = objects.findIndex((object) => start.includes(object));
    for (const finding of duplicateSonames(objects, { firstNew, variants, program: options.program })) {
      yields.push({ finding });
    }
    return yields;
  }

  return {
    async startUp() {
      const around = await open();
      if (around === undefined) return [];
      if (objects.length > 0) return [];
      register(around.program);
      const yields: Yield[] = [...around.yields];
      const preloaded: LoadedObject[] = [];
      for (const { name, why } of await preloads(options, around.rules)) {
        const request: Request = { name, requester: around.program, severity: "warning", why };
        preloaded.push(...(await load(around, request, yields)));
      }
      yields.push(...(await loadAll(around, [around.program, ...preloaded], "error")));
      if (around.loader !== undefined) register(around.loader);
      return yields;
    },

    async loadObject(path) {
      const around = await open();
      if (around === undefined) return [];
      const trial = await tryFile(options, path, around.program.elf);
      if (trial.kind === "foreign" || trial.kind === "unsuitable") {
        const reason = trial.kind === "foreign" ? "it is for another machine" : trial.reason;
        const message = `cannot load ${path}: ${reason}`;
        return [{ finding: { severity: "warning", code: "LIBRARY_UNSUITABLE", message, path } }];
      }
      if (trial.kind === "absent") return [];
      remember(cacheEntriesOfFound.get(path) ?? []);
      const { loaded } = await toObject(options, trial.candidate, { name: undefined, parent: around.program });
      return register(loaded) === undefined ? [] : loadAll(around, [loaded], "warning");
    },

    async find(soname, requesterPath) {
      const around = await open();
      if (around === undefined) return undefined;
      const requester = await requesterAt(requesterPath, around);
      const loaded = objects.find((object) => around.rules.answers(object, soname));
      if (loaded !== undefined) return loaded.path;
      if (around.rules.isLoader(soname)) return around.loader?.path;
      const result = await around.rules.search(soname, requester);
      if (result.kind !== "found") return undefined;
      const { path } = await toLogicalPath(options.root, result.candidate.text, options.workdir);
      cacheEntriesOfFound.set(path, result.byCache);
      return path;
    },

    loaded: () => objects.map(({ path }) => path),
    usesCache: () => cacheEntries.size > 0,
    cacheEntries: () => [...cacheEntries.values()],
  };

  async function requesterAt(path: AbsPath | undefined, { program }: Opened): Promise<LoadedObject> {
    if (path === undefined) return program;
    const known = objects.find((object) => object.path === path);
    if (known !== undefined) return known;
    const trial = await tryFile(options, path, program.elf);
    if (trial.kind !== "fits") return program;
    return (
      byIdentity.get(trial.candidate.identity) ??
      (await toObject(options, trial.candidate, { name: undefined, parent: program })).loaded
    );
  }
}

const noFilters = { auxiliary: [], filter: [] } as const;

/** Findings at most about what one object names: nobody reads the four thousand of a hostile one. */
const findingLimit = 100;

interface Request {
  readonly name: string;
  readonly requester: LoadedObject;
  readonly severity: Diagnostic["severity"];
  readonly why: string;
}
