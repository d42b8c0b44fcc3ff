import { type ProcessContext, type Runtime, scriptOfArguments, type Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { zonesNeed } from "../../dlopen/zones-need.ts";
import { wordsOfSettings } from "../../languages/application-settings.ts";
import { findBeside } from "../../languages/beside-source.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { filesBelow } from "../../languages/files-below.ts";
import type { Because } from "../../languages/needs.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { indexPackages, type TclPackages } from "./packages.ts";
import { findTclPaths, pathsIn, type TclPaths } from "./search-path.ts";
import { type RequiredPackage, scanTcl, type TclScan } from "./source-scan.ts";
import { commandCodeOf, packageWordsIn, tclCalls } from "./started-programs.ts";

export async function startTcl(proc: ProcessContext): Promise<Runtime> {
  const files = processFiles(proc.root);
  const paths = await findTclPaths(proc, files);
  return new TclRuntime({ proc, files, paths, packages: await indexPackages(paths, files) });
}

/** The facts of a Tcl process before any source is read. */
interface Installation {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly paths: TclPaths;
  readonly packages: TclPackages;
}

class TclRuntime implements Runtime {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #paths: TclPaths;
  readonly #packages: TclPackages;
  readonly #distribution: PackageLookup;
  readonly #script: string | undefined;
  readonly #loaded = new Set<AbsPath>();
  readonly #done = new Set<string>();
  readonly #programs: DependencyPrograms;
  /** Words of the application's sources, and of its settings once one requires what only the run tells. */
  readonly #words = new Set<string>();
  #requiresAny = false;
  #hasSettings = false;
  /** Directories that variables of its sources hold, and the paths that its sources begin with such. */
  readonly #homes = new Set<AbsPath>();
  readonly #joined: { readonly path: AbsPath; readonly lists: TclScan["joined"] }[] = [];
  readonly #missing: { readonly path: AbsPath; readonly required: RequiredPackage }[] = [];

  constructor({ proc, files, paths, packages }: Installation) {
    this.#proc = proc;
    this.#files = files;
    this.#paths = paths;
    this.#packages = packages;
    this.#distribution = new PackageLookup(proc);
    this.#script = scriptOf(proc.args);
    this.#programs = new DependencyPrograms({ proc, files });
  }

  async *start(): AsyncIterable<Yield> {
    const [own] = this.#paths.libraries;
    if (own === undefined) {
      yield { finding: withoutLibrary(this.#proc.program) };
      return;
    }
    for (const directory of this.#paths.libraries) yield* this.#libraryNeeds(directory);
    if (this.#proc.prune === "none") {
      for (const directory of this.#packages.directories()) yield* this.#packageNeeds(directory, true);
    }
    if (this.#script !== undefined)
      yield this.#moduleNeed(this.#pathOf(this.#script), {
        evidence: "proved",
        why: scriptOfArguments,
      });
    for (const path of this.#proc.entries)
      yield this.#moduleNeed(path, { evidence: "proved", why: "is an entry of the application" });
    yield* this.#applicationNeeds();
  }

  /** Sources of the application, which another may load by a name that the run tells. */
  async *#applicationNeeds(): AsyncIterable<Yield> {
    const { appRoot, root } = this.#proc;
    if (appRoot === undefined || appRoot === "/") return;
    for await (const path of filesBelow(appRoot, { root, files: this.#files, searchPath: [] })) {
      if (/\.(?:tcl|tm|tk|itcl)$/u.test(path) && baseName(path) !== "pkgIndex.tcl")
        yield this.#moduleNeed(path, { evidence: "string", why: "may load it by its place" });
    }
  }

  /** The scripts of Tcl and Tk themselves; encodings, messages and zones lie below them. */
  async *#libraryNeeds(directory: AbsPath): AsyncIterable<Yield> {
    if (this.#done.has(directory)) return;
    this.#done.add(directory);
    const isReachable = this.#proc.stdlib === "reachable";
    for await (const { path, stat } of walk(this.#proc.root, (await this.#files.realPath(directory)) ?? directory)) {
      if (stat.kind !== "file" && stat.kind !== "symlink") continue;
      const relative = path.slice(((await this.#files.realPath(directory)) ?? directory).length + 1);
      if (this.#proc.stdlib !== "full" && /\.[ch]$|^demos\//u.test(relative)) continue;
      if (isReachable && /^(?:encoding|msgs|tzdata|tcl\d|opt|http)/u.test(relative)) continue;
      yield this.#fileNeed(childOf(directory, relative), { evidence: "rule", why: "has it in its script library" });
    }
    // Its existence alone says where encodings are.
    yield {
      need: {
        path: childOf(directory, "encoding"),
        role: "file",
        evidence: "rule",
        why: "looks for encodings in it",
        optional: true,
      },
    };
  }

  async *#partNeeds(part: string, why: string): AsyncIterable<Yield> {
    const [own] = this.#paths.libraries;
    if (own === undefined || this.#done.has(part) || this.#proc.stdlib !== "reachable") return;
    this.#done.add(part);
    yield {
      need: { path: childOf(own, part), role: "tree", evidence: "rule", why, optional: true, layer: "interpreter" },
    };
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    if (this.#paths.autoPath.some((directory) => isWithin(path, directory))) yield* this.#distributionNeeds(path);
    if (!/\.(?:tcl|tm|test|tk|exp|itcl)$/u.test(path) && !this.#loaded.has(path)) return;
    const text = baseName(path) === "pkgIndex.tcl" ? undefined : await this.#files.readSource(path);
    if (text === undefined) return;
    const scan = scanTcl(text);
    const base = parentOf(path);
    const isInstalled = this.#paths.autoPath.some((directory) => isWithin(path, directory));
    for (const directory of scan.directories)
      await this.#packages.add(toAbsPath(directory, directory.startsWith("./") ? base : this.#proc.workdir));
    for (const required of scan.packages) {
      const isFound = yield* this.#requiredNeeds(required);
      if (!isFound && required.isCertain && !isInstalled) this.#missing.push({ path, required });
    }
    for (const file of scan.files) {
      const target = toAbsPath(file, file.startsWith("./") ? base : this.#proc.workdir);
      if (await this.#files.isFile(target))
        yield* this.#partOf(target, { evidence: "proved", why: `loads ${file}` }, true);
    }
    for (const { line, what, isBeside } of scan.computed) {
      const bound: Bound = isBeside ? { kind: "directory", path: base } : await this.#ownBound(path);
      yield { unknown: { kind: "computed-name", line, what, bound } };
    }
    const isOwn = !isInstalled && (await this.#distribution.filesOf(path, this.#files)) === undefined;
    if (isOwn) {
      for (const home of scan.homes) this.#homes.add(toAbsPath(home, base));
      this.#joined.push({ path, lists: scan.joined });
      for (const word of packageWordsIn(text)) this.#words.add(word);
      this.#requiresAny ||= scan.computed.some(({ what }) => what.startsWith("package"));
    }
    // Whole libraries ship of which one module is asked for: what the others start is not.
    const isStarted = this.#script !== undefined && path === this.#pathOf(this.#script);
    const starting = { path, syntax: tclCalls, isApp: isOwn };
    const started = isOwn || isStarted ? await this.#programs.startedBy(commandCodeOf(text), starting) : [];
    for (const one of started) yield { from: path, ...one };
    if (scan.usesZones) {
      yield { need: zonesNeed };
      yield* this.#partNeeds("tzdata", "looks up time zones");
    }
    if (scan.usesDates) yield* this.#dateNeeds();
    if (scan.usesEncodings) yield* this.#partNeeds("encoding", "converts by it");
    if (scan.usesLocales) yield* this.#partNeeds("msgs", "has dates of a language in it");
  }

  /** What a source means with a name of which nothing is known: something of its package, or of the application. */
  async #ownBound(path: AbsPath): Promise<Bound> {
    const { appRoot } = this.#proc;
    if (appRoot !== undefined && appRoot !== "/" && isWithin(path, appRoot))
      return { kind: "directory", path: appRoot };
    const packaged = await this.#distribution.filesOf(path, this.#files);
    if (packaged !== undefined) return { kind: "paths", paths: packaged };
    const isInstalled = this.#paths.autoPath.some((directory) => directory !== "/" && isWithin(path, directory));
    return isInstalled ? { kind: "directory", path: parentOf(path) } : { kind: "anything" };
  }

  /** All that the distribution's package of a source has for running. */
  async *#distributionNeeds(path: AbsPath): AsyncIterable<Yield> {
    const [own] = this.#paths.libraries;
    if (this.#proc.prune === "reachable" || (own !== undefined && isWithin(path, own))) return;
    for (const file of await this.#distribution.take((await this.#files.realPath(path)) ?? path)) {
      if (!(await this.#files.isFile(file))) continue;
      const because: Because = { evidence: "package", why: `has it in the package of ${baseName(path)}` };
      yield* this.#partOf(file, because);
    }
  }

  /** The scripts of `clock` are loaded on its first use; what they require lies elsewhere in the library. */
  async *#dateNeeds(): AsyncIterable<Yield> {
    const [own] = this.#paths.libraries;
    const clock = own === undefined ? undefined : childOf(own, "clock.tcl");
    if (clock === undefined || this.#done.has(clock) || !(await this.#files.isFile(clock))) return;
    this.#done.add(clock);
    for (const required of scanTcl((await this.#files.readText(clock)) ?? "").packages)
      yield* this.#requiredNeeds(required);
  }

  async *#requiredNeeds(
    { name, line }: RequiredPackage,
    why = `requires ${name} (line ${line})`,
  ): AsyncGenerator<Yield, boolean> {
    if (/^(?:Tcl|tcl::zlib|TclOO|zlib|tcl::oo)$/u.test(name)) return true;
    const found = this.#packages.find(name);
    for (const { directory, files: own, isModule } of found) {
      const because: Because = { evidence: line === 0 ? "string" : "proved", why };
      for (const path of own) if (await this.#files.isFile(path)) yield* this.#partOf(path, because);
      if (!isModule) yield* this.#packageNeeds(directory, this.#proc.prune !== "reachable");
    }
    // A program that is linked with a package's library has it without an index.
    const isLinked = this.#proc.elf?.needed.some((soname) => soname.startsWith(`lib${name.toLowerCase()}`));
    return found.length > 0 || isLinked === true;
  }

  /** A package with its index, and the indexes around it, which lead to it. */
  async *#packageNeeds(directory: AbsPath, isWhole: boolean): AsyncIterable<Yield> {
    if (this.#done.has(`package ${directory}`)) return;
    this.#done.add(`package ${directory}`);
    for (const path of this.#packages.indexesAround(directory)) {
      yield this.#fileNeed(path, { evidence: "rule", why: "finds packages by it" });
    }
    if (!isWhole) return;
    const others = new Set(this.#packages.directories());
    others.delete(directory);
    for await (const { path, stat } of walk(this.#proc.root, directory, (one) => !others.has(one))) {
      if (stat.kind === "file" && !others.has(path))
        yield* this.#partOf(path, { evidence: "rule", why: `needs ${baseName(directory)}, to which it belongs` });
    }
  }

  /** Libraries bring scripts of their own, as that of Tk does. */
  async *#partOf(path: AbsPath, because: Because, isSource = /\.(?:tcl|tm)$/u.test(path)): AsyncIterable<Yield> {
    if (!/\.so(?:\.[\d.]+)?$/u.test(path)) {
      yield this.#moduleNeed(path, because, isSource);
      return;
    }
    // A package for several versions of Tcl has a library for each.
    const version = /\/libtcl(9)/u.exec(path)?.[1];
    if (version !== undefined && !(this.#paths.libraries[0] ?? "").includes("tcl9")) return;
    yield { need: { path, role: "object", ...because, ...this.#layerOf(path) } };
    for (const text of await pathsIn(path, this.#files)) {
      const directory = toAbsPath(text);
      if ((await this.#files.names(directory)).has("tk.tcl")) yield* this.#libraryNeeds(directory);
    }
  }

  /** A package of a computed name is one that the application names, in its sources or its settings. */
  async *settle(): AsyncIterable<Yield> {
    yield* this.#joinedNeeds();
    if (this.#requiresAny) yield* this.#readSettings();
    for (const name of this.#requiresAny ? this.#words : []) {
      if (this.#done.has(`word ${name}`) || this.#packages.find(name).length === 0) continue;
      this.#done.add(`word ${name}`);
      yield* this.#requiredNeeds({ name, line: 0, isCertain: false }, `names ${name}`);
    }
    for (const { path, required } of this.#missing.splice(0)) {
      const isFound = yield* this.#requiredNeeds(required);
      if (!isFound) yield { finding: missingPackage(path, required), from: path };
    }
  }

  /** Data that sources find from their own places, or from directories that others keep in variables. */
  async *#joinedNeeds(): AsyncIterable<Yield> {
    for (const { path, lists } of this.#joined) {
      const key = `joined ${path} ${this.#homes.size}`;
      if (this.#done.has(key)) continue;
      this.#done.add(key);
      for (const one of await findBeside(path, { files: this.#files, lists, bases: [...this.#homes] })) {
        const bound = { kind: "directory", path: one.path } as const;
        if (one.isDirectory)
          yield { unknown: { kind: "listed-directory", what: `"${one.written}"`, bound }, from: path };
        else
          yield {
            ...this.#moduleNeed(
              one.path,
              { evidence: "string", why: `finds ${one.written} from its own place` },
              false,
            ),
            from: path,
          };
      }
    }
  }

  async *#readSettings(): AsyncIterable<Yield> {
    if (this.#hasSettings) return;
    this.#hasSettings = true;
    const { args, env } = this.#proc;
    for (const text of [...args, ...Object.values(env)]) for (const word of packageWordsIn(text)) this.#words.add(word);
    const found = yield* wordsOfSettings({ proc: this.#proc, files: this.#files }, packageWordsIn);
    for (const word of found) this.#words.add(word);
  }

  #pathOf(text: string): AbsPath {
    return toAbsPath(text, this.#proc.workdir);
  }

  #moduleNeed(path: AbsPath, because: Because, isSource = true): Yield {
    if (isSource) this.#loaded.add(path);
    return { need: { path, role: isSource ? "module" : "file", ...because, ...this.#layerOf(path) } };
  }

  #fileNeed(path: AbsPath, because: Because): Yield {
    return { need: { path, role: "file", ...because, layer: "interpreter" } };
  }

  #layerOf(path: AbsPath): { readonly layer?: "dependencies" } {
    return this.#paths.autoPath.some((directory) => directory !== "/" && isWithin(path, directory))
      ? { layer: "dependencies" }
      : {};
  }
}

/** The script of tclsh(1) and wish(1), or of `expect -f`. */
export function scriptOf(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "--") return args[index + 1];
    if (/^-(?:encoding|c|D|colormap|display|geometry|name|use|visual)$/u.test(word)) index++;
    else if (word === "-f" || word === "-b") return args[index + 1];
    else if (word !== "-" && !word.startsWith("-")) return word;
  }
  return undefined;
}

function withoutLibrary(program: AbsPath) {
  return {
    severity: "error",
    code: "TCL_LIBRARY_MISSING",
    path: program,
    message: `cannot find the scripts of ${program}: no directory that is compiled into its library holds init.tcl`,
    hint: "install the whole interpreter in the builder, or set TCL_LIBRARY",
  } as const;
}

function missingPackage(path: AbsPath, { name, line }: RequiredPackage) {
  return {
    severity: "warning",
    code: "MODULE_MISSING",
    path,
    message: `cannot find module ${name}: required at ${path}:${line}, no index of auto_path and no Tcl module has it`,
    hint: "install it in the builder, or set TCLLIBPATH",
  } as const;
}
