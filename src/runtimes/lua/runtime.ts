import { type ProcessContext, type Runtime, scriptOfArguments, type Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import { wordsOfSettings } from "../../languages/application-settings.ts";
import { namedFiles } from "../../languages/arguments.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { filesBelow } from "../../languages/files-below.ts";
import { namedPathNeeds } from "../../languages/named-paths.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type LuaCommand, readLuaCommand } from "./arguments.ts";
import { type SearchPaths, searchPathsOf } from "./search-path.ts";
import { commandCodeOf, type LuaScan, readRequires, scanLua } from "./source.ts";
import { luaCalls } from "./started-programs.ts";

export async function startLua(proc: ProcessContext): Promise<Runtime> {
  return new LuaRuntime(proc, await searchPathsOf(proc));
}

/** The run-time of one Lua process. */
class LuaRuntime implements Runtime {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #command: LuaCommand;
  readonly #packages: PackageLookup;
  readonly #programs: DependencyPrograms;
  readonly #script: AbsPath | undefined;
  readonly #done = new Set<string>();
  readonly #words = new Set<string>();
  #settings: ReadonlySet<string> | undefined;
  /** A source of the application requires what only the run tells. */
  #requiresAny = false;
  #paths: SearchPaths;

  constructor(proc: ProcessContext, paths: SearchPaths) {
    this.#proc = proc;
    this.#files = processFiles(proc.root);
    this.#command = readLuaCommand(proc.args);
    this.#packages = new PackageLookup(proc);
    this.#programs = new DependencyPrograms({ proc, files: this.#files });
    this.#script = this.#command.script === undefined ? undefined : this.#pathOf(this.#command.script);
    this.#paths = paths;
  }

  async *start(): AsyncIterable<Yield> {
    const init = this.#proc.env["LUA_INIT"] ?? "";
    if (init.startsWith("@")) yield moduleNeed(this.#pathOf(init.slice(1)), "runs the file of LUA_INIT first");
    else yield* this.#requireNeeds(init);
    for (const name of this.#command.modules) yield* this.#nameNeeds(name, "loads the module of its options", true);
    for (const code of this.#command.codes) yield* this.#requireNeeds(code);
    if (this.#script !== undefined) {
      yield moduleNeed(this.#script, scriptOfArguments);
      yield* this.#dependencyNeeds(this.#script);
    }
    for (const path of await namedFiles(this.#command.arguments, this.#proc)) {
      if (path.endsWith(".lua")) yield moduleNeed(path, "has it among its arguments");
    }
    for (const path of this.#proc.entries) yield moduleNeed(path, "is an entry of the application");
    yield* this.#applicationNeeds();
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    const head = await this.#files.readBytes(path, { offset: 0, length: 1 });
    const isSource = path.endsWith(".lua") || head?.[0] === 0x23 || path === this.#script;
    if (isInstalled(path)) yield* this.#packageNeeds(path);
    // Compiled chunks start with an escape: their names are no text.
    if (head === undefined || !isSource || head[0] === 0x1b) return;
    const bytes = await this.#files.readBytes(path);
    const text = latin1(bytes ?? new Uint8Array());
    const scan = scanLua(text);
    await this.#addPaths(scan);
    const isOptional = isInstalled(path) || (await this.#packages.filesOf(path, this.#files)) !== undefined;
    yield* this.#requireNeeds(text, isOptional);
    if (!isOptional) {
      for (const word of scan.words) this.#words.add(word);
      this.#requiresAny ||= scan.computed.some(({ what, prefix }) => what.startsWith("require") && prefix === "");
    }
    yield* this.#computedNeeds(scan, path);
    const starting = { path, syntax: luaCalls, isApp: !isOptional };
    for (const one of await this.#programs.startedBy(commandCodeOf(text), starting)) yield { from: path, ...one };
    yield* namedPathNeeds(text, { source: path, files: this.#files, isPackaged: isOptional });
  }

  /** A module of a computed name is one that a text of the application names, or its settings do. */
  async *settle(): AsyncIterable<Yield> {
    if (!this.#requiresAny) return;
    for (const word of [...this.#words, ...(yield* this.#wordsOfSettings())]) {
      if (this.#done.has(`word ${word}`)) continue;
      for await (const one of this.#nameNeeds(word, `names ${word}`, false)) {
        // A directory that is added later may have what nothing has yet.
        this.#done.add(`word ${word}`);
        yield "need" in one ? { ...one, need: { ...one.need, evidence: "string" } } : one;
      }
    }
  }

  async *#wordsOfSettings(): AsyncGenerator<Yield, ReadonlySet<string>> {
    const asking = { proc: this.#proc, files: this.#files };
    this.#settings ??= yield* wordsOfSettings(asking, (text) => text.match(/[A-Za-z_][\w.-]{1,60}/gu) ?? []);
    return this.#settings;
  }

  /** At `reachable` no source of the application is asked for by itself. */
  async *#applicationNeeds(): AsyncIterable<Yield> {
    const { appRoot, root, prune } = this.#proc;
    if (appRoot === undefined || appRoot === "/" || prune !== "reachable") return;
    for await (const path of filesBelow(appRoot, { root, files: this.#files, searchPath: [] })) {
      if (path.endsWith(".lua")) yield moduleNeed(path, "may load it by its place");
    }
  }

  /**
   * Installed modules require what is optional to them where they use it, so that only sources of the application miss
   * a module.
   */
  async *#requireNeeds(text: string, isOptional = false): AsyncIterable<Yield> {
    for (const { name, isSure, line } of readRequires(text)) {
      yield* this.#nameNeeds(name, `requires ${name} (line ${line})`, isSure && !isOptional);
    }
  }

  /** The file that `require` loads: sources first, then libraries, then the library of a name's first part. */
  async *#nameNeeds(name: string, why: string, isSure: boolean): AsyncIterable<Yield> {
    if (builtIn.has(name)) return;
    const file = name.replaceAll(".", "/");
    const { sources, objects } = this.#paths;
    const source = await this.#firstOf(sources, file);
    if (source !== undefined) {
      yield moduleNeed(source, why);
      return;
    }
    const object = (await this.#firstOf(objects, file)) ?? (await this.#firstOf(objects, name.split(".")[0] ?? name));
    if (object !== undefined) {
      yield { need: { path: object, role: "object", evidence: "proved", why } };
      yield* this.#packageNeeds(object);
    } else if (isSure) {
      yield {
        finding: {
          severity: "warning",
          code: "MODULE_MISSING",
          message: `cannot find module ${name}: ${this.#proc.program} ${why}, no file of package.path or package.cpath`,
          hint: "install it in the builder, or set LUA_PATH and LUA_CPATH",
        },
      };
    }
  }

  /** Names that are put together: modules below a beginning, files by a computed path. */
  async *#computedNeeds({ computed, files }: LuaScan, path: AbsPath): AsyncIterable<Yield> {
    for (const file of files) {
      for (const base of [this.#proc.workdir, parentOf(path)]) {
        const found = toAbsPath(file, base);
        if (await this.#files.isFile(found)) yield moduleNeed(found, `loads ${file}`);
      }
    }
    for (const { what, line, prefix } of computed) {
      for (const bound of prefix === "" ? [await this.#ownBound(path, what)] : await this.#boundsBelow(prefix)) {
        yield { unknown: { kind: "computed-name", line, what, bound }, from: path };
      }
    }
  }

  /** `require("socket." .. name)` is something in the directories `socket` of the search path. */
  async #boundsBelow(prefix: string): Promise<readonly Bound[]> {
    const bounds: Bound[] = [];
    const start = prefix.replaceAll(".", "/");
    const starts = [...this.#paths.sources, ...this.#paths.objects].map((template) => template.split("?")[0] ?? "");
    for (const base of new Set(starts)) {
      const whole = `${this.#pathOf(base === "" ? "." : base)}/${start}`;
      const directory = toAbsPath(whole.slice(0, whole.lastIndexOf("/")));
      if (await this.#files.isDirectory(directory)) bounds.push({ kind: "prefix", prefix: whole });
    }
    return bounds;
  }

  /** What a source means with a name of which nothing is known: something of its package, or of the application. */
  async #ownBound(path: AbsPath, what: string): Promise<Bound> {
    const { appRoot } = this.#proc;
    const packaged = await this.#packages.filesOf(path, this.#files);
    if (packaged !== undefined) return { kind: "paths", paths: packaged };
    if (isInstalled(path)) return { kind: "directory", path: parentOf(path) };
    const isAny = appRoot === undefined || appRoot === "/" || what.startsWith("require");
    return isAny ? { kind: "anything" } : { kind: "directory", path: appRoot };
  }

  /** All that the distribution's package of a module has for running. */
  async *#packageNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (this.#proc.prune === "reachable") return;
    for (const file of await this.#packages.take((await this.#files.realPath(path)) ?? path)) {
      if (!(await this.#files.isFile(file))) continue;
      yield packageNeed(file, `has it in the package of ${path}`);
    }
  }

  /** A program of a package loads modules of the packages that it depends on by names that its configuration has. */
  async *#dependencyNeeds(script: AbsPath): AsyncIterable<Yield> {
    const real = (await this.#files.realPath(script)) ?? script;
    const directories = [...this.#paths.sources, ...this.#paths.objects].flatMap((template) => {
      const base = /^(\/.*?)\/[^/]*\?/u.exec(template)?.[1];
      return base === undefined ? [] : [toAbsPath(base)];
    });
    for (const file of await this.#packages.dependenciesBelow(real, directories)) {
      if (await this.#files.isFile(file)) yield packageNeed(file, "has it in a package that it depends on");
    }
  }

  /** Templates that a source puts onto `package.path`, also behind a directory that it names: `dir .. "/?.lua"`. */
  async #addPaths({ templates, directories }: LuaScan): Promise<void> {
    for (const template of templates) {
      const isObject = template.includes("?.so");
      const bases = template.startsWith("/?") ? directories : [""];
      for (const base of bases) {
        const whole = `${base}${template}`;
        if (this.#done.has(whole)) continue;
        this.#done.add(whole);
        const { sources, objects } = this.#paths;
        this.#paths = isObject ? { sources, objects: [...objects, whole] } : { sources: [...sources, whole], objects };
      }
    }
  }

  async #firstOf(templates: readonly string[], name: string): Promise<AbsPath | undefined> {
    for (const template of templates) {
      const path = this.#pathOf(template.replaceAll("?", name));
      if (await this.#files.isFile(path)) return path;
    }
    return undefined;
  }

  #pathOf(text: string): AbsPath {
    return toAbsPath(text, this.#proc.workdir);
  }
}

function isInstalled(path: AbsPath): boolean {
  return /^\/usr\/(?:local\/)?(?:share|lib)\//u.test(path);
}

function moduleNeed(path: AbsPath, why: string): Yield {
  const layer = isInstalled(path) ? ({ layer: "dependencies" } as const) : {};
  return { need: { path, role: "module", evidence: "proved", why, ...layer } };
}

function packageNeed(path: AbsPath, why: string): Yield {
  const role = /\.so(?:\.[\d.]+)?$/u.test(path) ? "object" : "module";
  return { need: { path, role, evidence: "package", why, layer: "dependencies" } };
}

/** Libraries inside the interpreters, those of LuaJIT too. */
const builtIn: ReadonlySet<string> = new Set([
  "_G",
  "bit",
  "bit32",
  "coroutine",
  "debug",
  "ffi",
  "io",
  "jit",
  "jit.opt",
  "jit.profile",
  "jit.util",
  "math",
  "os",
  "package",
  "string",
  "string.buffer",
  "table",
  "table.clear",
  "table.new",
  "utf8",
]);
