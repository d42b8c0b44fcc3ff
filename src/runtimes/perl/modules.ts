import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { roleOfPackaged } from "../../languages/linked-directory.ts";
import type { Because } from "../../languages/needs.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";

/** Functions of Perl's own library that load a module, or run a text that does. */
const loadingFunctions = [
  "Perl_load_module",
  "Perl_load_module_nocontext",
  "Perl_require_pv",
  "Perl_eval_pv",
  "Perl_eval_sv",
] as const;

/** Finds modules on `@INC` and brings them with what belongs to them. */
export class Modules {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #emitter: Emitter;
  readonly #packages: PackageLookup;
  readonly #reached = new Map<string, Promise<boolean>>();
  /** Names that no directory has, with the number of directories of that time. */
  readonly #absent = new Map<string, number>();
  #directories: readonly AbsPath[];

  constructor(installation: Installation, emitter: Emitter) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
    this.#emitter = emitter;
    this.#packages = new PackageLookup(installation.proc);
    this.#directories = installation.path.directories;
  }

  /** `@INC` as it is known by now: sources add to it. */
  directories(): readonly AbsPath[] {
    return this.#directories;
  }

  /** Puts directories before all others. */
  add(directories: readonly AbsPath[]): void {
    this.#directories = [...new Set([...directories, ...this.#directories])];
  }

  /** True for a module that came along. */
  async has(name: string): Promise<boolean> {
    return (await this.#reached.get(name)) === true;
  }

  /** Files below a module's own name other than modules: it runs them by names that only the run tells. */
  async reachRun(name: string): Promise<void> {
    const own = name.replaceAll("::", "/");
    for (const directory of this.#directories) {
      for (const file of await this.#files.names(toAbsPath(own, directory)))
        if (file.endsWith(".pl"))
          await this.reachFile(`${own}/${file}`, { evidence: "rule", why: `runs files of ${own}` });
    }
  }

  /** False when no directory has the module. */
  async reach(name: string, because: Because): Promise<boolean> {
    const { length } = this.#directories;
    if (this.#absent.get(name) === length) return false;
    const known = await this.#reached.get(name);
    if (known === true) return true;
    const answer = this.#reachModule(name, because);
    this.#reached.set(name, answer);
    if (await answer) return true;
    this.#absent.set(name, length);
    return false;
  }

  /** The data that a distribution or a module installed for File::ShareDir(3pm). */
  async reachShare(name: string): Promise<void> {
    const because: Because = { evidence: "rule", why: `has it as data of ${name}` };
    for (const directory of this.#directories) {
      for (const kind of ["dist", "module"]) {
        const path = toAbsPath(`auto/share/${kind}/${name.replaceAll("::", "-")}`, directory);
        if (!(await this.#files.isDirectory(path))) continue;
        await this.#emitter.directory(path, { keeps: () => true, role: "file", because });
      }
    }
  }

  /** Directories that hold the data of distributions. */
  async shares(): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for (const directory of this.#directories) {
      const path = childOf(directory, "auto/share");
      if (await this.#files.isDirectory(path)) found.push(path);
    }
    return found;
  }

  /**
   * All that the package of a module has for running, wherever the distribution put it. False where no package has the
   * module.
   */
  async reachPackage(path: AbsPath): Promise<boolean> {
    const real = (await this.#files.realPath(path)) ?? path;
    if ((await this.#packages.of(real)) === undefined) return false;
    for (const file of await this.#packages.take(real)) {
      const role = await roleOfPackaged(file, { root: this.#proc.root, files: this.#files });
      if (role === undefined) continue;
      this.#emitter.file(file, role, {
        evidence: "package",
        why: `has it in the package of ${baseName(path)}`,
      });
    }
    return true;
  }

  /** True when one package of the distribution has a source and a module. */
  async isOfSamePackage(source: AbsPath, name: string): Promise<boolean> {
    const path = await this.#locate(`${name.replaceAll("::", "/")}.pm`);
    if (path === undefined) return false;
    const from = await this.#packages.of((await this.#files.realPath(source)) ?? source);
    const to = await this.#packages.of((await this.#files.realPath(path)) ?? path);
    return from !== undefined && from.name === to?.name;
  }

  /**
   * True when the module may come with a source that only has its name in a string: what the source's package depends
   * on.
   */
  async isDependency(source: AbsPath, name: string): Promise<boolean> {
    const path = await this.#locate(`${name.replaceAll("::", "/")}.pm`);
    if (path === undefined) return false;
    const [from, to] = [await this.#files.realPath(source), await this.#files.realPath(path)];
    return this.#packages.dependsOn(from ?? source, to ?? path);
  }

  /** The modules that a module with computed names could load: those below its name, else those beside it. */
  async boundOf(path: AbsPath): Promise<Bound> {
    const packaged = await this.#packages.filesOf(path, this.#files);
    const isLoaded = (file: AbsPath): boolean =>
      !file.endsWith(".pod") && this.#directories.some((directory) => isWithin(file, directory));
    const own = packaged?.filter(isLoaded);
    if (own !== undefined) return { kind: "paths", paths: own };
    const below = toAbsPath(path.replace(/\.\w+$/u, ""));
    if (below !== path && (await this.#files.isDirectory(below))) return { kind: "directory", path: below };
    const beside = parentOf(path);
    return this.#directories.includes(beside) ? { kind: "paths", paths: [path] } : { kind: "directory", path: beside };
  }

  /** The same as `reach` for a file that is named as it is, such as `sys/socket.ph`. */
  async reachFile(name: string, because: Because): Promise<boolean> {
    const path = name.startsWith("/") ? toAbsPath(name) : await this.#locate(name.replace(/^\.\//u, ""));
    if (path === undefined || !(await this.#files.isFile(path))) return false;
    this.#emitter.file(path, "module", because);
    return true;
  }

  async #locate(relative: string): Promise<AbsPath | undefined> {
    // Applications often add their own directories by means that nobody reads.
    const own =
      this.#proc.appRoot === undefined
        ? []
        : ["", "/lib", "/local/lib/perl5"].map((part) => `${this.#proc.appRoot}${part}`);
    for (const directory of [...this.#directories, ...own]) {
      const path = childOf(toAbsPath(directory), relative);
      if (await this.#files.isFile(path)) return path;
    }
    return undefined;
  }

  async #reachModule(name: string, because: Because): Promise<boolean> {
    const relative = `${name.replaceAll("::", "/")}.pm`;
    const path = await this.#locate(relative);
    if (path === undefined) return false;
    this.#emitter.file(path, "module", because);
    const root = path.slice(0, -relative.length - 1);
    await this.#reachCompiled(name, path);
    if (areaOf(this.#installation, path) !== "site") return true;
    await this.#reachDataBeside(path, toAbsPath(root));
    await this.#reachRest(name, path);
    return true;
  }

  /**
   * The files that XSLoader and AutoLoader look for below `auto` beside the module, and DynaLoader in the first
   * directory of the path that has it. Other directories may hold the same for another version of the module.
   */
  async #reachCompiled(name: string, path: AbsPath): Promise<void> {
    const parts = name.split("::");
    const root = toAbsPath(path.slice(0, -`${parts.join("/")}.pm`.length));
    const compiled = async (directory: AbsPath): Promise<readonly AbsPath[]> => {
      const own = childOf(directory, `auto/${parts.join("/")}`);
      const names = [...(await this.#files.names(own))].filter((file) => /\.(?:so|al|ix|bs)$/u.test(file));
      return names.map((file) => childOf(own, file));
    };
    const beside = await compiled(root);
    let first: readonly AbsPath[] = [];
    for (const directory of this.#directories) {
      first = await compiled(directory);
      if (first.length > 0) break;
    }
    for (const file of new Set([...beside, ...first])) {
      const isObject = file.endsWith(".so");
      const why = isObject ? "has it as its compiled part" : "loads it on its first use";
      this.#emitter.file(file, isObject ? "file" : "module", { evidence: "rule", why: `${why} (${baseName(path)})` });
      if (isObject) await this.#reachNamesIn(file);
    }
  }

  /**
   * Compiled parts load modules too, by names in their strings: `load_module(0, "XS::Parse::Keyword")`, and code,
   * `eval_pv("require 'Coro/jit.pl'")`.
   */
  async #reachNamesIn(file: AbsPath): Promise<void> {
    const elf = await this.#proc.readElf(file);
    if (elf === undefined || !loadingFunctions.some((name) => elf.importedSymbols.has(name))) return;
    for (const text of await elf.strings()) {
      const name = /^(?:(?:require|use)[ \t]+)?([A-Z]\w*(?:::\w+){1,20})(?:[;(\s]|$)/u.exec(text)?.[1];
      const code = /^[ \t;]{0,20}(?:do|require)[ \t]{1,20}["']([\w./-]{1,200}\.p[hlm])["']/u.exec(text)?.[1];
      if (code !== undefined)
        await this.reachFile(code, { evidence: "string", why: `names ${code} (${baseName(file)})` });
      // Two may name each other: who is being looked at is not waited for.
      if (name === undefined || this.#reached.has(name)) continue;
      await this.reach(name, { evidence: "string", why: `names ${name} (${baseName(file)})` });
    }
  }

  /**
   * Tables and templates that a module finds from its own path; what lies at the top of `@INC` belongs to nobody in
   * particular.
   */
  async #reachDataBeside(path: AbsPath, root: AbsPath): Promise<void> {
    const directory = parentOf(path);
    if (directory === root) return;
    for (const name of await this.#files.names(directory)) {
      const data = childOf(directory, name);
      if (/\.(?:pm|pl|pod|t|PL|xs|h|c|ph|so|packlist)$/u.test(name) || !(await this.#files.isFile(data))) continue;
      this.#emitter.file(data, "module", { evidence: "rule", why: `may be read by ${baseName(path)}` });
    }
  }

  /**
   * Of a distribution whose main module is used, all modules below its name may be loaded by name; its data are read by
   * its name.
   */
  async #reachRest(name: string, path: AbsPath): Promise<void> {
    if (this.#proc.prune === "reachable") return;
    await this.reachShare(name);
    if (await this.reachPackage(path)) return;
    const because: Because = { evidence: "rule", why: `may be loaded by ${name}` };
    const below = childOf(parentOf(path), baseName(path).slice(0, -3));
    if (await this.#files.isDirectory(below)) {
      await this.#emitter.directory(below, { keeps: (one) => !/\.(?:pod|t)$/u.test(one), role: "module", because });
    }
  }
}
