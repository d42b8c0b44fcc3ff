import type { ElfFile } from "../../elf/elf-file.ts";
import type { LdSoCacheEntry } from "../../elf/ld-so-cache.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { LoaderOptions } from "../loader.ts";
import { type DirectoryLister, directoryLister, type SearchDirectory } from "./directories.ts";
import { type LoaderFacts, readCache, readLoaderFacts } from "./loader-facts.ts";
import { type Candidate, type LoadedObject, type Search, type SearchRules, tryFile } from "./objects.ts";
import { expandTokens, type TokenValues } from "./tokens.ts";

interface Surroundings {
  readonly options: LoaderOptions;
  readonly program: LoadedObject;
  readonly facts: LoaderFacts;
  readonly cache: ReadonlyMap<string, readonly LdSoCacheEntry[]> | undefined;
  readonly list: DirectoryLister;
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
  const surroundings = { options, program, facts, cache, list: directoryLister(options.root) };
  const loaderNames = new Set([loader?.soname, program.elf.loader]);
  return {
    search: (name, requester) => search(surroundings, name, requester),
    answers: (object, name) => object.names.has(name) || object.elf.soname === name,
    isLoader: (name) => loaderNames.has(name),
    filesRead: (await options.root.lstat(preloadPath)) === undefined ? [] : [preloadPath],
    checksVersions: true,
    preloadSeparator: /[ :]+/u,
  };
}

async function search(around: Surroundings, name: string, requester: LoadedObject): Promise<Search> {
  const { options, program, facts } = around;
  const valuesOf = (object: LoadedObject): TokenValues => ({
    ORIGIN: object.origin,
    LIB: facts.lib,
    PLATFORM: facts.platforms,
  });
  if (name.includes("/")) return openExactly(around, expandTokens(name, valuesOf(requester)));

  const usesDefaults = (requester.elf.flags1 & noDefaultLibraries) === 0;
  const places = [
    ...rpathChain(requester, program).flatMap((object) => elementsOf(object.elf.rpath, valuesOf(object))),
    ...elementsOf(options.env["LD_LIBRARY_PATH"] || undefined, valuesOf(program)),
    ...elementsOf(requester.elf.runpath, valuesOf(requester)),
  ];
  const system = usesDefaults ? facts.systemDirectories.map((text) => ({ text, isVariant: false })) : [];
  const named = await inDirectories(around, name, places);
  if (named.stop !== undefined) return named.stop;
  if (named.candidate !== undefined) return found(named.candidate, named.variants);
  const result = await inDefaults(around, name, { system, usesDefaults });
  if (result.kind === "found") return { ...result, variants: [...named.variants, ...result.variants] };
  // Only some machines would find it. Better theirs than none.
  const [some, ...others] = named.variants;
  if (result.kind === "missing" && some !== undefined) return found(some, others);
  if (result.kind !== "missing") return result;
  return { kind: "missing", places: [...new Set([...places, ...system].map(({ text }) => text))] };
}

/** The cache and the system directories. */
async function inDefaults(
  around: Surroundings,
  name: string,
  { system, usesDefaults }: { readonly system: readonly Element[]; readonly usesDefaults: boolean },
): Promise<Search> {
  const cached = await inCache(around, name, usesDefaults);
  if (cached?.stop !== undefined) return cached.stop;
  const direct = await inDirectories(around, name, system);
  if (cached?.candidate !== undefined) {
    // Where the system directories give the same file, the image can do without a cache.
    if (direct.candidate?.real === cached.candidate.real) return found(direct.candidate, direct.variants);
    return { ...found(cached.candidate, cached.variants), byCache: cached.entries };
  }
  if (direct.stop !== undefined) return direct.stop;
  const [first, ...others] = direct.candidate === undefined ? direct.variants : [direct.candidate, ...direct.variants];
  return first === undefined ? { kind: "missing", places: [] } : found(first, others);
}

function found(candidate: Candidate, variants: readonly Candidate[]): Search & { readonly kind: "found" } {
  return { kind: "found", candidate, variants, byCache: [] };
}

/** The objects whose DT_RPATH counts: the requester, what loaded it and so on, and the program; none behind a DT_RUNPATH. */
function rpathChain(requester: LoadedObject, program: LoadedObject): readonly LoadedObject[] {
  if (requester.elf.runpath !== undefined) return [];
  const chain: LoadedObject[] = [];
  for (let object: LoadedObject | undefined = requester; object !== undefined; object = object.parent) {
    chain.push(object);
  }
  if (!chain.includes(program)) chain.push(program);
  return chain.filter((object) => object.elf.runpath === undefined);
}

/** A directory to look into, by its text. `isVariant`: only some machines look there. */
interface Element {
  readonly text: string;
  readonly isVariant: boolean;
}

