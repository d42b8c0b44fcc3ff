import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LdSoCacheEntry } from "../../elf/ld-so-cache.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Finding, Yield } from "../closure.ts";
import type { LoaderOptions, LoaderProcess } from "../loader.ts";
import { describeMissing } from "./findings.ts";
import { glibcRules } from "./glibc.ts";
import { readWhole } from "./loader-facts.ts";
import { isMuslLoader, muslRules } from "./musl.ts";
import { type Candidate, type LoadedObject, type Search, type SearchRules, toLogicalPath, tryFile } from "./objects.ts";
import { missingVersions } from "./versions.ts";

/**
 * Simulates the dynamic loader for one process. A program without PT_INTERP loads nothing. What is missing at start is an
 * error, what is missing for an object that the process may load later a warning. Codes: LIBRARY_MISSING,
 * LIBRARY_UNSUITABLE, LIBRARY_VERSION_MISSING, LOADER_MISSING.
 */
export function openProcess(options: LoaderOptions): LoaderProcess {
  const objects: LoadedObject[] = [];
  const byIdentity = new Map<string, LoadedObject>();
  const cacheEntries = new Map<string, LdSoCacheEntry>();
  let opened: Promise<Opened | undefined> | undefined;
  const open = () => (opened ??= openProgram(options));

  /** Puts an object into the process; undefined when it is there already. */
  function register(object: LoadedObject): LoadedObject | undefined {
    if (byIdentity.has(object.identity)) return undefined;
    byIdentity.set(object.identity, object);
    objects.push(object);
    return object;
  }

  /** Loads what `name` means to `requester`, and answers the objects that are new. */
  async function load(
    { rules, loader, program }: Opened,
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
      yields.push({ finding: await findingOf(options, result, { name, requester, severity, program }) });
      return [];
    }
    for (const entry of result.byCache) cacheEntries.set(`${entry.path}\0${entry.name}`, entry);
    const fresh: LoadedObject[] = [];
    for (const [index, candidate] of [result.candidate, ...result.variants].entries()) {
      const known = byIdentity.get(candidate.identity);
      if (known !== undefined) {
        known.names.add(name).add(candidate.text);
        // Another name of a loaded file: that name has to exist too.
        const { path } = await toLogicalPath(options.root, candidate.text, options.workdir);
        if (path !== known.path)
          yields.push({ need: { path, role: "file", evidence: "proved", why }, from: requester.path });
        continue;
      }
      const object = await toObject(options, candidate, { name: index === 0 ? name : undefined, parent: requester });
      register(object.loaded);
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
      for (const name of requester.elf.auxiliary) {
        // An auxiliary filtee may be absent, and its absence is silent.
        const request: Request = { name, requester, severity, why: `is a filter for ${name}` };
        const found = await load(around, request, []);
        const [first] = found;
        if (first !== undefined) yields.push(...needsOf({ loaded: first, passed: [] }, requester.path, request.why));
        filtees.push(...found);
      }
      for (const name of requester.elf.filter) {
        filtees.push(...(await load(around, { name, requester, severity, why: `is a filter for ${name}` }, yields)));
      }
      queue.unshift(...filtees);
      for (const name of requester.elf.needed) {
        queue.push(...(await load(around, { name, requester, severity, why: `needs ${name}` }, yields)));
      }
    }
    if (around.rules.checksVersions) {
      for (const message of missingVersions(objects, start, around.loader))
        yields.push({ finding: { severity, ...message } });
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
      for (const entry of result.byCache) cacheEntries.set(`${entry.path}\0${entry.name}`, entry);
      return (await toLogicalPath(options.root, result.candidate.text, options.workdir)).path;
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

interface Request {
  readonly name: string;
  readonly requester: LoadedObject;
  readonly severity: Diagnostic["severity"];
  readonly why: string;
}

interface Opened {
  readonly program: LoadedObject;
  readonly loader: LoadedObject | undefined;
  readonly rules: SearchRules;
  readonly yields: readonly Yield[];
}

async function openProgram(options: LoaderOptions): Promise<Opened | undefined> {
  const { root } = options;
  const place = await resolveLinks(root, options.program);
  if (place === undefined || place === "loop") return undefined;
  const elf = await options.readElf(place.real);
  const named = options.loader ?? elf?.loader;
  if (elf === undefined || named === undefined) return undefined;
  const program: LoadedObject = {
    elf,
    text: options.program,
    path: options.program,
    real: place.real,
    identity: place.stat.inode ?? place.real,
    names: new Set(),
    parent: undefined,
    // The kernel tells the program's own place, without links.
    origin: parentOf(place.real),
  };
  const loaderPath = toAbsPath(named, options.workdir);
  const trial = await tryFile(options, loaderPath, elf);
  const why = "is started by this loader";
  if (trial.kind !== "fits") {
    const rules = isMuslLoader(named)
      ? await muslRules(options, program)
      : await glibcRules(options, program, undefined);
    const reason = trial.kind === "absent" ? "is missing" : "is unsuitable";
    const finding: Finding = {
      severity: "error",
      code: "LOADER_MISSING",
      message: `cannot start ${options.program}: its dynamic loader ${named} ${reason}`,
      path: options.program,
      hint: isMuslLoader(named)
        ? "build the program against the builder's C library; this one is for musl (Alpine)"
        : "build the program against the builder's C library, or add the package that has its loader",
    };
    return { program, loader: undefined, rules, yields: [{ finding }] };
  }
  const { loaded: loader } = await toObject(options, trial.candidate, { name: undefined, parent: program });
  const rules = isMuslLoader(named)
    ? await muslRules(options, program)
    : await glibcRules(options, program, loader.elf);
  const files = rules.filesRead.map(
    (path): Yield => ({
      need: { path, role: "file", evidence: "proved", why: "has its loader read it" },
      from: options.program,
    }),
  );
  return {
    program,
    loader,
    rules,
    yields: [...needsOf({ loaded: loader, passed: [] }, options.program, why), ...files],
  };
}

async function toObject(
  options: LoaderOptions,
  candidate: Candidate,
  { name, parent }: { readonly name: string | undefined; readonly parent: LoadedObject | undefined },
): Promise<{ readonly loaded: LoadedObject; readonly passed: readonly AbsPath[] }> {
  const { path, passed } = await toLogicalPath(options.root, candidate.text, options.workdir);
  const text = candidate.text.startsWith("/") ? candidate.text : `${options.workdir}/${candidate.text}`;
  const names = new Set(name === undefined ? [candidate.text] : [name, candidate.text]);
  // Unlike the program's, the place of a library is the name that it was opened by.
  const origin = text.slice(0, text.lastIndexOf("/")) || "/";
  return { loaded: { ...candidate, path, names, parent, origin }, passed };
}

function needsOf(
  { loaded, passed }: { readonly loaded: LoadedObject; readonly passed: readonly AbsPath[] },
  from: AbsPath,
  why: string,
): readonly Yield[] {
  const need: Yield = { need: { path: loaded.path, role: "object", evidence: "proved", why }, from };
  return [need, ...passed.map((path): Yield => ({ need: { path, role: "file", evidence: "proved", why }, from }))];
}

async function preloads(
  options: LoaderOptions,
  rules: SearchRules,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const named = (options.env["LD_PRELOAD"] ?? "").split(rules.preloadSeparator).filter((name) => name !== "");
  const listed = rules.checksVersions
    ? await readWhole(options.root, toAbsPath("/etc/ld.so.preload"), 2 ** 16)
    : undefined;
  const lines = listed === undefined ? "" : new TextDecoder().decode(listed).replaceAll(/#.*/gu, "");
  return [
    ...named.map((name) => ({ name, why: `preloads ${name} (LD_PRELOAD)` })),
    ...lines
      .split(/[\s:]+/u)
      .filter((name) => name !== "")
      .map((name) => ({ name, why: `preloads ${name} (/etc/ld.so.preload)` })),
  ];
}

async function findingOf(
  options: LoaderOptions,
  result: Exclude<Search, { readonly kind: "found" }>,
  about: {
    readonly name: string;
    readonly requester: LoadedObject;
    readonly severity: Diagnostic["severity"];
    readonly program: LoadedObject;
  },
): Promise<Finding> {
  const { name, requester, severity } = about;
  if (result.kind === "missing") {
    return {
      severity,
      path: requester.path,
      ...(await describeMissing(options, { name, by: requester.path, places: result.places })),
    };
  }
  return {
    severity,
    code: "LIBRARY_UNSUITABLE",
    message: `cannot load ${name}: the loader takes ${result.path} for ${requester.path}, but ${result.reason}`,
    path: requester.path,
    hint: `remove ${result.path} from the search path, or put the right library in its place`,
  };
}
