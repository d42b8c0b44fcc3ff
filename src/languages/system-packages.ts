import type { ProcessContext, SystemPackage } from "../closure/model/closure.ts";
import { isTest } from "../rootfs/file-use.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, parentOf } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";

type Asking = Pick<ProcessContext, "root" | "systemPackage" | "isFirstToTake">;

/** The distribution's packages of the files that a process reaches, each asked for once. */
export class PackageLookup {
  readonly #proc: Asking;
  readonly #byFile = new Map<AbsPath, Promise<SystemPackage | undefined>>();
  readonly #taken = new Set<string>();
  readonly #files = new Map<string, readonly AbsPath[]>();
  readonly #dependencies = new Map<string, ReadonlySet<string>>();

  constructor(proc: Asking) {
    this.#proc = proc;
  }

  /** The package that has a file, by the name that the file has in it: directories above may be links. */
  async of(path: AbsPath): Promise<SystemPackage | undefined> {
    const known = this.#byFile.get(path) ?? this.#proc.systemPackage?.(path) ?? Promise.resolve(undefined);
    this.#byFile.set(path, known);
    return known;
  }

  /** The regular files of the package of a file; undefined where no package has it. */
  async filesOf(path: AbsPath, files: ProcessFiles): Promise<readonly AbsPath[] | undefined> {
    const found = await this.of((await files.realPath(path)) ?? path);
    if (found === undefined) return undefined;
    const known = this.#files.get(found.name);
    if (known !== undefined) return known;
    const regular: AbsPath[] = [];
    for (const file of found.files) if (await files.isFile(file)) regular.push(file);
    this.#files.set(found.name, regular);
    return regular;
  }

  /**
   * The files of the package of a file, the first time that a process of the program asks for one of its files; empty
   * where there is no package. Files that the builder put into the package's own directories are among them, less those
   * that not everybody may read.
   */
  async take(path: AbsPath): Promise<readonly AbsPath[]> {
    const found = await this.of(path);
    if (found === undefined || this.#taken.has(found.name)) return [];
    this.#taken.add(found.name);
    if (this.#proc.isFirstToTake?.(found.name) === false) return [];
    const files = new Set(found.files);
    for (const directory of found.directories) {
      for await (const { path: file, stat } of walk(this.#proc.root, directory)) {
        if (stat.kind === "file" && (stat.mode & 0o004) !== 0 && !isTest(file)) files.add(file);
      }
    }
    return [...files];
  }

  /** True when the package of a file cannot be installed without that of another, or either has no package. */
  async dependsOn(path: AbsPath, other: AbsPath): Promise<boolean> {
    const [own, wanted] = [await this.of(path), await this.of(other)];
    if (own === undefined || wanted === undefined || own.name === wanted.name) return true;
    const known = this.#dependencies.get(own.name) ?? new Set(allDependencies(own).map(({ name }) => name));
    this.#dependencies.set(own.name, known);
    return known.has(wanted.name);
  }

  /**
   * Files in the given directories of the packages that the package of a program depends on: what the maintainer knows
   * the program to load of its language, though no text names it.
   */
  async dependenciesBelow(program: AbsPath, directories: readonly AbsPath[]): Promise<readonly AbsPath[]> {
    const found = await this.of(program);
    const files = found?.dependencies().flatMap((one) => one.files) ?? [];
    return files.filter((file) => {
      for (let path = parentOf(file); path !== "/"; path = parentOf(path)) if (directories.includes(path)) return true;
      return false;
    });
  }
}

/** A package, and all that it depends on, directly or not. */
export function allDependencies(first: SystemPackage): readonly SystemPackage[] {
  const found = new Map([[first.name, first]]);
  const pending = [first];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    for (const dependency of one.dependencies()) {
      if (found.has(dependency.name)) continue;
      found.set(dependency.name, dependency);
      pending.push(dependency);
    }
  }
  return [...found.values()];
}
