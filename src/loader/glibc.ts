import type { LoaderOptions } from "../closure/model/loader.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import type { LdSoCacheEntry } from "../formats/elf/ld-so-cache.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { directoryLister } from "./directories.ts";
import { type LoaderFacts, readCache, readLoaderFacts } from "./loader-facts.ts";
import { type Candidate, type LoadedObject, type Search, type SearchRules, tryLibrary } from "./objects.ts";
import { existingDirectories, type LibraryDirectory, type SearchPath, searchPathOf } from "./search-path.ts";
import { expandTokens } from "./tokens.ts";

interface Surroundings {
  readonly options: LoaderOptions;
  readonly program: LoadedObject;
  readonly facts: LoaderFacts;
  readonly cache: ReadonlyMap<string, readonly LdSoCacheEntry[]> | undefined;
  /** The trusted directories that the loader has built in. */
  readonly system: readonly LibraryDirectory[];
  /** An object asks for many names by one path. */
  pathOf(requester: LoadedObject): Promise<SearchPath | undefined>;
}

const preloadPath = toAbsPath("/etc/ld.so.preload");
/** DF_1_NODEFLIB: neither the system directories nor what the cache has of them. */
const noDefaultLibraries = 0x800;

/** The search of glibc's loader (ld.so(8), "when resolving shared object dependencies"). */
export async function glibcRules(
  options: LoaderOptions,
  program: LoadedObject,
  loader: ElfFile | undefined,
): Promise<SearchRules> {
  const facts = await readLoaderFacts(loader, program.elf);
  const cache = await readCache(options.root, program.elf);
  const finding = { facts, list: directoryLister(options.root), workdir: options.workdir };
  const paths = new Map<LoadedObject, Promise<SearchPath | undefined>>();
  const around: Surroundings = {
    options,
    program,
    facts,
    cache,
    system: await existingDirectories(
      facts.systemDirectories.map((text) => ({ text, isVariant: false })),
      finding,
    ),
    pathOf(requester) {
      const path =
        paths.get(requester) ??
        searchPathOf(requester, {
          program,
          facts,
          libraryPath: options.env["LD_LIBRARY_PATH"],
          existingDirectories: (elements) => existingDirectories(elements, finding),
        });
      paths.set(requester, path);
      return path;
    },
  };
  const loaderNames = new Set([loader?.soname, program.elf.loader]);
  return {
    search: (name, requester) => search(around, name, requester),
    answers: (object, name) => object.names.has(name) || object.elf.soname === name,
    isLoader: (name) => loaderNames.has(name),
    filesRead: (await options.root.lstat(preloadPath)) === undefined ? [] : [preloadPath],
    checksVersions: true,
    followsFilters: true,
    preloadSeparator: /[ :]+/u,
  };
}

async function search(around: Surroundings, name: string, requester: LoadedObject): Promise<Search> {
  const { facts } = around;
  if (name.includes("/")) {
    const values = { ORIGIN: requester.origin, LIB: facts.lib, PLATFORM: facts.platforms };
    return openExactly(around, expandTokens(name, values));
  }
  const path = await around.pathOf(requester);
  if (path === undefined) {
    return { kind: "unsuitable", path: requester.path, reason: "its search path has too many directories" };
  }
  const named = await inDirectories(around, name, path.directories);
  if (named.stop !== undefined) return named.stop;
  if (named.candidate !== undefined) return found(named.candidate, named.variants);
  const usesDefaults = (requester.elf.flags1 & noDefaultLibraries) === 0;
  const result = await inDefaults(around, name, usesDefaults);
  if (result.kind === "found") return { ...result, variants: [...named.variants, ...result.variants] };
  // Only some machines would find it. Better theirs than none.
  const [some, ...others] = named.variants;
  if (result.kind === "missing" && some !== undefined) return found(some, others);
  if (result.kind !== "missing") return result;
  return {
    kind: "missing",
    directories: [...new Set([...path.texts, ...(usesDefaults ? facts.systemDirectories : [])])],
  };
}

