import type { Evidence, Finding, Need, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { zonesNeed } from "../../closure/model/time-zones.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { computedRequire } from "../shared/computed-require.ts";
import { type ClassMap, createClassMap } from "./class-map.ts";
import type { PhpCommand } from "./command-line.ts";
import { readComposer } from "./composer.ts";
import { readFpm } from "./fpm.ts";
import type { CompiledPaths, PhpSettings } from "./ini.ts";
import { type PhpInclude, scanPhp } from "./source-scan.ts";

interface PhpProcess {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly command: PhpCommand;
  readonly compiled: CompiledPaths;
  readonly settings: PhpSettings;
  readonly sapi: "cli" | "fpm" | "cgi";
}

/** Settings that name a file which is read. */
const fileSettings: ReadonlySet<string> = new Set(["browscap", "curl.cainfo", "openssl.cafile", "openssl.capath"]);
/** Settings that name a file that runs before or after each script. */
const scriptSettings: ReadonlySet<string> = new Set(["auto_prepend_file", "auto_append_file", "opcache.preload"]);
/** Settings that name a directory in which files are kept. */
const directorySettings: ReadonlySet<string> = new Set([
  "opcache.file_cache",
  "session.save_path",
  "soap.wsdl_cache_dir",
  "sys_temp_dir",
  "upload_tmp_dir",
]);

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
  #includePath: readonly string[];

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
    this.#includePath = settings.includePath;
  }

  async *start(): AsyncIterable<Yield> {
    const because = { role: "file", evidence: "declared", optional: true } as const;
    for (const path of this.#settings.directories)
      yield { need: { path, ...because, why: "looks for settings in it" } };
    for (const path of this.#settings.files) yield { need: { path, ...because, why: "reads settings from it" } };
    yield* this.#allSettings(this.#settings.settings);
    for (const name of this.#command.zendExtensions) yield* this.#extensionNeeds("zend_extension", name, undefined);
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
      yield* this.#allSettings(own.map(([name, value, from]) => ({ name, value, from })));
    }
    if (this.#script !== undefined)
      yield this.#moduleNeed(this.#script, { evidence: "proved", why: "runs the script of its arguments" });
    for (const path of this.#proc.entries)
      yield this.#moduleNeed(path, { evidence: "proved", why: "is told to load it" });
    if (this.#command.code !== undefined)
      yield* this.#sourceNeeds(`<?php ${this.#command.code}`, childOf(this.#workdir, "-"));
    if (this.#command.isServer) yield* this.#documentNeeds();
    if (this.#classMap !== undefined) yield* this.#applicationNeeds();
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    if (!/\.(?:php\d?|phtml|inc)$/u.test(path) && !this.#loaded.has(path)) return;
    const text = await this.#files.readText(path);
    if (text === undefined || !text.includes("<?")) return;
    yield* this.#sourceNeeds(text, path);
    if (path !== this.#script) return;
    for (const line of scanPhp(text).computed) yield { finding: computedRequire(path, line) };
  }

  async *settle(): AsyncIterable<Yield> {}

  *#settingNeeds(name: string, value: string, from: AbsPath | undefined): Iterable<Yield> {
    const requester = from === undefined ? {} : { from };
    const plain = value.replace(/^\d+;(?:[0-7]+;)?/u, "");
    const optional = { evidence: "declared", why: `has it as ${name}`, optional: true } as const;
    if (scriptSettings.has(name) && plain !== "" && plain !== "none") {
      const path = toAbsPath(plain, this.#workdir);
      this.#loaded.add(path);
      yield { need: { path, role: "module", evidence: "declared", why: `runs it as ${name}` }, ...requester };
    } else if (fileSettings.has(name) && plain.startsWith("/")) {
      yield { need: { path: toAbsPath(plain), role: "file", ...optional }, ...requester };
    } else if (directorySettings.has(name) && plain.startsWith("/")) {
      yield { need: { path: toAbsPath(plain), role: "file", ...optional }, ...requester };
    } else if (name === "error_log" && plain.startsWith("/") && !plain.startsWith("/dev/")) {
      yield { need: { path: parentOf(toAbsPath(plain)), role: "file", ...optional }, ...requester };
    }
  }

  /** `extension=NAME` is NAME.so in the directory of extensions, unless it is a path (ext/standard/dl.c of PHP). */
  async *#extensionNeeds(name: string, value: string, from: AbsPath | undefined): AsyncIterable<Yield> {
    const requester = from === undefined ? {} : { from };
    const directory = this.#settings.extensionDirectory;
    const candidates = value.includes("/")
      ? [toAbsPath(value, this.#workdir)]
      : directory === undefined
        ? []
        : [childOf(directory, value), childOf(directory, `${value}.so`)];
    for (const path of candidates) {
      if (!(await this.#files.isFile(path))) continue;
      yield { need: { path, role: "object", evidence: "declared", why: `loads it by ${name}=${value}` }, ...requester };
      return;
    }
    yield { finding: missingExtension(value, candidates, from ?? this.#proc.program), ...requester };
  }

  async *#allSettings(
    list: Iterable<{ readonly name: string; readonly value: string; readonly from: AbsPath | undefined }>,
  ): AsyncIterable<Yield> {
    for (const { name, value, from } of list) {
      if ((name === "extension" || name === "zend_extension") && value !== "")
        yield* this.#extensionNeeds(name, value, from);
      else yield* this.#settingNeeds(name, value, from);
    }
  }

  /**
   * Classes of the application are found by their names, so that which of its sources is loaded is not told by
   * includes.
   */
  async *#applicationNeeds(): AsyncIterable<Yield> {
    const { appRoot } = this.#proc;
    if (appRoot === undefined || appRoot === "/") return;
    const vendor = childOf(appRoot, "vendor");
    for await (const { path, stat } of walk(this.#proc.root, appRoot, (directory) => directory !== vendor)) {
      if (stat.kind !== "file" || !path.endsWith(".php")) continue;
      yield this.#moduleNeed(path, { evidence: "string", why: "may load it for one of its classes" });
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
        : { need: { path, role: "file", evidence: "declared", why } };
    }
  }

  #moduleNeed(path: AbsPath, because: { readonly evidence: Evidence; readonly why: string }): Yield {
    this.#loaded.add(path);
    return { need: this.#layered({ path, role: "module", ...because }) };
  }

  async *#sourceNeeds(text: string, path: AbsPath): AsyncIterable<Yield> {
    const scan = scanPhp(text);
    if (scan.includePaths.length > 0) this.#includePath = [...new Set([...this.#includePath, ...scan.includePaths])];
    for (const include of scan.includes) {
      const found = await this.#locate(include, path);
      const because = { evidence: "proved", why: `includes ${include.path} (line ${include.line})` } as const;
      if (found === undefined) {
        if (include.isCertain && path === this.#script) yield { finding: missingInclude(include, path) };
        continue;
      }
      yield this.#moduleNeed(found, because);
      yield* this.#groupNeeds(found);
      yield* this.#composerNeeds(found);
    }
    for (const found of this.#classMap?.read(text, path) ?? []) {
      const because = { evidence: "string", why: "has it as the file of a class that sources name" } as const;
      if (await this.#files.isFile(found)) yield this.#moduleNeed(found, because);
    }
  }

  /**
   * The include path, then the directory of the source, as `include` looks; a path of its own is only looked for there.
   */
  async #locate({ path, isBeside }: PhpInclude, source: AbsPath): Promise<AbsPath | undefined> {
    const isOwn = path.startsWith("/") && !isBeside;
    const beside = toAbsPath(isBeside ? `.${path}` : path, parentOf(source));
    const isRelative = /^\.\.?\//u.test(path);
    const bases = isRelative ? [] : this.#includePath.map((part) => toAbsPath(path, toAbsPath(part, this.#workdir)));
    const candidates = isOwn
      ? [toAbsPath(path)]
      : isBeside
        ? [beside]
        : [...bases, toAbsPath(path, this.#workdir), beside];
    for (const candidate of candidates) if (await this.#files.isFile(candidate)) return candidate;
    return undefined;
  }

  /** A library outside of the application loads its classes by their names: its directory ships as a whole. */
  async *#groupNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (this.#proc.prune === "reachable" || this.#isApplication(path)) return;
    const bases = this.#includePath.filter((part) => part.startsWith("/")).map((part) => toAbsPath(part));
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

  /**
   * Classes are loaded by their names through Composer's autoloader: all that it installed for production ships,
   * whatever installed it.
   */
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

function missingExtension(value: string, candidates: readonly AbsPath[], path: AbsPath): Finding {
  const where = candidates.length === 0 ? "no directory of extensions is known" : `no ${candidates.join(", no ")}`;
  return {
    severity: "warning",
    code: "PHP_EXTENSION_MISSING",
    path,
    message: `cannot load the extension ${value}: ${path} names it, ${where}`,
    hint: "install the package that has it in the builder, or remove the line",
  };
}

function missingInclude({ path, line }: PhpInclude, source: AbsPath): Finding {
  return {
    severity: "warning",
    code: "MODULE_MISSING",
    path: source,
    message: `cannot find ${path}: required at ${source}:${line}, not on the include path and not beside it`,
    hint: "install it in the builder, or bring it with the application",
  };
}
