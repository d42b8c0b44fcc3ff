import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf } from "../../rootfs/rootfs.ts";
import type { SearchPath } from "./search-path.ts";
import { joinsNamespace } from "./source-text.ts";

/** A module as the import system would load it. */
export interface FoundModule {
  /** Dotted. */
  readonly name: string;
  readonly kind: "source" | "extension" | "bytecode" | "namespace";
  /** Undefined for a namespace package. */
  readonly file: AbsPath | undefined;
  /** `__path__`; empty for what is no package. */
  readonly directories: readonly AbsPath[];
}

export interface ModuleFinder {
  /** The module of a dotted name; its parents are found first, as an import does. Undefined when there is none. */
  find(name: string): Promise<FoundModule | undefined>;
  /** Names of the modules directly inside a package, sorted: all but private ones, or those that begin with `stem`. */
  submodules(module: FoundModule, stem?: string): Promise<readonly string[]>;
}

/** The entries of a directory under one name, in the order in which the import system prefers them. */
interface Candidates {
  isPlain: boolean;
  extension?: string;
  extensionRank?: number;
  source?: string;
  bytecode?: string;
}

/** Finds modules on a search path by the rules of `importlib` (Python reference, 5.5) for an interpreter of `tag`. */
export function moduleFinder(searchPath: SearchPath, tag: string, files: ProcessFiles): ModuleFinder {
  return new PathFinder(searchPath, new DirectoryListings(files, tag));
}

/** The contents of directories, as an import looks at them. */
class DirectoryListings {
  readonly files: ProcessFiles;
  readonly #tag: string;
  readonly #known = new Map<AbsPath, ReadonlyMap<string, Candidates>>();

  constructor(files: ProcessFiles, tag: string) {
    this.files = files;
    this.#tag = tag;
  }

  of(directory: AbsPath): ReadonlyMap<string, Candidates> | Promise<ReadonlyMap<string, Candidates>> {
    return this.#known.get(directory) ?? this.#read(directory);
  }

  async #read(directory: AbsPath): Promise<ReadonlyMap<string, Candidates>> {
    const candidates = candidatesOf(await this.files.names(directory), this.#tag);
    this.#known.set(directory, candidates);
    return candidates;
  }

  /** The module of a name in the first of the directories that has it. */
  async find(directories: readonly AbsPath[], stem: string, name: string): Promise<FoundModule | undefined> {
    const portions: AbsPath[] = [];
    for (const directory of directories) {
      const listed = this.of(directory);
      const candidates = (listed instanceof Promise ? await listed : listed).get(stem);
      if (candidates === undefined) continue;
      if (candidates.isPlain) {
        const inner = childOf(directory, stem);
        const start = fileOf((await this.of(inner)).get("__init__"), inner);
        if (start !== undefined) return { name, ...start, directories: [inner] };
        if (await this.files.isDirectory(inner)) portions.push(inner);
      }
      const module = fileOf(candidates, directory);
      if (module !== undefined) return { name, ...module, directories: [] };
    }
    return portions.length === 0 ? undefined : { name, kind: "namespace", file: undefined, directories: portions };
  }
}

class PathFinder implements ModuleFinder {
  readonly #searchPath: SearchPath;
  readonly #listings: DirectoryListings;
  readonly #found = new Map<string, Promise<FoundModule | undefined>>();
  readonly #joining = new Map<AbsPath, Promise<boolean>>();

  constructor(searchPath: SearchPath, listings: DirectoryListings) {
    this.#searchPath = searchPath;
    this.#listings = listings;
  }

  find(name: string): Promise<FoundModule | undefined> {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const dot = name.lastIndexOf(".");
    const answer = dot < 0 ? this.#findTop(name) : this.#findSubmodule(name, dot);
    this.#found.set(name, answer);
    return answer;
  }