/** Splits a search path; an empty element is the working directory. */
function elementsOf(path: string | undefined, values: TokenValues): readonly Element[] {
  if (path === undefined) return [];
  return path.split(/[:;]/u).flatMap((element) => {
    const texts = element === "" ? ["."] : expandTokens(element, values);
    return texts.map((text, index) => ({ text, isVariant: index < texts.length - 1 }));
  });
}

interface Found {
  readonly candidate?: Candidate;
  readonly variants: readonly Candidate[];
  readonly stop?: Search;
}

async function openExactly({ options, program }: Surroundings, texts: readonly string[]): Promise<Search> {
  const candidates: Candidate[] = [];
  for (const text of texts) {
    const trial = await tryFile(options, text, program.elf);
    if (trial.kind === "fits") candidates.unshift(trial.candidate);
    else if (trial.kind === "unsuitable") return { kind: "unsuitable", path: text, reason: trial.reason };
    else if (trial.kind === "foreign") return { kind: "unsuitable", path: text, reason: "it is for another machine" };
  }
  const [candidate, ...variants] = candidates;
  return candidate === undefined ? { kind: "missing", places: texts } : found(candidate, variants);
}

async function inDirectories(around: Surroundings, name: string, elements: readonly Element[]): Promise<Found> {
  const variants: Candidate[] = [];
  for (const { text, isVariant } of elements) {
    const directory = await around.list(text.startsWith("/") ? text : `${around.options.workdir}/${text}`);
    if (directory === undefined) continue;
    for (const place of await placesIn(around, directory)) {
      if (!place.directory.names.has(name)) continue;
      const path = `${place.directory.text.replace(/\/+$/u, "")}/${name}`;
      const trial = await tryFile(around.options, path, around.program.elf);
      if (trial.kind === "unsuitable") {
        return { variants, stop: { kind: "unsuitable", path, reason: trial.reason } };
      }
      if (trial.kind !== "fits") continue;
      if (!place.isVariant && !isVariant) return { candidate: trial.candidate, variants };
      variants.push(trial.candidate);
    }
  }
  return { variants };
}

interface PlaceIn {
  readonly directory: SearchDirectory;
  readonly isVariant: boolean;
}

/** The subdirectories that the loader tries before a directory, in its order, and the directory. */
async function placesIn({ facts, list }: Surroundings, directory: SearchDirectory): Promise<readonly PlaceIn[]> {
  const places: PlaceIn[] = [];
  const add = async (subdirectory: string, isVariant: boolean) => {
    const below = await list(`${directory.text}/${subdirectory}`);
    if (below !== undefined) places.push({ directory: below, isVariant });
  };
  if (facts.usesHwcaps && directory.names.has("glibc-hwcaps")) {
    for (const level of facts.hwcaps) await add(`glibc-hwcaps/${level}`, true);
  }
  const legacy = facts.usesLegacy ? [...facts.legacyAlways, ...facts.legacyMaybe] : [];
  if (legacy.some((subdirectory) => directory.names.has(subdirectory))) {
    for (const subdirectory of legacyOrder(facts)) {
      await add(
        subdirectory,
        subdirectory.split("/").some((name) => facts.legacyMaybe.includes(name)),
      );
    }
  }
  return [...places, { directory, isVariant: false }];
}

/** Every nesting of the older subdirectories, longest first: `tls/haswell/x86_64` before `tls/haswell` before `tls`. */
function legacyOrder(facts: LoaderFacts): readonly string[] {
  const [tls = "tls", ...always] = facts.legacyAlways;
  const ordered = [tls, ...facts.legacyMaybe, ...always];
  const paths = Array.from({ length: 2 ** ordered.length - 1 }, (_, index) => {
    const bits = 2 ** ordered.length - 1 - index;
    return ordered.filter((_name, at) => (bits & (1 << (ordered.length - 1 - at))) !== 0).join("/");
  });
  return paths;
}

async function inCache(
  { options, program, facts, cache }: Surroundings,
  name: string,
  usesDefaults: boolean,
): Promise<(Found & { readonly entries: readonly LdSoCacheEntry[] }) | undefined> {
  const variants: Candidate[] = [];
  const entries: LdSoCacheEntry[] = [];
  for (const entry of cache?.get(name) ?? []) {
    const isVariant = entry.hwcaps !== undefined || entry.legacy === true;
    if (entry.hwcaps !== undefined ? !facts.usesHwcaps : isVariant && !facts.usesLegacy) continue;
    if (!usesDefaults && facts.systemDirectories.some((directory) => entry.path.startsWith(`${directory}/`))) continue;
    const trial = await tryFile(options, toAbsPath(entry.path), program.elf);
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
