import type { DirectoryLister, SearchDirectory } from "./directories.ts";
import type { LoaderFacts } from "./loader-facts.ts";
import type { LoadedObject } from "./objects.ts";
import { expandTokens, type TokenValues } from "./tokens.ts";

/** A directory to look into. `isVariant`: only some machines look there. */
export interface LibraryDirectory {
  readonly directory: SearchDirectory;
  readonly isVariant: boolean;
}

/** The directories of one object's search before the cache and the system directories. */
export interface SearchPath {
  /** The directories as they are written, for messages. */
  readonly texts: readonly string[];
  /** Those that exist, with the subdirectories that come before each. */
  readonly directories: readonly LibraryDirectory[];
}

/** Directories at most on one object's search path; real ones have ten. */
const directoryLimit = 4096;

/** A directory by its text. */
interface Element {
  readonly text: string;
  readonly isVariant: boolean;
}

/**
 * The search path of an object: DT_RPATH of the whole chain, LD_LIBRARY_PATH, its own DT_RUNPATH (ld.so(8)). Undefined
 * when it is longer than any honest one.
 */
export async function searchPathOf(
  requester: LoadedObject,
  around: {
    readonly program: LoadedObject;
    readonly facts: LoaderFacts;
    readonly libraryPath: string | undefined;
    existingDirectories(elements: readonly Element[]): Promise<readonly LibraryDirectory[]>;
  },
): Promise<SearchPath | undefined> {
  const { program, facts, libraryPath } = around;
  const valuesOf = (object: LoadedObject): TokenValues => ({
    ORIGIN: object.origin,
    LIB: facts.lib,
    PLATFORM: facts.platforms,
  });
  const elements = new Map<string, Element>();
  const add = (path: string | undefined, object: LoadedObject, separator: string | RegExp) => {
    for (const element of elementsOf(path, valuesOf(object), separator)) {
      const key = `${element.isVariant ? "+" : "-"}${element.text}`;
      if (!elements.has(key)) elements.set(key, element);
    }
    return elements.size <= directoryLimit;
  };
  for (const object of rpathChain(requester, program)) if (!add(object.elf.rpath, object, ":")) return undefined;
  if (!add(libraryPath, program, /[:;]/u) || !add(requester.elf.runpath, requester, ":")) return undefined;
  const ordered = [...elements.values()];
  return { texts: ordered.map(({ text }) => text), directories: await around.existingDirectories(ordered) };
}

/**
 * The objects whose DT_RPATH counts: the requester, what loaded it and so on, and the program; none behind a
 * DT_RUNPATH.
 */
function rpathChain(requester: LoadedObject, program: LoadedObject): readonly LoadedObject[] {
  if (requester.elf.runpath !== undefined) return [];
  const chain: LoadedObject[] = [];
  for (let object: LoadedObject | undefined = requester; object !== undefined; object = object.parent) {
    if (object.elf.runpath === undefined && object.elf.rpath !== undefined) chain.push(object);
  }
  if (!chain.includes(program) && program.elf.runpath === undefined) chain.push(program);
  return chain;
}

/** Splits a search path; an empty element is the working directory, an empty path is none. */
function elementsOf(path: string | undefined, values: TokenValues, separator: string | RegExp): readonly Element[] {
  if (path === undefined || path === "") return [];
  return path.split(separator).flatMap((element) => {
    const texts = element === "" ? ["."] : expandTokens(element, values);
    return texts.map((text, index) => ({ text, isVariant: index < texts.length - 1 }));
  });
}

/** The directories among `elements` that exist, each after the subdirectories that the loader tries before it. */
export async function existingDirectories(
  elements: readonly Element[],
  around: { readonly facts: LoaderFacts; readonly list: DirectoryLister; readonly workdir: string },
): Promise<readonly LibraryDirectory[]> {
  const { facts, list, workdir } = around;
  const directories: LibraryDirectory[] = [];
  for (const { text, isVariant } of elements) {
    const directory = await list(text.startsWith("/") ? text : `${workdir}/${text}`);
    if (directory === undefined) continue;
    const add = async (subdirectory: string, isForSome: boolean) => {
      const below = await list(`${directory.text}/${subdirectory}`);
      if (below !== undefined) directories.push({ directory: below, isVariant: isForSome || isVariant });
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
    directories.push({ directory, isVariant });
  }
  return directories;
}

/** Every nesting of the older subdirectories, longest first: `tls/haswell/x86_64` before `tls/haswell` before `tls`. */
function legacyOrder(facts: LoaderFacts): readonly string[] {
  const [tls = "tls", ...always] = facts.legacyAlways;
  const ordered = [tls, ...facts.legacyMaybe, ...always];
  return Array.from({ length: 2 ** ordered.length - 1 }, (_, index) => {
    const bits = 2 ** ordered.length - 1 - index;
    return ordered.filter((_name, at) => (bits & (1 << (ordered.length - 1 - at))) !== 0).join("/");
  });
}