/** The cache and the system directories. */
async function inDefaults(around: Surroundings, name: string, usesDefaults: boolean): Promise<Search> {
  const cached = await inCache(around, name, usesDefaults);
  if (cached?.stop !== undefined) return cached.stop;
  const direct = await inDirectories(around, name, usesDefaults ? around.system : []);
  if (cached?.candidate !== undefined) {
    // Where the system directories give the same file, the image can do without a cache.
    if (direct.candidate?.real === cached.candidate.real) return found(direct.candidate, direct.variants);
    return { ...found(cached.candidate, cached.variants), byCache: cached.entries };
  }
  if (direct.stop !== undefined) return direct.stop;
  const [first, ...others] = direct.candidate === undefined ? direct.variants : [direct.candidate, ...direct.variants];
  return first === undefined ? { kind: "missing", directories: [] } : found(first, others);
}

function found(candidate: Candidate, variants: readonly Candidate[]): Search & { readonly kind: "found" } {
  return { kind: "found", candidate, variants, byCache: [] };
}

interface Found {
  readonly candidate?: Candidate;
  readonly variants: readonly Candidate[];
  readonly stop?: Search;
}

async function openExactly({ options, program }: Surroundings, texts: readonly string[]): Promise<Search> {
  const candidates: Candidate[] = [];
  for (const text of texts) {
    const trial = await tryLibrary(options, text, program.elf);
    if (trial.kind === "fits") candidates.unshift(trial.candidate);
    else if (trial.kind === "unsuitable") return { kind: "unsuitable", path: text, reason: trial.reason };
    else if (trial.kind === "foreign") return { kind: "unsuitable", path: text, reason: "it is for another machine" };
  }
  const [candidate, ...variants] = candidates;
  return candidate === undefined ? { kind: "missing", directories: texts } : found(candidate, variants);
}

async function inDirectories(
  around: Surroundings,
  name: string,
  directories: readonly LibraryDirectory[],
): Promise<Found> {
  const variants: Candidate[] = [];
  for (const { directory, isVariant } of directories) {
    if (!directory.names.has(name)) continue;
    const path = `${directory.text.replace(/\/+$/u, "")}/${name}`;
    const trial = await tryLibrary(around.options, path, around.program.elf);
    if (trial.kind === "unsuitable") {
      return { variants, stop: { kind: "unsuitable", path, reason: trial.reason } };
    }
    if (trial.kind !== "fits") continue;
    if (!isVariant) return { candidate: trial.candidate, variants };
    variants.push(trial.candidate);
  }
  return { variants };
}

async function inCache(
  { options, program, facts, cache }: Surroundings,
  name: string,
  usesDefaults: boolean,
): Promise<(Found & { readonly entries: readonly LdSoCacheEntry[] }) | undefined> {
  const variants: Candidate[] = [];
  const entries: LdSoCacheEntry[] = [];
  for (const entry of cache?.get(name) ?? []) {
    const isVariant = entry.hwcaps !== undefined;
    // The image's own cache has no entries of the older kind, so that nothing would lead to their files.
    if (entry.legacy === true || (isVariant && !facts.usesHwcaps)) continue;
    if (!usesDefaults && facts.systemDirectories.some((directory) => entry.path.startsWith(`${directory}/`))) continue;
    const trial = await tryLibrary(options, toAbsPath(entry.path), program.elf);
    if (trial.kind === "unsuitable") {
      return { variants, entries, stop: { kind: "unsuitable", path: entry.path, reason: trial.reason } };
    }
    if (trial.kind === "fits") entries.push(entry);
    // The loader tries the first entry for the baseline, and no second one.
    if (!isVariant) return trial.kind === "fits" ? { candidate: trial.candidate, variants, entries } : undefined;
    if (trial.kind === "fits") variants.push(trial.candidate);
  }
  return undefined;
}
