import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { filesBelow } from "../../languages/files-below.ts";
import type { PackageLookup } from "../../languages/system-packages.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { featureBelow, type Gem, type GemIndex } from "./gems.ts";
import { areaOf, type Installation } from "./installation.ts";
import { isGemMaterial } from "./stdlib.ts";

/** Sources that belong to the gem of a source, or to its package of the distribution. */
export class GemSources {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #gems: GemIndex;
  readonly #packages: PackageLookup;
  /** By their names without underscores, of a gem or package. */
  readonly #sources = new Map<string, Map<string, AbsPath[]>>();
  /** Packages of the distribution, and whether they hold Ruby's own library. */
  readonly #ofRuby = new Map<string, boolean>();

  constructor(installation: Installation, packages: PackageLookup) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
    this.#gems = installation.gems;
    this.#packages = packages;
  }

  /** The possible meaning of a name that an installed source computes: its gem, or its package of the distribution. */
  async boundOf(path: AbsPath): Promise<Bound> {
    const gem = this.#gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    const packaged = (await this.isOfRuby(path)) ? undefined : await this.#packages.filesOf(path, this.#files);
    const paths = new Set(packaged?.filter((file) => /\.(?:rb|so)$/u.test(file)));
    if (gem !== undefined) for (const file of await this.#runTimeFiles(gem)) paths.add(file);
    return paths.size === 0 ? { kind: "directory", path: parentOf(path) } : { kind: "paths", paths: [...paths] };
  }

  /**
   * The file of a feature that a source of a gem names in a text, where the gem has it: `register("x",
   * "kit/x_adapter")`.
   */
  async feature(name: string, path: AbsPath): Promise<AbsPath | undefined> {
    const gem = this.#gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    return gem === undefined ? undefined : featureBelow(gem.requirePaths, name, this.#files);
  }

  /**
   * Sources of a gem, or of a package of the distribution, that hold a constant by their names, in whatever directory:
   * `autoload_under "middleware"` has others say where.
   */
  async holding(constant: string, path: AbsPath): Promise<readonly AbsPath[]> {
    const gem = this.#gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    const key = gem?.root ?? (await this.#packages.of((await this.#files.realPath(path)) ?? path))?.name;
    if (key === undefined) return [];
    let index = this.#sources.get(key);
    if (index === undefined) {
      index = new Map<string, AbsPath[]>();
      const files = gem === undefined ? await this.#packages.filesOf(path, this.#files) : await this.#runTimeFiles(gem);
      for (const file of files ?? []) {
        const name = /\/([^/]+)\.rb$/u.exec(file)?.[1]?.replaceAll("_", "").toLowerCase();
        if (name !== undefined) index.set(name, [...(index.get(name) ?? []), file]);
      }
      this.#sources.set(key, index);
    }
    return index.get(constant.toLowerCase()) ?? [];
  }

  /** True for a source in the package of Ruby's own library: gems lie beside that, each of which comes alone. */
  async isOfRuby(path: AbsPath): Promise<boolean> {
    const owner = await this.#packages.of((await this.#files.realPath(path)) ?? path);
    if (owner === undefined) return false;
    const known =
      this.#ofRuby.get(owner.name) ?? owner.files.some((file) => areaOf(this.#installation, file) === "core");
    this.#ofRuby.set(owner.name, known);
    return known;
  }

  async #runTimeFiles({ root, extension }: Gem): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for (const name of extension === undefined ? [] : await objectsBelow(extension, this.#files)) {
      found.push(toAbsPath(name, extension));
    }
    const where = { root: this.#proc.root, files: this.#files, searchPath: [] };
    for await (const path of filesBelow(root, where)) {
      if (!isGemMaterial(path.slice(root.length + 1))) found.push(path);
    }
    return found;
  }
}

/** RubyGems keeps compiled parts twice, and finds those in the directory of extensions first. */
export async function objectsBelow(extension: AbsPath, files: ProcessFiles): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const pending = [extension];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const name of await files.names(at)) {
      const path = childOf(at, name);
      if (name.endsWith(".so")) found.add(path.slice(extension.length + 1));
      else if (!name.includes(".") && (await files.isDirectory(path))) pending.push(path);
    }
  }
  return found;
}
