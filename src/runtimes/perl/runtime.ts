import { type ProcessContext, scriptOfArguments, type Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { namedFiles, sourcesInNamed } from "../../languages/arguments.ts";
import { findBeside } from "../../languages/beside-source.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { evaluatedFiles } from "../../languages/evaluated-files.ts";
import { messageCatalogues } from "../../languages/message-catalogues.ts";
import { findNamedPaths } from "../../languages/named-paths.ts";
import type { Because } from "../../languages/needs.ts";
import { OpenedLibraries } from "../../languages/opened-libraries.ts";
import type { CommonRuntime, OneProcess } from "../../languages/shared-runtime.ts";
import { unreadFile } from "../../languages/unread-file.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { ApplicationSources, perlEvaluation } from "./application-sources.ts";
import { modulesIn, type PerlCommand, readPerlCommand } from "./command-line.ts";
import type { ComputedNames } from "./computed-names.ts";
import { isConfiguration } from "./configuration.ts";
import { CoreLibrary } from "./core-library.ts";
import { Drivers, isOfDbi, scanDrivers } from "./drivers.ts";
import { Emitter } from "./emitter.ts";
import { type Area, areaOf, type Installation } from "./installation.ts";
import { libraryCandidates } from "./libraries.ts";
import { localTimeIn } from "./local-time.ts";
import { MissingModules } from "./missing-modules.ts";
import { Modules } from "./modules.ts";
import { libraryNamed, looksUpLibraries, opensLibraries } from "./named-libraries.ts";
import { Namespaces } from "./namespaces.ts";
import { withArchitecture } from "./search-path.ts";
import { hasPerlShebang, type PerlScan, scanPerl } from "./source-scan.ts";
import { perlCalls } from "./started-programs.ts";
import { WordModules } from "./word-modules.ts";

/** The run-time of one Perl process, or of several whose scripts packages installed. */
export class PerlRuntime implements CommonRuntime {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #command: PerlCommand;
  readonly #script: AbsPath | undefined;
  /** More scripts that such a process runs. */
  readonly #scripts = new Set<AbsPath>();
  readonly #emitter: Emitter;
  readonly #modules: Modules;
  readonly #core: CoreLibrary;
  readonly #namespaces: Namespaces;
  readonly #drivers: Drivers;
  readonly #programs: DependencyPrograms;
  readonly #words: WordModules;
  readonly #libraries: OpenedLibraries;
  readonly #sources: ApplicationSources;
  readonly #missing: MissingModules;
  /** Sources of the application that starting the program loads. */
  readonly #loaded = new Set<AbsPath>();
  #touchesPath = false;

  constructor(installation: Installation) {
    const { proc, files, command, script } = installation;
    this.#installation = installation;
    this.#proc = proc;
    this.#files = files;
    this.#command = command;
    this.#script = script;
    this.#emitter = new Emitter(installation);
    this.#modules = new Modules(installation, this.#emitter);
    this.#programs = new DependencyPrograms(installation);
    this.#core = new CoreLibrary(installation, this.#emitter, this.#modules);
    this.#namespaces = new Namespaces(installation, this.#emitter, this.#modules);
    this.#drivers = new Drivers(installation, this.#modules, this.#namespaces);
    this.#words = new WordModules(installation, this.#modules);
    this.#sources = new ApplicationSources(installation);
    this.#missing = new MissingModules(this.#modules);
    this.#libraries = new OpenedLibraries({ proc, files, opens: opensLibraries, looksUp: looksUpLibraries });
  }

  async *start(): AsyncIterable<Yield> {
    await this.#reachStart();
    for (const name of this.#command.modules)
      await this.#modules.reach(name, { evidence: "proved", why: `is told to load ${name}` });
    for await (const { path, code } of this.#words.readApplication())
      await this.#reachStarted(scanPerl(code), path, "app");
    yield* this.#emitter.take();
    for (const path of this.#proc.entries) {
      this.#loaded.add(path);
      yield { need: { path, role: "module", evidence: "proved", why: "is told to load it" } };
    }
    yield* this.join({ proc: this.#proc, script: this.#script });
  }

  async *join({ proc, script }: OneProcess): AsyncIterable<Yield> {
    const { code, arguments: args } = readPerlCommand(proc.args);
    if (code !== undefined) await this.#reachScan(scanPerl(code), proc.program, "app");
    for (const name of modulesIn(args))
      await this.#modules.reach(name, { evidence: "string", why: `has ${name} among its arguments` });
    yield* this.#emitter.take();
    if (script !== undefined) {
      this.#scripts.add(script);
      this.#loaded.add(script);
      yield { need: { path: script, role: "module", evidence: "proved", why: scriptOfArguments } };
    }
    const sources = await sourcesInNamed(args, proc, (path) => /\.(?:pm|pl|psgi|f?cgi|t)$/u.test(path));
    for (const path of [...(await namedFiles(args, proc)), ...sources]) {
      this.#loaded.add(path);
      yield { need: { path, role: "module", evidence: "declared", why: "has it among its arguments" } };
    }
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    if (isConfiguration(path)) {
      await this.#words.readSettings(path);
      yield* this.#emitter.take();
      if (!this.#sources.isRun(path) && !this.#loaded.has(path)) return;
    }
    const text = await this.#files.readSource(path);
    if (text === undefined) {
      const unknown = /\.p[ml]$/u.test(path) ? await unreadFile(path, this.#files) : undefined;
      if (unknown !== undefined) yield { unknown };
      return;
    }
    const isSource =
      /\.(?:pm|pl|al|psgi|cgi|ph|t|PL)$/u.test(baseName(path)) ||
      this.#loaded.has(path) ||
      hasPerlShebang(text) ||
      this.#sources.isRun(path);
    if (!isSource) return;
    const scan = scanPerl(text);
    const area = areaOf(this.#installation, path);
    await this.#reachOwn(path);
    await this.#reachScan(scan, path, area);
    yield* this.#emitter.take();
    if (area === "app") yield* this.#libraries.read(scan.code, path, true);
  }

  async *settle(): AsyncIterable<Yield> {
    yield* this.#sources.needs();
    yield* this.#libraries.settle();
    yield* this.#missing.findings([...this.#loaded, this.#proc.program], { touchesPath: this.#touchesPath });
    await this.#words.reach();
    await this.#drivers.settle();
    yield* this.#emitter.take();
  }

  /** The directories of `use lib`, by the name of a source and by what a link of that name leads to. */
  async #librariesOf(text: string, path: AbsPath): Promise<readonly AbsPath[] | undefined> {
    const { workdir } = this.#proc;
    const program = this.#scripts.has(path) ? path : this.#script;
    const found = libraryCandidates(text, { file: path, script: program, workdir });
    const [file = path, script] = [await this.#files.realPath(path), await this.#files.realPath(program ?? path)];
    const isLink = file !== path || script !== (program ?? path);
    const real = isLink && found !== undefined ? libraryCandidates(text, { file, script, workdir }) : undefined;
    return found === undefined ? undefined : [...new Set([...found, ...(real ?? [])])];
  }

  async #reachScan(scan: PerlScan, path: AbsPath, area: Area): Promise<void> {
    for (const text of scan.libraries) {
      const found = await this.#librariesOf(text, path);
      if (found === undefined) this.#touchesPath ||= area === "app";
      const all: AbsPath[] = [];
      for (const candidate of found ?? []) all.push(...(await withArchitecture(candidate, this.#files)));
      this.#modules.add(all);
    }
    if (area === "app") {
      this.#touchesPath ||= scan.touchesPath;
      this.#sources.learn(scan);
      for (const file of await evaluatedFiles(scan.code, perlEvaluation, this.#installation)) {
        this.#loaded.add(file);
        this.#emitter.need({ path: file, role: "module", evidence: "string", why: "may run it as code" });
      }
    }
    for (const { name, line, kind } of scan.modules) {
      const isListed = area === "app" || (area === "site" && scan.computed.names.length > 0);
      if (kind === "text" && this.#proc.prune === "reachable" && !isListed && !(await this.#isOwn(name, path)))
        continue;
      if (kind === "text" && area === "site" && !isListed && !(await this.#modules.isDependency(path, name))) continue;
      // The table of Encode names what programs may ask for.
      if (kind === "text" && area === "core" && this.#proc.stdlib === "reachable" && name.startsWith("Encode::"))
        continue;
      const evidence = kind === "text" ? "string" : "proved";
      const isFound = await this.#modules.reach(name, {
        evidence,
        why: `${kind === "text" ? "names" : "loads"} ${name} (line ${line})`,
      });
      if (isFound || kind !== "certain" || area !== "app") continue;
      this.#missing.add(path, name, line);
    }
    this.#missing.learn(path, scan);
    for (const file of scan.files) {
      const beside = file.startsWith("./") || file.startsWith("../") ? `${this.#proc.workdir}/${file}` : file;
      const because: Because = { evidence: "proved", why: `loads ${file}` };
      if (!(await this.#modules.reachFile(file, because))) await this.#modules.reachFile(beside, because);
    }
    for (const directory of scan.directories) {
      // Encode itself puts names together of what programs ask it for.
      const isGated = area === "core" && directory === "Encode" && this.#proc.stdlib !== "full";
      if (directory === "DBD" && isOfDbi(path)) this.#drivers.noteDbi();
      else if (!isGated) await this.#namespaces.directory(directory);
    }
    await this.#namespaces.heirs({ own: this.#nameOf(path), path, area, scan });
    if (area !== "core") {
      for (const unknown of await messageCatalogues(scan.code, this.#files)) this.#emitter.unknown(path, unknown);
      await this.#reachComputed(scan.computed, path, area);
      await this.#reachNamed(scan.code, path);
    } else await this.#reachOfCore(scan, path);
    await this.#reachStarted(scan, path, area);
    await this.#drivers.reach(area === "core" || isOfDbi(path) ? undefined : scanDrivers(scan.code));
    await this.#core.openGates(scan.code, area);
  }

  async #reachStarted({ commands }: PerlScan, path: AbsPath, area: Area): Promise<void> {
    const starting = { path, syntax: perlCalls, isApp: area === "app" };
    for (const one of area === "core" ? [] : await this.#programs.startedBy(commands, starting)) {
      if ("need" in one) this.#emitter.need(one.need);
      else this.#emitter.unknown(path, one.unknown);
    }
  }

  /**
   * What Perl's own modules name beside others: settings that they evaluate, what they put together below their own
   * names (`__PACKAGE__ . "::Platform::$^O"`), and data of the core (`"$privlib/pods/perldiag.pod"`).
   */
  async #reachOfCore({ code, computed }: PerlScan, path: AbsPath): Promise<void> {
    for (const { 1: relative = "" } of code.matchAll(/["']\$\{?\w+\}?\/((?:[\w.-]+\/)+[\w.-]+\.\w+)["']/gu))
      await this.#modules.reachFile(relative, { evidence: "string", why: `names ${relative}` });
    if (computed.names.length === 0) return;
    for (const { path: found, kind } of await findNamedPaths(code, { source: path, files: this.#files })) {
      const because: Because = { evidence: "string", why: `names ${found}` };
      if (kind === "file") this.#emitter.file(found, "module", because);
    }
    const own = this.#nameOf(path);
    const below = computed.namespaces.filter((name) => own !== undefined && name.startsWith(`${own}::`));
    for (const name of below) await this.#namespaces.reach(name, path);
    if (own !== undefined && computed.names.some(({ what }) => /^do\b/u.test(what))) await this.#modules.reachRun(own);
  }

  /** Modules below a module's own name that words of it name: who loads them puts the names together. */
  async #reachBelowOwn(words: readonly string[], path: AbsPath): Promise<void> {
    const directory = toAbsPath(path.replace(/\.pm$/u, ""));
    if (directory === path) return;
    const below = await this.#files.names(directory);
    if (below.size === 0) return;
    const own = this.#nameOf(path);
    for (const word of words) {
      const [first = ""] = word.split("::");
      if (own === undefined || !(below.has(first) || below.has(`${first}.pm`))) continue;
      await this.#modules.reach(`${own}::${word}`, { evidence: "string", why: `names ${word} below its own name` });
    }
  }

  /** True for a module below the source's own name, or of its package: others load what a source names of itself. */
  async #isOwn(name: string, path: AbsPath): Promise<boolean> {
    const own = this.#nameOf(path);
    return (own !== undefined && name.startsWith(`${own}::`)) || (await this.#modules.isOfSamePackage(path, name));
  }

  /** Data and configuration that a source names by absolute paths. */
  async #reachNamed(code: string, path: AbsPath): Promise<void> {
    for (const found of localTimeIn(code))
      this.#emitter.need({ path: found, role: "file", evidence: "string", why: "looks for it", optional: true });
    for (const { path: found, kind } of await findNamedPaths(code, { source: path, files: this.#files })) {
      const because: Because = { evidence: "string", why: `names ${found}` };
      if (kind === "file") this.#emitter.file(found, "module", because);
      else if (kind === "program") this.#emitter.need({ path: found, role: "program", ...because, optional: true });
      else if (!this.#modules.directories().includes(found)) {
        const bound = { kind: "directory", path: found } as const;
        this.#emitter.unknown(path, { kind: "listed-directory", what: `"${found}"`, bound });
      }
    }
  }

  /** The name under which a file of the search path is loaded. */
  #nameOf(path: AbsPath): string | undefined {
    const directory = this.#modules
      .directories()
      .filter((one) => isWithin(path, one))
      .toSorted((left, right) => right.length - left.length)[0];
    return directory === undefined ? undefined : path.slice(directory.length + 1, -".pm".length).replaceAll("/", "::");
  }

  /** A module that ships for any reason needs its compiled part and what else belongs to it. */
  async #reachOwn(path: AbsPath): Promise<void> {
    const name = path.endsWith(".pm") ? this.#nameOf(path) : undefined;
    if (name === undefined) return;
    await this.#modules.reach(name, { evidence: "proved", why: `is asked for ${name}` });
  }

  /**
   * Perl's own modules load what their callers name, and callers are read: only those of others have names that nobody
   * knows.
   */
  async #reachComputed(
    { names, namespaces, places: locations, shares, openShares, libraries, words }: ComputedNames,
    path: AbsPath,
    area: Area,
  ): Promise<void> {
    const bound: Bound = area === "app" ? { kind: "anything" } : await this.#modules.boundOf(path);
    for (const { line, what } of names) this.#emitter.unknown(path, { kind: "computed-name", line, what, bound });
    for (const name of namespaces) await this.#namespaces.reach(name, path);
    await this.#reachBelowOwn(words, path);
    if (area === "app") this.#words.add(words, names.length > 0);
    else if (names.length > 0) await this.#words.reachWhole(words);
    for (const name of shares) await this.#modules.reachShare(name);
    for (const { line, what } of openShares) {
      for (const place of await this.#modules.shares())
        this.#emitter.unknown(path, {
          kind: "listed-directory",
          line,
          what,
          bound: { kind: "directory", path: place },
        });
    }
    for (const name of libraries) {
      const found = await libraryNamed(name, this.#proc, this.#files);
      if (found === undefined) continue;
      this.#emitter.need({ path: found, role: "object", evidence: "proved", why: `opens ${name}`, optional: true });
    }
    for (const { path: found, isDirectory, written } of await findBeside(path, {
      files: this.#files,
      lists: locations,
      // `($place) = __FILE__ =~ /(.*)\.pm/` is the directory of its own name.
      bases: path.endsWith(".pm") ? [toAbsPath(path.slice(0, -".pm".length))] : [],
    })) {
      const because: Because = { evidence: "string", why: `finds ${written} from its own place` };
      if (!isDirectory) this.#emitter.file(found, "module", because);
      else if (!this.#modules.directories().includes(found)) await this.#reachPlace(found, because);
    }
  }

  /**
   * Of a directory that a source finds from its own place, all that is not a module: modules are reached by their
   * names.
   */
  async #reachPlace(directory: AbsPath, because: Because): Promise<void> {
    const isAll = this.#proc.prune !== "reachable";
    await this.#emitter.directory(directory, {
      keeps: (path) => isAll || !/\.(?:pm|pod)$/u.test(path),
      role: "module",
      because,
    });
  }

  async #reachStart(): Promise<void> {
    await this.#core.start();
    const onPath: Because = { evidence: "rule", why: "has it on its search path" };
    await this.#modules.reachFile("sitecustomize.pl", { evidence: "rule", why: "runs it at its start" });
    if (this.#command.isDebugged)
      await this.#modules.reachFile("perl5db.pl", { evidence: "proved", why: "debugs with it" });
    if (this.#proc.prune !== "none") return;
    for (const directory of this.#installation.path.directories) {
      if (areaOf(this.#installation, directory) === "site") {
        await this.#emitter.directory(directory, { keeps: () => true, role: "file", because: onPath });
      }
    }
  }
}
