import { type ProcessContext, scriptOfArguments, type Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { namedFiles, sourcesInNamed } from "../../languages/arguments.ts";
import { findBeside } from "../../languages/beside-source.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { evaluatedFiles } from "../../languages/evaluated-files.ts";
import { messageCatalogues } from "../../languages/message-catalogues.ts";
import { findNamedPaths } from "../../languages/named-paths.ts";
import type { Because } from "../../languages/needs.ts";
import { isNoSetting } from "../../languages/setting-commands.ts";
import type { CommonRuntime, OneProcess } from "../../languages/shared-runtime.ts";
import { isScriptOf, isStartedScript } from "../../languages/started-script.ts";
import { unreadFile } from "../../languages/unread-file.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { BundleReach } from "./bundle-reach.ts";
import { type Bundle, readBundle } from "./bundle-settings.ts";
import { Emitter, isSourceName } from "./emitter.ts";
import { isGemSample, reachGemPlaces } from "./gem-places.ts";
import { featureBelow } from "./gems.ts";
import { areaOf, type Installation } from "./installation.ts";
import { Libraries } from "./libraries.ts";
import { rubyEvaluation } from "./loader-methods.ts";
import { isSettings, LooseNames, mayHoldRuby } from "./loose-names.ts";
import { isForOthers, isGivenTo, missingFeature } from "./missing-features.ts";
import { fileNameOf } from "./named-objects.ts";
import { Reach } from "./reach.ts";
import { hasRubyShebang, type RubyScan, scanRuby } from "./source-scan.ts";
import { StandardLibrary } from "./standard-library.ts";
import { rubyAppCalls, rubyCalls, withHeldWords } from "./started-programs.ts";
import { isDebugger, isForOtherRubies, isSparedParser, isSparedRandom, mayNeedRareEncodings } from "./stdlib.ts";

/** Sources in the program's directory that programs of gems run without being told. */
const conventionalSources = ["config.ru", "Rakefile", "config/puma.rb", "config/boot.rb", "config/environment.rb"];
/** Directories of an application in which no program looks for its sources. */
const otherDirectory = /^(?:node_modules|vendor|spec|test|tmp|log|public)$/u;

/** The run-time of a Ruby process. */
export async function openRuntime(installation: Installation): Promise<CommonRuntime> {
  return new RubyRuntime(installation, await readBundle(installation));
}

class RubyRuntime implements CommonRuntime {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #emitter: Emitter;
  readonly #reach: Reach;
  readonly #bundle: BundleReach;
  readonly #library: StandardLibrary;
  readonly #libraries: Libraries;
  readonly #loose: LooseNames;
  readonly #programs: DependencyPrograms;
  /** Sources that something loads though their names do not say what they are. */
  readonly #loaded = new Set<AbsPath>();
  readonly #scripts = new Set<AbsPath>();
  readonly #missing = new Map<string, { readonly path: AbsPath; readonly name: string; readonly line: number }>();
  readonly #done = new Set<string>();
  readonly #isWithoutDebuggers: boolean;

  constructor(installation: Installation, bundle: Bundle | undefined) {
    const { proc, files } = installation;
    this.#installation = installation;
    this.#proc = proc;
    this.#files = files;
    this.#emitter = new Emitter(installation);
    this.#reach = new Reach(installation, this.#emitter, bundle);
    this.#bundle = new BundleReach(bundle, this.#emitter, this.#reach);
    this.#programs = new DependencyPrograms(installation);
    this.#library = new StandardLibrary(installation, this.#emitter, this.#reach);
    this.#libraries = new Libraries(installation, this.#emitter);
    this.#loose = new LooseNames(installation, this.#emitter, this.#reach);
    this.#isWithoutDebuggers = proc.stdlib === "reachable" && proc.env["RAKE_DEBUG"] === undefined;
  }

  async *start(): AsyncIterable<Yield> {
    await this.#library.start();
    for (const name of this.#installation.command.libraries) {
      await this.#reach.feature(name, { evidence: "proved", why: `is told to load ${name}` });
      if (/^bundler\b/u.test(name)) await this.#once("bundle", async () => this.#bundle.all());
    }
    if (this.#installation.command.code !== undefined)
      await this.#reachScan(scanRuby(this.#installation.command.code), childOf(this.#installation.workdir, "-e"));
    if (this.#installation.script !== undefined) this.#loadScript(this.#installation.script);
    for (const path of this.#proc.entries) this.#load(path, { evidence: "proved", why: "is told to load it" });
    const { arguments: args } = this.#installation.command;
    const sources = await sourcesInNamed(args, this.#proc, (path) => isSourceName(baseName(path)));
    for (const path of [...(await namedFiles(args, this.#proc)), ...sources]) {
      if (isSourceName(baseName(path))) this.#load(path, { evidence: "declared", why: "has it among its arguments" });
    }
    await this.#bundle.direct();
    await this.#once("application", async () => this.#reachApplication());
    yield* this.#emitter.take();
  }

  async *join({ script }: OneProcess): AsyncIterable<Yield> {
    if (script !== undefined) this.#loadScript(script);
    yield* this.#emitter.take();
  }

  #loadScript(script: AbsPath): void {
    this.#scripts.add(script);
    this.#load(script, { evidence: "proved", why: scriptOfArguments });
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    const text = await this.#files.readSource(path);
    if (text === undefined) {
      const unknown = isSourceName(baseName(path)) ? await unreadFile(path, this.#files) : undefined;
      if (unknown !== undefined) yield { unknown };
      return;
    }
    const isSource = isSourceName(baseName(path)) || this.#loaded.has(path) || hasRubyShebang(text);
    if (!isSource) return;
    await this.#reachScan(scanRuby(text), path);
    yield* this.#emitter.take();
  }

  async *settle(): AsyncIterable<Yield> {
    for (const [key, { path, name, line }] of this.#missing) {
      this.#missing.delete(key);
      if (await this.#reach.feature(name, { evidence: "proved", why: `loads ${name} (line ${line})` })) continue;
      const isRun = this.#proc.entries.includes(path) || this.#scripts.has(path);
      if (isRun || !isForOthers(path))
        yield { finding: missingFeature(path, { name, line, appRoot: this.#proc.appRoot }), from: path };
    }
    await this.#reach.settle();
    yield* this.#libraries.settle();
    yield* this.#emitter.take();
  }

  async #once(key: string, work: () => Promise<void>): Promise<void> {
    if (this.#done.has(key)) return;
    this.#done.add(key);
    await work();
  }

  #load(path: AbsPath, because: Because): void {
    this.#loaded.add(path);
    this.#emitter.file(path, because, { isSource: true });
  }

  async #reachScan(scan: RubyScan, path: AbsPath): Promise<void> {
    const area = areaOf(this.#installation, path);
    const isOwn = area === "core";
    // Loads of RubyGems inside of its methods are for installing and for repositories.
    const isLazy = isOwn && /\/rubygems(?:\/|\.rb$)/u.test(path);
    const base = parentOf(path);
    for (const { path: text, isRelative } of scan.directories) {
      this.#reach.addDirectories([toAbsPath(text, isRelative ? base : this.#installation.workdir)]);
    }
    for (const { name, line, isCertain } of scan.features) {
      if (isLazy && !isCertain && !name.startsWith("rubygems")) continue;
      if (isOwn && (isSparedParser(name, path, this.#installation.apiVersion) || isSparedRandom(name, path))) continue;
      if (area === "site" && !isCertain && this.#isWithoutDebuggers && isDebugger(name)) continue;
      const isFound = await this.#reach.feature(name, { evidence: "proved", why: `loads ${name} (line ${line})` });
      if (/^bundler(?:\/setup|\/inline)?$/u.test(name) && area !== "core")
        await this.#once("bundle", async () => this.#bundle.all());
      if (/^(?:zeitwerk|rails|rails\/all|hanami)$/u.test(name))
        await this.#once("application", async () => this.#reachApplication());
      if (!isFound && (await this.#reachBeside(name, { workdir: this.#installation.workdir, base }))) continue;
      if (!isFound && isCertain && area === "app") this.#missing.set(`${path} ${name}`, { path, name, line });
    }
    for (const name of scan.relatives) {
      if (!isOwn || !isForOtherRubies(name, this.#proc.env)) await this.#reachRelative(name, base);
    }
    for (const name of scan.constants) await this.#reachConstant(name, path);
    for (const pattern of isLazy ? [] : scan.patterns) await this.#reach.matching(pattern);
    if (isOwn) return isLazy ? undefined : this.#loose.readCore(scan, path);
    await this.#reach.plugIns(path);
    const evaluated = area === "app" ? await evaluatedFiles(scan.code, rubyEvaluation, this.#installation) : [];
    for (const file of evaluated) this.#load(file, { evidence: "string", why: "may run it as code" });
    for (const name of scan.gems) await this.#reach.gem(name, { evidence: "proved", why: `activates the gem ${name}` });
    for (const one of scan.programs) await this.#reachProgram(one);
    await this.#libraries.read(scan, path, area === "app");
    if (/\bBundler\.require\b/u.test(scan.code)) await this.#once("required", async () => this.#bundle.required());
    if (this.#proc.stdlib === "reachable" && mayNeedRareEncodings(scan.code, area === "app"))
      await this.#once("encodings", async () => this.#library.encodings());
    await this.#reachOpen(scan, path);
    await reachGemPlaces(scan, path, { files: this.#files, emitter: this.#emitter, reach: this.#reach });
    await this.#reachPlaces(scan, path);
    await this.#reachNamed(scan.code, path);
    await this.#reachOwn(scan.code, path);
    await this.#loose.read(scan, path);
    for (const unknown of await messageCatalogues(scan.code, this.#files)) this.#emitter.unknown(path, unknown);
    if (area === "app") await this.#loose.words(scan);
    const isApp = area === "app";
    const starting = { path, syntax: isApp ? rubyAppCalls : rubyCalls, isApp };
    for (const one of isGemSample(path) ? [] : await this.#programs.startedBy(withHeldWords(scan.code), starting)) {
      if ("need" in one) this.#emitter.need(one.need);
      else this.#emitter.unknown(path, one.unknown);
    }
  }

  /** Names of which a part is known only when the program runs. */
  async #reachOpen(scan: RubyScan, path: AbsPath): Promise<void> {
    const area = areaOf(this.#installation, path);
    for (const { prefix, isRelative, line, what } of scan.open) {
      const because: Because = { evidence: "string", why: `loads from ${prefix} by a computed name (line ${line})` };
      if (isRelative && prefix !== "") {
        const start = `${parentOf(path)}/${prefix}`;
        const bound = { kind: "prefix", prefix: `${toAbsPath(start)}${prefix.endsWith("/") ? "/" : ""}` } as const;
        this.#emitter.unknown(path, { kind: "computed-name", line, what, bound });
      } else if (prefix !== "") await this.#reach.below(prefix, because);
      else await this.#reachUnbounded({ kind: "computed-name", line, what }, { path, scan });
      if (area === "app") await this.#once("application", async () => this.#reachApplication());
    }
  }

  /** A name of which nothing is known: one of the source's own package, or in the application anything. */
  async #reachUnbounded(
    unknown: Omit<Unknown, "bound">,
    { path, scan }: { readonly path: AbsPath; readonly scan: RubyScan },
  ): Promise<void> {
    const { appRoot } = this.#proc;
    if (areaOf(this.#installation, path) === "site") {
      this.#emitter.unknown(path, { ...unknown, bound: await this.#reach.sources.boundOf(path) });
    } else if (appRoot !== undefined && appRoot !== "/" && looksAround(scan)) {
      this.#emitter.unknown(path, { ...unknown, bound: { kind: "directory", path: appRoot } });
    } else this.#emitter.unknown(path, { ...unknown, bound: { kind: "anything" } });
  }

  /** `autoload :Name` of libraries that look for the file by the name: below the source, and anywhere in its gem. */
  async #reachConstant(name: string, path: AbsPath): Promise<void> {
    const below = toAbsPath(fileNameOf(name), toAbsPath(path.replace(/\.rb$/u, "")));
    const because: Because = { evidence: "proved", why: `loads ${name} when it is first used` };
    // The module around it may be another one than the source's own.
    await this.#reach.feature(below, because);
    for (const found of await this.#reach.sources.holding(name, path)) this.#emitter.file(found, because);
  }

  /** Features of its own gem that a source names in texts: others load them for it. */
  async #reachOwn(code: string, path: AbsPath): Promise<void> {
    const names = code.matchAll(/(["'])([a-z]\w{0,60}(?:\/\w{1,60}){1,8})\1/gu);
    for (const name of new Set([...names].map((match) => match[2] ?? ""))) {
      const found = await this.#reach.sources.feature(name, path);
      if (found !== undefined) this.#emitter.file(found, { evidence: "string", why: `names ${name}` });
    }
  }

  /** Data and configuration that a source names by absolute paths. */
  async #reachNamed(code: string, path: AbsPath): Promise<void> {
    for (const { path: found, kind } of await findNamedPaths(code, { source: path, files: this.#files })) {
      const because: Because = { evidence: "string", why: `names ${found}` };
      if (kind === "file") this.#emitter.file(found, because);
      else if (kind === "program") this.#emitter.need({ path: found, role: "program", ...because, optional: true });
      else if (!this.#installation.loadPath.includes(found)) {
        const bound = { kind: "directory", path: found } as const;
        this.#emitter.unknown(path, { kind: "listed-directory", what: `"${found}"`, bound });
      }
    }
  }

  /** Templates, tables and plug-ins that a source finds from its own place. */
  async #reachPlaces({ code, places: { lists, bases } }: RubyScan, path: AbsPath): Promise<void> {
    const gem = this.#installation.gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    const directories = bases.map((one) => toAbsPath(one, parentOf(path)));
    for (const { path: found, isDirectory, written } of await findBeside(path, {
      files: this.#files,
      lists,
      bases: directories,
    })) {
      const because: Because = { evidence: "string", why: `finds ${written} from its own place` };
      // Files outside of the gem belong to others.
      if (this.#installation.loadPath.includes(found) || (gem !== undefined && !isWithin(found, gem.root))) continue;
      if (!isDirectory && (await isStartedScript(found, { code, syntax: rubyCalls, files: this.#files })))
        this.#emitter.need({ path: found, role: "program", ...because, optional: true });
      if (!isDirectory) this.#emitter.file(found, because);
      else await this.#emitter.directory(found, { keeps: () => true, because });
    }
  }

  async #reachRelative(name: string, base: AbsPath): Promise<void> {
    const path = toAbsPath(name, base);
    const because: Because = { evidence: "proved", why: `loads ${name}` };
    if (!(await this.#reach.feature(path, because)) && (await this.#files.isFile(path))) this.#load(path, because);
  }

  /** `load` takes a file as it is named, from the program's directory too. */
  async #reachBeside(
    name: string,
    { workdir: start, base }: { readonly workdir: AbsPath; readonly base: AbsPath },
  ): Promise<boolean> {
    for (const directory of [start, base]) {
      const path = (await featureBelow([directory], name, this.#files)) ?? toAbsPath(name, directory);
      if (!(await this.#files.isFile(path)) || areaOf(this.#installation, path) !== "app") continue;
      this.#load(path, { evidence: "proved", why: `loads ${name}` });
      return true;
    }
    return false;
  }

  async #reachProgram({ gem, name }: { readonly gem: string; readonly name: string }): Promise<void> {
    await this.#reach.gem(gem, { evidence: "proved", why: `runs a program of the gem ${gem}` });
    const path = await this.#reach.programOf(gem, name);
    // Starting a program of a gem resolves what all gems depend on.
    await this.#library.resolver();
    if (path !== undefined) this.#load(path, { evidence: "proved", why: `is the program ${name} of the gem ${gem}` });
    if (gem === "bundler") await this.#once("bundle exec", async () => this.#reachExec());
    else await this.#once("conventions", async () => this.#reachConventions());
  }

  /** `bundle exec NAME` runs the program in the same process where it is one of Ruby's. */
  async #reachExec(): Promise<void> {
    await this.#once("bundle", async () => this.#bundle.all());
    const [verb, name, ...rest] = this.#installation.command.arguments;
    if (verb !== "exec" || name === undefined) return;
    await this.#once("conventions", async () => this.#reachConventions());
    const because: Because = { evidence: "proved", why: `is told to run ${name}` };
    const own = this.#installation.gems.directories.map((directory) => toAbsPath(`bin/${name}`, directory));
    const found = [...own, await this.#proc.findProgram(name)];
    for (const path of found) {
      if (path === undefined || !(await this.#files.isFile(path))) continue;
      if (hasRubyShebang((await this.#files.readSource(path)) ?? "")) this.#load(path, because);
      this.#emitter.need({ path, role: "program", ...because, args: rest });
      return;
    }
  }

  async #reachConventions(): Promise<void> {
    for (const name of [...conventionalSources, ...this.#installation.command.arguments]) {
      const path = toAbsPath(name, this.#installation.workdir);
      if (!name.startsWith("-") && isSourceName(baseName(path)) && (await this.#files.isFile(path))) {
        this.#load(path, { evidence: "rule", why: `loads ${name} of its directory` });
      }
    }
    await this.#once("application", async () => this.#reachApplication());
  }

  /** Sources of the application that are loaded by the names of their constants, or from lists of directories. */
  async #reachApplication(): Promise<void> {
    if (this.#proc.appRoot === undefined) return;
    const because: Because = { evidence: "rule", why: "may load it by its place" };
    const pending = [this.#proc.appRoot];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const name of await this.#files.names(at)) {
        const path = childOf(at, name);
        if (isSourceName(name) || (await isScriptOf(path, /\bruby/u, this.#files))) {
          if (await this.#files.isFile(path)) this.#load(path, because);
        } else if (mayHoldRuby(path) && (await this.#files.isFile(path))) {
          await this.#loose.readPossible(path);
        } else if (isSettings(path) && (await this.#files.isFile(path))) {
          await this.#loose.readSettings(path);
        } else if (!isNoSetting.test(name) && (await this.#files.isFile(path))) {
          await this.#loose.readEvaluated(path);
        } else if (
          (!otherDirectory.test(name) || isGivenTo(this.#installation.command, name)) &&
          !name.startsWith(".") &&
          (await this.#proc.root.lstat(path))?.kind === "directory"
        ) {
          pending.push(path);
        }
      }
    }
  }
}

/** True when what is loaded comes from a list of the application's own files. */
function looksAround({ code }: RubyScan): boolean {
  return /\bDir(?:\[|\.(?:glob|each_child|children|entries)|\.each)|__dir__|__FILE__|Rails\.root/u.test(code);
}