  async submodules(module: FoundModule, stem = ""): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const directory of module.directories) {
      for (const name of (await this.#listings.of(directory)).keys()) {
        // Names that no import statement can have are loaded all the same: `0001_initial` of Django.
        const isMeant = stem === "" ? /^\w+$/u.test(name) && !name.startsWith("__") : name.startsWith(stem);
        if (isMeant) names.add(`${module.name}.${name}`);
      }
    }
    return [...names].sort();
  }

  async #findTop(name: string): Promise<FoundModule | undefined> {
    return this.#orEditable(name, await this.#listings.find(this.#searchPath.directories, name, name));
  }

  async #findSubmodule(name: string, dot: number): Promise<FoundModule | undefined> {
    const parent = await this.find(name.slice(0, dot));
    if (parent === undefined || (parent.directories.length === 0 && parent.kind !== "namespace")) return undefined;
    const stem = name.slice(dot + 1);
    // Tests of what stands in for another package are asked for by each other alone.
    if (/^tests?$/u.test(stem) && this.#searchPath.standIns.has(parent.name)) return undefined;
    const module = await this.#orEditable(name, await this.#listings.find(parent.directories, stem, name));
    if (module !== undefined || !(await this.#joinsOthers(parent))) return module;
    const path = parent.name.replaceAll(".", "/");
    const others = this.#searchPath.directories.map((directory) => childOf(directory, path));
    const joined = others.filter((directory) => !parent.directories.includes(directory));
    return this.#listings.find(joined, stem, name);
  }

  /** Finders of editable installs come after those of the search path, and join the directories of a namespace. */
  async #orEditable(name: string, module: FoundModule | undefined): Promise<FoundModule | undefined> {
    if (module !== undefined && module.kind !== "namespace") return module;
    const { packages, namespaces } = this.#searchPath.editable;
    const location = packages.get(name) ?? this.#searchPath.standIns.get(name)?.location;
    const found =
      location === undefined ? undefined : await this.#listings.find([parentOf(location)], baseName(location), name);
    if (found !== undefined) return found;
    const portions = namespaces.get(name);
    if (portions === undefined) return module;
    const directories = [...new Set([...(module?.directories ?? []), ...portions])];
    return { name, kind: "namespace", file: undefined, directories };
  }

  /** Packages of pkgutil's and setuptools' namespaces join the directories of their name; of the top level, all may. */
  async #joinsOthers(parent: FoundModule): Promise<boolean> {
    if (!parent.name.includes(".")) return true;
    if (parent.kind !== "source" || parent.file === undefined) return parent.kind === "namespace";
    const { file } = parent;
    const known = this.#joining.get(file);
    if (known !== undefined) return known;
    const answer = this.#listings.files.readText(file).then((text) => joinsNamespace(text ?? ""));
    this.#joining.set(file, answer);
    return answer;
  }
}

function candidatesOf(names: ReadonlySet<string>, tag: string): ReadonlyMap<string, Candidates> {
  const byStem = new Map<string, Candidates>();
  for (const name of names) {
    const dot = name.indexOf(".");
    const stem = dot < 0 ? name : name.slice(0, dot);
    const candidates = byStem.get(stem) ?? { isPlain: false };
    const suffix = dot < 0 ? "" : name.slice(dot + 1);
    const rank = extensionRank(suffix, tag);
    if (suffix === "") candidates.isPlain = true;
    else if (suffix === "py") candidates.source = name;
    else if (suffix === "pyc") candidates.bytecode = name;
    else if (rank === undefined) continue;
    else if (candidates.extensionRank === undefined || rank < candidates.extensionRank) {
      candidates.extension = name;
      candidates.extensionRank = rank;
    }
    byStem.set(stem, candidates);
  }
  return byStem;
}

/** The place of a suffix in `importlib.machinery.EXTENSION_SUFFIXES`; undefined when it is not in it. */
function extensionRank(suffix: string, tag: string): number | undefined {
  if (suffix === `${tag}.so` || (suffix.startsWith(`${tag}-`) && suffix.endsWith(".so"))) return 0;
  if (suffix === "abi3.so") return 1;
  return suffix === "so" ? 2 : undefined;
}

function fileOf(
  candidates: Candidates | undefined,
  directory: AbsPath,
): { readonly kind: FoundModule["kind"]; readonly file: AbsPath } | undefined {
  if (candidates?.extension !== undefined) {
    return { kind: "extension", file: childOf(directory, candidates.extension) };
  }
  if (candidates?.source !== undefined) return { kind: "source", file: childOf(directory, candidates.source) };
  if (candidates?.bytecode !== undefined) return { kind: "bytecode", file: childOf(directory, candidates.bytecode) };
  return undefined;
}
