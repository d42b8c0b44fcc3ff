import type { Evidence, Need, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { scriptOfArguments } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { zonesNeed } from "../../dlopen/zones-need.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { evaluatedFiles } from "../../languages/evaluated-files.ts";
import { roleOfPackaged } from "../../languages/linked-directory.ts";
import { messageCatalogues } from "../../languages/message-catalogues.ts";
import { OpenedLibraries } from "../../languages/opened-libraries.ts";
import { isScriptOf } from "../../languages/started-script.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { unreadFile } from "../../languages/unread-file.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import { walk } from "../../rootfs/walk.ts";
import { type ClassMap, createClassMap, withoutClasses } from "./class-map.ts";
import type { PhpCommand } from "./command-line.ts";
import { readComposer } from "./composer.ts";
import { missingInclude } from "./findings.ts";
import { librariesOf, opensLibraries } from "./foreign-functions.ts";
import { readFpm } from "./fpm.ts";
import { IncludePathClasses } from "./include-path-classes.ts";
import { Includes, type Statement } from "./includes.ts";
import type { CompiledPaths, PhpSettings } from "./ini.ts";
import { linkedSources } from "./linked-sources.ts";
import { isConfiguration, namedNeeds, roleOfData } from "./named-needs.ts";
import { isPlaced } from "./placed-source.ts";
import { SettingNeeds } from "./setting-needs.ts";
import {
  beginsAsPhp,
  codeOf,
  commandsOf,
  directoriesIn,
  type PhpScan,
  phpEvaluation,
  scanPhp,
  sourceName,
  sourcesIn,
} from "./source-scan.ts";
import { appCalls, needsOfCalls, phpCalls } from "./started-programs.ts";

interface PhpProcess {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly command: PhpCommand;
  readonly compiled: CompiledPaths;
  readonly settings: PhpSettings;
  readonly sapi: "cli" | "fpm" | "cgi";
}

/** The run-time of one PHP process. */
export class PhpRuntime implements Runtime {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #command: PhpCommand;
  readonly #compiled: CompiledPaths;
  readonly #settings: PhpSettings;
  readonly #sapi: PhpProcess["sapi"];
  readonly #loaded = new Set<AbsPath>();
  readonly #groups = new Set<string>();
  readonly #workdir: AbsPath;
  readonly #script: AbsPath | undefined;
  readonly #classMap: ClassMap | undefined;
  readonly #packages: PackageLookup;
  readonly #includes: Includes;
  readonly #includePathClasses: IncludePathClasses;
  readonly #ini: SettingNeeds;
  readonly #libraries: OpenedLibraries;
  readonly #programs: DependencyPrograms;
  /** Statements whose names may be told by sources that come later. */
  readonly #waiting: Statement[] = [];
  readonly #waitingPlaces: { readonly expression: string; readonly scan: PhpScan; readonly source: AbsPath }[] = [];

  constructor({ proc, files, command, compiled, settings, sapi }: PhpProcess) {
    this.#proc = proc;
    this.#files = files;
    this.#command = command;
    this.#compiled = compiled;
    this.#settings = settings;
    this.#sapi = sapi;
    this.#workdir = proc.workdir;
    this.#script = command.script === undefined ? undefined : toAbsPath(command.script, proc.workdir);
    this.#classMap = proc.prune === "reachable" ? createClassMap() : undefined;
    this.#packages = new PackageLookup(proc);
    this.#includePathClasses = new IncludePathClasses(files);
    this.#includes = new Includes(
      { proc, files, includePath: settings.includePath, classes: this.#includePathClasses },
      this.#packages,
      this.#classMap,
    );
    this.#programs = new DependencyPrograms({ proc, files });
    this.#libraries = new OpenedLibraries({ proc, files, opens: opensLibraries });
    this.#ini = new SettingNeeds({ proc, files, settings, loaded: this.#loaded });
  }

  async *start(): AsyncIterable<Yield> {
    const because = { role: "file", evidence: "declared", optional: true } as const;
    for (const path of this.#settings.directories) yield { need: { path, ...because, why: "has settings in it" } };
    for (const path of this.#settings.files) yield { need: { path, ...because, why: "reads settings from it" } };
    yield* this.#ini.all(this.#settings.settings);
    for (const name of this.#command.zendExtensions) yield* this.#ini.extension("zend_extension", name, undefined);
    const { sessions } = this.#compiled;
    if (
      sessions !== undefined &&
      !this.#settings.settings.some(({ name, value }) => name === "session.save_path" && value !== "")
    ) {
      yield { need: { path: sessions, role: "file", evidence: "rule", why: "keeps sessions in it", optional: true } };
    }
    if (this.#compiled.hasSystemZones) yield { need: zonesNeed };
    if (this.#sapi === "fpm") {
      const { yields, settings: own } = await readFpm(this.#proc, {
        files: this.#files,
        command: this.#command,
        compiled: this.#compiled,
      });
      yield* yields;
      yield* this.#ini.all(own.map(([name, value, from]) => ({ name, value, from })));
    }
    const started = { evidence: "proved", why: scriptOfArguments } as const;
    if (this.#script !== undefined) yield this.#moduleNeed(this.#script, started);
    for (const path of this.#proc.entries)
      yield this.#moduleNeed(path, { evidence: "proved", why: "is told to load it" });
    if (this.#command.code !== undefined)
      yield* this.#sourceNeeds(`<?php ${this.#command.code}`, childOf(this.#workdir, "-"));
    if (this.#command.isServer) yield* this.#documentNeeds();
    for await (const path of linkedSources(this.#proc, this.#files))
      yield this.#moduleNeed(path, { evidence: "string", why: "finds it through a link of the application" });
    if (this.#classMap !== undefined) yield* this.#applicationNeeds();
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    if (path.endsWith(".h")) {
      yield* this.#libraries.named(librariesOf((await this.#files.readText(path)) ?? ""), path);
      return;
    }
    const isNamed = sourceName.test(path) || this.#loaded.has(path);
    if (!isNamed && !(await beginsAsPhp(path, this.#files))) {
      yield* this.#configurationNeeds(path);
      return;
    }
    if (this.#sapi !== "cli") yield* this.#ini.besides(path);
    const text = await this.#files.readText(path);
    const unknown = text === undefined ? await unreadFile(path, this.#files) : undefined;
    if (unknown !== undefined) yield { unknown };
    if (text === undefined || !text.includes("<?")) return;
    yield* this.#sourceNeeds(text, path);
    yield* this.#packageNeeds(path);
  }

  /** Constants that other sources define may tell by now what a statement includes. */
  async *settle(): AsyncIterable<Yield> {
    yield* this.#libraries.settle();
    await this.#includePathClasses.readTexts(this.#proc);
    for (const path of await this.#includePathClasses.found(this.#includes.directories)) {
      const why = "looks for it along the include path, by a name of its sources";
      yield* this.#includedNeeds(path, { evidence: "string", why });
    }
    yield* await this.#includePathClasses.unknowns(this.#includes.directories);
    for (const waiting of this.#waiting) yield* this.#includeNeeds(waiting, false);
    for (const { expression, scan, source } of this.#waitingPlaces)
      yield* this.#placeNeeds(expression, { scan, source });
    for (const { unknown, source } of this.#classMap?.unknowns() ?? []) yield { unknown, from: source };
  }

  /**
   * Classes of the application are found by their names, so that which of its sources is loaded is not told by
   * includes.
   */
  async *#applicationNeeds(): AsyncIterable<Yield> {
    const { appRoot } = this.#proc;
    if (appRoot === undefined || appRoot === "/") return;
    const vendor = childOf(appRoot, "vendor");
    // What is there by Composer's word is followed from its autoloader, what somebody wrote there as the rest is.
    const isComposers = await this.#files.isDirectory(childOf(vendor, "composer"));
    const isOwn = (directory: AbsPath): boolean => directory !== vendor || !isComposers;
    for await (const { path, stat } of walk(this.#proc.root, appRoot, isOwn)) {
      if (stat.kind !== "file") continue;
      if (sourceName.test(path) || (await isScriptOf(path, /\bphp/u, this.#files)))
        yield this.#moduleNeed(path, { evidence: "string", why: "may load it for one of its classes" });
      else yield* this.#configurationNeeds(path);
    }
  }

  /** The server of `-S` runs and sends what lies below its directory. */
  async *#documentNeeds(): AsyncIterable<Yield> {
    const root = toAbsPath(this.#command.documentRoot ?? ".", this.#workdir);
    const isInApp = this.#proc.appRoot !== undefined && isWithin(root, this.#proc.appRoot);
    if (isInApp || (this.#command.documentRoot === undefined && root === "/")) return;
    for await (const { path, stat } of walk(this.#proc.root, root)) {
      if (stat.kind !== "file" && stat.kind !== "symlink") continue;
      const why = "serves what is in its directory";
      yield path.endsWith(".php")
        ? this.#moduleNeed(path, { evidence: "declared", why })
        : { need: { path, role: "file", evidence: "declared", why, optional: stat.kind === "symlink" } };
    }
  }

  #moduleNeed(path: AbsPath, because: { readonly evidence: Evidence; readonly why: string }): Yield {
    this.#loaded.add(path);
    return { need: this.#layered({ path, role: "module", ...because }) };
  }

  /** Configuration names classes too: services, routes, bundles. */
  async *#configurationNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (this.#classMap === undefined || !isConfiguration(path)) return;
    const text = (await this.#files.readText(path)) ?? "";
    for (const found of this.#classMap.read(text, path)) yield* this.#classNeeds(found);
  }

  async *#classNeeds(path: AbsPath): AsyncIterable<Yield> {
    const why = "has it as the file of a class that sources name";
    if (await this.#files.isFile(path)) yield this.#moduleNeed(path, { evidence: "string", why });
  }

  async *#sourceNeeds(text: string, path: AbsPath): AsyncIterable<Yield> {
    // Which of the classes that a source maps are loaded is told by their names.
    const { text: plain, isMap } = this.#classMap === undefined ? { text, isMap: false } : withoutClasses(text);
    const scan = scanPhp(plain);
    const place = (await this.#files.realPath(path)) ?? path;
    this.#includes.learn(scan, place);
    for (const include of scan.includes) yield* this.#includeNeeds({ include, scan, source: path, place, isMap }, true);
    for (const written of sourcesIn(text)) {
      const because = { evidence: "string", why: `names ${written}` } as const;
      if (await this.#files.isFile(toAbsPath(written))) yield* this.#includedNeeds(toAbsPath(written), because);
    }
    for (const written of directoriesIn(text)) yield* this.#directoryNeeds(toAbsPath(written), path);
    yield* this.#evaluatedNeeds(text, path);
    for (const expression of scan.places) {
      // Classes, methods and constants of other sources may be known only when all were read.
      const given = [...expression.matchAll(/\$(\w+)/gu)].flatMap(([, name = ""]) => scan.variables.get(name) ?? []);
      if ([expression, ...given].some((one) => /::|getFileName|^[A-Z]/u.test(one)))
        this.#waitingPlaces.push({ expression, scan, source: place });
      else yield* this.#placeNeeds(expression, { scan, source: place });
    }
    for (const unknown of await messageCatalogues(text, this.#files)) yield { unknown, from: path };
    for (const expression of scan.headers) {
      const because = { evidence: "proved", why: `loads ${expression} for FFI` } as const;
      const { files } = await this.#includes.include(expression, { scan, source: place });
      for (const found of files) yield { ...this.#moduleNeed(found, because), from: path };
    }
    const code = codeOf(text);
    yield* this.#libraries.read(code, path, this.#isApplication(path) || isPlaced(path));
    yield* this.#namedNeeds(code, path);
    yield* this.#startedNeeds(commandsOf(text), path);
    this.#includePathClasses.read(code);
    if (this.#isApplication(path)) this.#includePathClasses.readJoined(text, path);
    this.#classMap?.readJoined(text, path);
    for (const found of this.#classMap?.read(text, path) ?? []) yield* this.#classNeeds(found);
  }

  /** Data, configuration and programs that a source names. */
  async *#namedNeeds(code: string, source: AbsPath): AsyncIterable<Yield> {
    const from = { source, isApp: this.#isApplication(source), directories: this.#includes.directories };
    for (const one of await namedNeeds(code, { ...from, files: this.#files }))
      yield "need" in one ? { ...one, need: this.#layered(one.need) } : one;
  }

  /** Programs that a source starts, and the one that `mail` gives letters to. */
  async *#startedNeeds(code: string, path: AbsPath): AsyncIterable<Yield> {
    const isApp = this.#isApplication(path) || isPlaced(path);
    const { syntax, ...calling } = isApp ? appCalls(code) : { syntax: phpCalls, code };
    const starting = { path, syntax, isApp };
    for (const one of await this.#programs.startedBy(calling.code, starting)) yield { from: path, ...one };
    for (const need of isApp ? needsOfCalls(code, this.#settings) : []) yield { need, from: path };
  }

  /** Files that a source runs as code, which begin without the tag of the language. */
  async *#evaluatedNeeds(text: string, path: AbsPath): AsyncIterable<Yield> {
    if (!this.#isApplication(path)) return;
    const files = await evaluatedFiles(text, phpEvaluation, { proc: this.#proc, files: this.#files });
    for (const file of files.filter((one) => !this.#loaded.has(one))) {
      yield this.#moduleNeed(file, { evidence: "string", why: "may run it as code" });
      const code = `<?php ${(await this.#files.readText(file)) ?? ""}`;
      for await (const one of this.#sourceNeeds(code, file)) yield { from: file, ...one };
    }
  }

  /** Files that a statement includes. Names with unknown constants wait for sources that define them. */
  async *#includeNeeds(statement: Statement, isFirst: boolean): AsyncIterable<Yield> {
    const { include, scan, source, place, isMap } = statement;
    const { files, missing, bounds } = await this.#includes.include(include.expression, { scan, source: place });
    const because = { evidence: "proved", why: `includes ${include.what} (line ${include.line})` } as const;
    for (const found of files) yield* this.#includedNeeds(found, because, source);
    if (isFirst && bounds.length + missing.length > 0) this.#waiting.push(statement);
    if (isFirst) {
      const isLost = include.isCertain && source === this.#script && files.length === 0 && bounds.length === 0;
      if (isLost && missing.length > 0)
        yield { finding: missingInclude(missing.join(", "), { include, source }), from: source };
      return;
    }
    if (isMap && include.expression.includes("[")) return;
    for (const path of await this.#includes.ownFiles(bounds))
      yield this.#moduleNeed(path, { evidence: "string", why: `may include it as ${include.what}` });
    for (const bound of bounds) {
      const unknown: Unknown = { kind: "computed-name", line: include.line, what: include.what, bound };
      yield { unknown, from: source };
    }
  }

  async *#includedNeeds(
    path: AbsPath,
    because: { readonly evidence: Evidence; readonly why: string },
    from?: AbsPath,
  ): AsyncIterable<Yield> {
    const need = this.#moduleNeed(path, because);
    yield from === undefined ? need : { ...need, from };
    yield* this.#groupNeeds(path);
    yield* this.#composerNeeds(path);
  }

  /** A directory that a source names: an autoloader looks for classes in it, or it holds data. */
  async *#directoryNeeds(path: AbsPath, source: AbsPath): AsyncIterable<Yield> {
    const isShared = isSystemDirectory(path) || this.#includes.directories.includes(path) || isWithin(source, path);
    if (isShared || !(await this.#files.isDirectory(path))) return;
    yield {
      unknown: { kind: "listed-directory", what: `"${path}"`, bound: { kind: "directory", path } },
      from: source,
    };
  }

  /** Templates, tables and configuration that a source finds from its own place. */
  async *#placeNeeds(
    expression: string,
    at: { readonly scan: PhpScan; readonly source: AbsPath },
  ): AsyncIterable<Yield> {
    for (const { path, isDirectory } of await this.#includes.place(expression, at)) {
      const why = "finds it from its own place";
      if (!isDirectory) {
        yield {
          need: this.#layered({ path, role: roleOfData(path), evidence: "string", why }),
        };
        continue;
      }
      const what = expression.replace(/\s+/gu, " ").slice(0, 60);
      yield { unknown: { kind: "listed-directory", what, bound: { kind: "directory", path } }, from: at.source };
    }
  }

  /** A library outside of the application loads its classes by their names: its directory ships as a whole. */
  async *#groupNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (this.#proc.prune === "reachable") return;
    if ((yield* this.#packageNeeds(path)) || this.#isApplication(path)) return;
    const bases = this.#includes.directories;
    const base = bases.find((one) => isWithin(path, one) && one !== path);
    if (base === undefined) return;
    const directory = parentOf(path);
    if (directory === base || this.#groups.has(directory)) return;
    this.#groups.add(directory);
    for await (const { path: one, stat } of walk(this.#proc.root, directory)) {
      if (stat.kind !== "file") continue;
      const need = { path: one, evidence: "rule", why: `needs ${baseName(directory)}, to which it belongs` } as const;
      yield { need: this.#layered({ ...need, role: one.endsWith(".php") ? "module" : "file" }) };
    }
  }

  /** All of a source's package; at `reachable` only directories for what a run writes. False where there is none. */
  async *#packageNeeds(path: AbsPath): AsyncGenerator<Yield, boolean> {
    const isWhole = this.#proc.prune !== "reachable";
    const real = (await this.#files.realPath(path)) ?? path;
    if ((await this.#packages.of(real)) === undefined) return false;
    for (const file of await this.#packages.take(real)) {
      const role = await roleOfPackaged(file, { root: this.#proc.root, files: this.#files });
      if (role === undefined || (role === "module" && !isWhole)) continue;
      const why = `has it in the package of ${baseName(path)}`;
      yield { need: this.#layered({ path: file, role, evidence: "package", why }) };
    }
    return true;
  }

  /** Composer's autoloader loads classes by their names: all that it installed for production ships. */
  async *#composerNeeds(autoload: AbsPath): AsyncIterable<Yield> {
    const vendor = parentOf(autoload);
    if (baseName(autoload) !== "autoload.php" || this.#groups.has(vendor)) return;
    if (!(await this.#files.isFile(toAbsPath("composer/autoload_real.php", vendor)))) return;
    this.#groups.add(vendor);
    const unused = this.#proc.prune === "none" ? [] : (await readComposer(vendor, this.#files)).unused;
    for await (const { path, stat } of walk(this.#proc.root, vendor, (directory) => !unused.includes(directory))) {
      if (stat.kind === "directory") continue;
      const why = "loads classes by their names out of what Composer installed";
      yield path.endsWith(".php")
        ? this.#moduleNeed(path, { evidence: "rule", why })
        : { need: this.#layered({ path, role: "file", evidence: "rule", why }) };
    }
  }

  #isApplication(path: AbsPath): boolean {
    return this.#proc.appRoot !== undefined && isWithin(path, this.#proc.appRoot);
  }

  #layered(need: Need): Need {
    if (this.#isApplication(need.path)) return need;
    return /^\/usr\/(?:local\/)?(?:share|lib)\//u.test(need.path) ? { ...need, layer: "dependencies" } : need;
  }
}
