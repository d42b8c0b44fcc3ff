import type { Finding, Runtime } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { computedRequire } from "../shared/computed-require.ts";
import { readBundle } from "./bundle-settings.ts";
import { type Because, createEmitter, isSourceName } from "./emitter.ts";
import { featureBelow } from "./gems.ts";
import { areaOf, type Installation } from "./installation.ts";
import { createReach } from "./reach.ts";
import { hasRubyShebang, type RubyScan, scanRuby } from "./source-scan.ts";
import {
  groupOf,
  isDebugger,
  isExcludedFromSafe,
  isForOtherRubies,
  isOfRepositories,
  isRareEncoding,
  isSparedParser,
  isSparedRandom,
  namesRareEncoding,
  preludeFeatures,
  startUpFeatures,
} from "./stdlib.ts";

/** Sources in the program's directory that programs of gems run without being told. */
const conventionalSources = ["config.ru", "Rakefile", "config/puma.rb", "config/boot.rb", "config/environment.rb"];
/** Directories of an application in which no program looks for its sources. */
const otherDirectories: ReadonlySet<string> = new Set([
  "node_modules",
  "vendor",
  "spec",
  "test",
  "tmp",
  "log",
  "public",
]);

/** The run-time of one Ruby process. */
export async function createRuntime(installation: Installation): Promise<Runtime> {
  const { process, files, command, workdir, script, core, gems, apiVersion } = installation;
  const bundle = await readBundle(installation);
  const emitter = createEmitter(installation);
  const reach = createReach(installation, emitter, bundle);
  /** Sources that something loads though their names do not say what they are. */
  const loaded = new Set<AbsPath>();
  const missing = new Map<string, { readonly path: AbsPath; readonly name: string; readonly line: number }>();
  const done = new Set<string>();
  const isWithoutDebuggers = process.stdlib === "reachable" && process.env["RAKE_DEBUG"] === undefined;

  async function once(key: string, work: () => Promise<void>): Promise<void> {
    if (done.has(key)) return;
    done.add(key);
    await work();
  }

  function load(path: AbsPath, because: Because): void {
    loaded.add(path);
    emitter.file(path, because, { isSource: true });
  }

  async function reachScan(scan: RubyScan, path: AbsPath): Promise<void> {
    const area = areaOf(installation, path);
    const isOwn = area === "core";
    // What RubyGems loads inside of its methods is for installing and for repositories.
    const isLazy = isOwn && /\/rubygems(?:\/|\.rb$)/u.test(path);
    const base = parentOf(path);
    for (const { path: text, isRelative } of scan.directories) {
      reach.addDirectories([toAbsPath(text, isRelative ? base : workdir)]);
    }
    for (const { name, line, isCertain } of scan.features) {
      if (isLazy && !isCertain && !name.startsWith("rubygems")) continue;
      if (isOwn && (isSparedParser(name, path, apiVersion) || isSparedRandom(name, path))) continue;
      if (area === "site" && !isCertain && isWithoutDebuggers && isDebugger(name)) continue;
      const isFound = await reach.feature(name, { evidence: "proved", why: `loads ${name} (line ${line})` });
      if (/^bundler(?:\/setup|\/inline)?$/u.test(name) && area !== "core") await once("bundle", reachBundle);
      if (/^(?:zeitwerk|rails|rails\/all|hanami)$/u.test(name)) await once("application", reachApplication);
      if (!isFound && (await reachBeside(name, { workdir, base }))) continue;
      if (!isFound && isCertain && area === "app") missing.set(`${path} ${name}`, { path, name, line });
    }
    for (const name of scan.relatives) {
      if (!isOwn || !isForOtherRubies(name, process.env)) await reachRelative(name, base);
    }
    for (const name of scan.constants) await reachRelative(fileNameOf(name), toAbsPath(path.replace(/\.rb$/u, "")));
    if (isOwn) return;
    await reach.plugIns(path);
    for (const name of scan.gems) await reach.gem(name, { evidence: "proved", why: `activates the gem ${name}` });
    for (const one of scan.programs) await reachProgram(one);
    for (const name of scan.libraries) await reachLibrary(name);
    if (/\bBundler\.require\b/u.test(scan.code)) await once("required", reachRequired);
    if (process.stdlib === "reachable" && namesRareEncoding(scan.code)) await once("encodings", reachEncodings);
    await reachOpen(scan, path);
    if (area !== "app" || process.prune === "reachable") return;
    for (const word of scan.words) {
      if (gems.all.some((gem) => gem.name === word && !gem.isDefault)) {
        await reach.gem(word, { evidence: "string", why: `names ${word}` });
      }
    }
  }

  /** Names of which a part is known only when the program runs. */
  async function reachOpen(scan: RubyScan, path: AbsPath): Promise<void> {
    const area = areaOf(installation, path);
    for (const { prefix, isRelative, line } of scan.open) {
      const because: Because = { evidence: "string", why: `loads from ${prefix} by a computed name (line ${line})` };
      if (isRelative && prefix.includes("/")) {
        const directory = toAbsPath(prefix.slice(0, prefix.lastIndexOf("/") + 1), parentOf(path));
        if (await files.isDirectory(directory)) {
          await emitter.directory(directory, { keeps: (one) => /\.(?:rb|so)$/u.test(one), because });
        }
      } else if (prefix !== "") await reach.below(prefix, because);
      else if (area === "site") await reach.wholeOf(path);
      else await once("application", reachApplication);
    }
  }

  async function reachRelative(name: string, base: AbsPath): Promise<void> {
    const path = toAbsPath(name, base);
    const because: Because = { evidence: "proved", why: `loads ${name}` };
    if (!(await reach.feature(path, because)) && (await files.isFile(path))) load(path, because);
  }

  /** `load` takes a file as it is named, from the program's directory too. */
  async function reachBeside(
    name: string,
    { workdir: start, base }: { readonly workdir: AbsPath; readonly base: AbsPath },
  ): Promise<boolean> {
    for (const directory of [start, base]) {
      const path = (await featureBelow([directory], name, files)) ?? toAbsPath(name, directory);
      if (!(await files.isFile(path)) || areaOf(installation, path) !== "app") continue;
      load(path, { evidence: "proved", why: `loads ${name}` });
      return true;
    }
    return false;
  }

  async function reachProgram({ gem, name }: { readonly gem: string; readonly name: string }): Promise<void> {
    await reach.gem(gem, { evidence: "proved", why: `runs a program of the gem ${gem}` });
    const path = await reach.programOf(gem, name);
    // Starting a program of a gem resolves what all gems depend on.
    for (const directory of installation.loadPath) await reachRubyGems(directory, true);
    if (path !== undefined) load(path, { evidence: "proved", why: `is the program ${name} of the gem ${gem}` });
    if (gem === "bundler") await once("bundle exec", reachExec);
    else await once("conventions", reachConventions);
  }

  /** `bundle exec NAME` runs the program in the same process where it is one of Ruby's. */
  async function reachExec(): Promise<void> {
    await once("bundle", reachBundle);
    const [verb, name, ...rest] = command.arguments;
    if (verb !== "exec" || name === undefined) return;
    await once("conventions", reachConventions);
    const because: Because = { evidence: "proved", why: `is told to run ${name}` };
    const own = gems.directories.map((directory) => toAbsPath(`bin/${name}`, directory));
    const found = [...own, await process.findProgram(name)];
    for (const path of found) {
      if (path === undefined || !(await files.isFile(path))) continue;
      if (hasRubyShebang((await files.readText(path)) ?? "")) load(path, because);
      emitter.need({ path, role: "program", ...because, args: rest });
      return;
    }
  }

  /** Bundler reads its files, and wants every gem of the lock that is not left out. */
  async function reachBundle(): Promise<void> {
    await reach.feature("bundler/setup", { evidence: "rule", why: "sets the load path" });
    await reach.gem("bundler", { evidence: "rule", why: "finds Bundler by its specification" });
    if (bundle === undefined) return;
    for (const path of [bundle.gemfile, bundle.lock, ...bundle.configs]) {
      emitter.need({ path, role: "file", evidence: "rule", why: "is told by it which gems to use", optional: true });
    }
    for (const name of bundle.locked.keys()) {
      await reach.gem(name, { evidence: "declared", why: `has ${name} in its lock` });
    }
  }

  /** `Bundler.require` loads each gem by its name. */
  async function reachRequired(): Promise<void> {
    for (const name of bundle?.locked.keys() ?? []) {
      for (const feature of new Set([name, name.replaceAll("-", "/")])) {
        await reach.feature(feature, { evidence: "declared", why: `loads ${feature}, a gem of its lock` });
      }
    }
  }

  async function reachConventions(): Promise<void> {
    for (const name of [...conventionalSources, ...command.arguments]) {
      const path = toAbsPath(name, workdir);
      if (!name.startsWith("-") && isSourceName(baseName(path)) && (await files.isFile(path))) {
        load(path, { evidence: "rule", why: `loads ${name} of its directory` });
      }
    }
    await once("application", reachApplication);
  }

  /** Sources of the application that are loaded by the names of their constants, or from lists of directories. */
  async function reachApplication(): Promise<void> {
    if (process.appRoot === undefined) return;
    const because: Because = { evidence: "rule", why: "may load it by its place" };
    const pending = [process.appRoot];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const name of await files.names(at)) {
        const path = childOf(at, name);
        if (isSourceName(name)) {
          if (await files.isFile(path)) load(path, because);
        } else if (
          !otherDirectories.has(name) &&
          !name.startsWith(".") &&
          (await process.root.lstat(path))?.kind === "directory"
        ) {
          pending.push(path);
        }
      }
    }
  }

  async function reachLibrary(written: string): Promise<void> {
    const name = libraryName(written);
    for (const soname of [name, `lib${name}.so`, `${name}.so`]) {
      const path = name.startsWith("/") ? toAbsPath(name) : await process.findLibrary(soname);
      if (path === undefined) continue;
      emitter.need({ path, role: "object", evidence: "proved", why: `opens ${name}`, optional: true });
      return;
    }
  }

  async function reachEncodings(): Promise<void> {
    await reachCore((relative) => isRareEncoding(relative), "loads it by the name of an encoding");
  }

  async function reachCore(keeps: (relative: string) => boolean, why: string): Promise<void> {
    for (const directory of core) {
      await emitter.directory(directory, {
        keeps: (path) => keeps(path.slice(directory.length + 1)),
        because: { evidence: "rule", why },
        isRead: false,
      });
    }
  }

  async function reachLibraryOfRuby(): Promise<void> {
    const why = "has it in its standard library";
    if (process.stdlib === "reachable") {
      await reachCore((relative) => relative.startsWith("enc/") && !isRareEncoding(relative), why);
      return;
    }
    const isFull = process.stdlib === "full";
    const hasOther = await hasOtherRubyGems();
    await reachCore(
      (relative) =>
        isFull || (!isExcludedFromSafe(relative, apiVersion) && !(hasOther && groupOf(relative) === "rubygems")),
      why,
    );
  }

  /** Some distributions put a newer RubyGems before the one of the library, which is then never loaded. */
  async function hasOtherRubyGems(): Promise<boolean> {
    const first = await featureBelow(installation.loadPath, "rubygems", files);
    return first !== undefined && !core.some((directory) => isWithin(first, directory));
  }

  async function reachGems(): Promise<void> {
    const because: Because = { evidence: "rule", why: "reads what gems there are" };
    for (const gem of gems.all) {
      if (gem.isDefault) emitter.file(gem.specification, because, { isSource: false });
      else if (process.prune === "none") await reach.gem(gem.name, because, [gem.version]);
    }
    for (const directory of installation.loadPath) await reachRubyGems(directory, false);
  }

  /** RubyGems itself, where the library's own level does not bring it. */
  async function reachRubyGems(directory: AbsPath, isAll: boolean): Promise<void> {
    const own = childOf(directory, "rubygems");
    const isReachable = process.stdlib === "reachable";
    if ((core.includes(directory) && !isReachable) || !(await files.isFile(toAbsPath(`${own}.rb`)))) return;
    await once(`rubygems ${isAll ? "all" : ""}`, async () => {
      const because: Because = { evidence: "rule", why: "finds gems by it" };
      const keeps = (path: AbsPath): boolean => {
        const relative = path.slice(directory.length + 1);
        if (isExcludedFromSafe(relative, apiVersion) || (isReachable && isOfRepositories(relative))) return false;
        return !isReachable || isAll || /^rubygems\/(?:(?:core_ext|defaults|util)\/)?[^/]+\.rb$/u.test(relative);
      };
      await emitter.directory(own, { keeps, because, isRead: isReachable });
      emitter.file(toAbsPath(`${own}.rb`), because, { isRead: isReachable });
    });
  }

  async function reachStart(): Promise<void> {
    await reachLibraryOfRuby();
    const because: Because = { evidence: "rule", why: "loads it before the program" };
    const isOff = (option: string): boolean => command.disabled.has(option) || command.disabled.has("all");
    for (const name of startUpFeatures) await reach.feature(name, because);
    for (const { name, option } of preludeFeatures) {
      if (isOff(option) || isOff("gems")) continue;
      await reach.feature(name, because);
    }
    if (installation.hasGems) await reachGems();
    for (const name of ["rubygems/defaults/operating_system", "rubygems/defaults/ruby"]) {
      if (installation.hasGems) await reach.feature(name, because);
    }
    for (const name of command.libraries) {
      await reach.feature(name, { evidence: "proved", why: `is told to load ${name}` });
      if (/^bundler\b/u.test(name)) await once("bundle", reachBundle);
    }
  }

  return {
    async *start() {
      await reachStart();
      if (command.code !== undefined) await reachScan(scanRuby(command.code), childOf(workdir, "-e"));
      if (script !== undefined) load(script, { evidence: "proved", why: "runs the script of its arguments" });
      for (const path of process.entries) load(path, { evidence: "proved", why: "is told to load it" });
      yield* emitter.take();
    },
    async *needs(path) {
      const text = await files.readText(path);
      if (text === undefined) return;
      const isSource = isSourceName(baseName(path)) || loaded.has(path) || hasRubyShebang(text);
      if (!isSource) return;
      const scan = scanRuby(text);
      await reachScan(scan, path);
      yield* emitter.take();
      if (areaOf(installation, path) !== "app" || !loaded.has(path) || looksAround(scan)) return;
      for (const { prefix, line } of scan.open) if (prefix === "") yield { finding: computedRequire(path, line) };
    },
    async *settle() {
      for (const [key, { path, name, line }] of missing) {
        missing.delete(key);
        if (await reach.feature(name, { evidence: "proved", why: `loads ${name} (line ${line})` })) continue;
        yield { finding: missingFeature(path, { name, line }), from: path };
      }
      yield* emitter.take();
    },
  };

  function missingFeature(path: AbsPath, { name, line }: { readonly name: string; readonly line: number }): Finding {
    const isInApp = process.appRoot !== undefined && isWithin(path, process.appRoot);
    return {
      severity: "warning",
      code: "MODULE_MISSING",
      path,
      message: `cannot find module ${name}: required at ${path}:${line}, no file of the load path and no gem has it`,
      hint: isInApp ? "install the gem in the builder, or set RUBYLIB" : "install the gem in the builder",
    };
  }
}

/** True when what is loaded comes from a list of the application's own files. */
function looksAround({ code }: RubyScan): boolean {
  return /\bDir(?:\[|\.(?:glob|each_child|children|entries)|\.each)|__dir__|__FILE__|Rails\.root/u.test(code);
}

/** Of a path that is put together, `"/usr/lib/#{arch}/libsass.#{ext}"`, the file's name, which the loader looks for as well. */
function libraryName(written: string): string {
  if (!written.includes("#{")) return written;
  return written.replace(/\.#\{[^}]*\}$/u, ".so").replace(/^.*[}/]/u, "");
}

/** `HTTPClient` is in `http_client`, as libraries name their files. */
function fileNameOf(constant: string): string {
  return constant
    .replace(/([A-Z\d]+)([A-Z][a-z])/gu, "$1_$2")
    .replace(/([a-z\d])([A-Z])/gu, "$1_$2")
    .toLowerCase();
}
