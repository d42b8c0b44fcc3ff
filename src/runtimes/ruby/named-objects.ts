import type { PackageLookup } from "../../languages/system-packages.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { objectsBelow } from "./gem-sources.ts";
import type { Gem, GemIndex } from "./gems.ts";

/**
 * Compiled libraries of the gem or package of a source, which it names without directory and ending:
 * `Loader.find("kit-ext")` is in `ext/x86_64-linux/libkit-ext.so`.
 */
export class NamedObjects {
  readonly #gems: GemIndex;
  readonly #files: ProcessFiles;
  readonly #packages: PackageLookup;
  /** By their bare names, of a gem or package. */
  readonly #known = new Map<string, Promise<ReadonlyMap<string, AbsPath>>>();

  constructor(gems: GemIndex, files: ProcessFiles, packages: PackageLookup) {
    this.#gems = gems;
    this.#files = files;
    this.#packages = packages;
  }

  /** Those that words of a source name. */
  async among(words: readonly string[], path: AbsPath): Promise<readonly AbsPath[]> {
    if (words.length === 0) return [];
    const objects = await this.#objectsNear(path);
    return objects.size === 0 ? [] : words.flatMap((word) => objects.get(word) ?? []);
  }

  async #objectsNear(path: AbsPath): Promise<ReadonlyMap<string, AbsPath>> {
    const gem = this.#gems.all.find((one) => !one.isDefault && one.root !== "/" && isWithin(path, one.root));
    const owner = gem === undefined ? await this.#packages.of((await this.#files.realPath(path)) ?? path) : undefined;
    const key = gem?.root ?? owner?.name;
    if (key === undefined) return new Map();
    const known = this.#known.get(key) ?? this.#named(gem === undefined ? (owner?.files ?? []) : await this.#of(gem));
    this.#known.set(key, known);
    return known;
  }

  async #of({ root, extension }: Gem): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for (const directory of [extension, toAbsPath("ext", root), toAbsPath("lib", root)]) {
      if (directory === undefined || !(await this.#files.isDirectory(directory))) continue;
      for (const name of await objectsBelow(directory, this.#files)) found.push(toAbsPath(name, directory));
    }
    return found;
  }

  /** What is a feature of Ruby's own is loaded by `require`; a library has `lib` before its name. */
  async #named(files: Iterable<AbsPath>): Promise<ReadonlyMap<string, AbsPath>> {
    const found = new Map<string, AbsPath>();
    for (const path of files) {
      const [, whole, name] = /^(lib([\w.+-]+?))\.so(?:\.[\d.]+)?$/u.exec(baseName(path)) ?? [];
      if (whole === undefined || name === undefined || found.has(name) || !(await this.#files.isFile(path))) continue;
      found.set(name, path).set(whole, path);
    }
    return found;
  }
}

/** `HTTPClient` is in `http_client`, as libraries name their files. */
export function fileNameOf(constant: string): string {
  return constant
    .replace(/(?<![A-Z\d])([A-Z\d]+)([A-Z][a-z])/gu, "$1_$2")
    .replace(/([a-z\d])([A-Z])/gu, "$1_$2")
    .toLowerCase();
}
