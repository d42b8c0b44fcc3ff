import { type ProcessContext, type Runtime, scriptOfArguments, type Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { wordsOfSettings } from "../../languages/application-settings.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { existingDirectories } from "../../languages/existing-directories.ts";
import type { Because } from "../../languages/needs.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { type GuileCommand, readGuileCommand } from "./command-line.ts";
import { findGuilePaths, type GuilePaths } from "./load-path.ts";
import { type GuileScan, scanGuile, type UsedModule, withoutComments } from "./source-scan.ts";
import { commandCodeOf, guileCalls, moduleWordsIn } from "./started-programs.ts";

/** Loaded before the program, by the library and by `guile` itself. */
const startUpModules = (
  "ice-9/boot-9 ice-9/psyntax-pp ice-9/eval ice-9/command-line ice-9/binary-ports ice-9/control ice-9/custom-ports ice-9/deprecated " +
  "ice-9/exceptions ice-9/format ice-9/match ice-9/networking ice-9/ports ice-9/posix ice-9/q ice-9/quasisyntax ice-9/r5rs ice-9/r6rs-libraries " +
  "ice-9/r7rs-libraries ice-9/rdelim ice-9/regex ice-9/safe ice-9/textual-ports ice-9/threads ice-9/vlist ice-9/and-let-star ice-9/i18n " +
  "ice-9/popen ice-9/pretty-print ice-9/iconv ice-9/rw ice-9/string-fun ice-9/copy-tree ice-9/arrays ice-9/scm-style-repl ice-9/top-repl srfi/srfi-1 srfi/srfi-4 " +
  "srfi/srfi-9 srfi/srfi-11 srfi/srfi-13 srfi/srfi-26 srfi/srfi-34 srfi/srfi-60 system/vm/vm system/vm/program system/vm/frame system/vm/debug " +
  "system/vm/loader system/vm/elf system/vm/dwarf system/repl/debug system/repl/error-handling system/repl/common system/repl/repl"
).split(" ");

/** The compiler of a script when it starts. */
const compilerDirectories = /^(?:language\/(?:bytecode|cps|tree-il|scheme|value)\/|system\/(?:base|vm)\/)/u;

/** Modules for other languages, for development and for documentation. */
const excludedFromSafe =
  /^(?:language\/(?:brainfuck|ecmascript|elisp|lua|objcode|wisp)|scripts\/|statprof\.|texinfo|ice-9\/(?:debugging|gap-buffer|session|slib)\b)/u;

export async function startGuile(proc: ProcessContext): Promise<Runtime> {
  const files = processFiles(proc.root);
  const command = readGuileCommand(proc.args);
  return new GuileRuntime({ proc, files, command, paths: await findGuilePaths(proc, { files, command }) });
}

/** The facts of a Guile process before any source is read. */
interface Installation {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly command: GuileCommand;
  readonly paths: GuilePaths;
}

class GuileRuntime implements Runtime {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #command: GuileCommand;
  #paths: GuilePaths;
  readonly #packages: PackageLookup;
  readonly #loaded = new Set<AbsPath>();
  readonly #reached = new Set<string>();
  readonly #compiles: boolean;
  readonly #programs: DependencyPrograms;
  /** Words of the application's sources, and of its settings once one loads a module that only the run tells. */
  readonly #words = new Set<string>();
  #loadsAny = false;
  #hasSettings = false;
  /** True once a source opens a library whose name only the run tells; names of libraries in sources until then. */
  #opensComputed = false;
  readonly #libraryTexts = new Set<string>();

  constructor({ proc, files, command, paths }: Installation) {
    this.#proc = proc;
    this.#files = files;
    this.#command = command;
    this.#programs = new DependencyPrograms({ proc, files });
    this.#paths = paths;
    this.#packages = new PackageLookup(proc);
    this.#compiles = command.compiles && proc.env["GUILE_AUTO_COMPILE"] !== "0";
  }

  async *start(): AsyncIterable<Yield> {
    if (this.#paths.core.length === 0) {
      yield { finding: withoutLibrary(this.#proc.program) };
      return;
    }
    if (this.#proc.stdlib === "reachable") {
      for (const name of startUpModules)
        yield* this.#fileNeeds(name, { evidence: "rule", why: "loads it before the program" });
      if (this.#compiles) yield* this.#compilerNeeds();
    } else {
      const isFull = this.#proc.stdlib === "full";
      yield* this.#coreNeeds((relative) => isFull || !excludedFromSafe.test(relative), "has it in its library");
    }
    for (const directory of [...this.#paths.sources, ...this.#paths.compiled]) {
      yield {
        need: { path: directory, role: "file", evidence: "rule", why: "looks for modules in it", optional: true },
      };
    }
    for (const code of this.#command.codes) yield* this.#scanNeeds(code, toAbsPath("-c", this.#proc.workdir));
    for (const name of this.#command.files)
      yield this.#sourceNeed(this.#pathOf(name), { evidence: "proved", why: "loads the file of its options" });
    if (this.#command.script !== undefined) {
      yield this.#sourceNeed(this.#pathOf(this.#command.script), {
        evidence: "proved",
        why: scriptOfArguments,
      });
    }
    for (const path of this.#proc.entries)
      yield this.#sourceNeed(path, { evidence: "proved", why: "is an entry of the application" });
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    if (!/\.(?:scm|sls|sld|ss)$/u.test(path) && !this.#loaded.has(path)) return;
    const isCore = this.#paths.core.some((directory) => isWithin(path, directory));
    if (isCore && this.#proc.stdlib !== "reachable" && !this.#loaded.has(path)) return;
    const isInstalled = this.#paths.sources.some((directory) => isWithin(path, directory));
    if (isInstalled && !isCore) yield* this.#packageNeeds(path);
    const text = await this.#files.readSource(path);
    if (text === undefined) return;
    yield* this.#scanNeeds(text, path);
    yield* this.#programNeeds(text, path);
  }

  /** A module of a computed name is one that the application names, in its sources or its settings. */
  async *settle(): AsyncIterable<Yield> {
    if (!this.#loadsAny) return;
    yield* this.#readSettings();
    for (const name of this.#words) yield* this.#fileNeeds(name, { evidence: "string", why: `names ${name}` });
  }

  async *#readSettings(): AsyncIterable<Yield> {
    if (this.#hasSettings) return;
    this.#hasSettings = true;
    const { args, env } = this.#proc;
    for (const text of [...args, ...Object.values(env)]) for (const word of moduleWordsIn(text)) this.#words.add(word);
    const found = yield* wordsOfSettings({ proc: this.#proc, files: this.#files }, moduleWordsIn, /\.(?:scm|sexp)$/u);
    for (const word of found) this.#words.add(word);
  }

  /** What a source starts, and the words of one that the author wrote. */
  async *#programNeeds(text: string, path: AbsPath): AsyncIterable<Yield> {
    if (this.#paths.core.some((directory) => isWithin(path, directory))) return;
    const code = withoutComments(text);
    const isInstalled = this.#paths.sources.some(
      (directory) => directory.startsWith("/usr/") && isWithin(path, directory),
    );
    const isOwn = !isInstalled && (await this.#packages.filesOf(path, this.#files)) === undefined;
    if (isOwn) {
      for (const word of moduleWordsIn(code)) this.#words.add(word);
      this.#loadsAny ||= /\((?:resolve-(?:interface|module)|eval(?:-string)?|@@?)[\s(]/u.test(code);
    }
    const starting = { path, syntax: guileCalls, isApp: isOwn };
    for (const one of await this.#programs.startedBy(commandCodeOf(code), starting)) yield { from: path, ...one };
  }

  /** The compiler with what it uses: Guile compiles a script when it starts, and warns where it cannot. */
  async *#compilerNeeds(): AsyncIterable<Yield> {
    for (const directory of this.#paths.core) {
      const real = (await this.#files.realPath(directory)) ?? directory;
      for await (const { path, stat } of walk(this.#proc.root, real)) {
        const name = path.slice(real.length + 1).replace(/\.(?:scm|go)$/u, "");
        if (stat.kind !== "file" || !compilerDirectories.test(`${name}/`)) continue;
        yield* this.#fileNeeds(name, { evidence: "rule", why: "compiles scripts by it" });
      }
    }
  }

  async *#coreNeeds(keeps: (relative: string) => boolean, why: string): AsyncIterable<Yield> {
    for (const directory of this.#paths.core) {
      const real = (await this.#files.realPath(directory)) ?? directory;
      for await (const { path, stat } of walk(this.#proc.root, real)) {
        const relative = path.slice(real.length + 1);
        if ((stat.kind !== "file" && stat.kind !== "symlink") || !keeps(relative)) continue;
        yield {
          need: { path: toAbsPath(relative, directory), role: "file", evidence: "rule", why, layer: "interpreter" },
        };
      }
    }
  }

  /** A module in all of its forms: the source, and what was compiled of it. False when neither is there. */
  async *#fileNeeds(name: string, because: Because): AsyncGenerator<Yield, boolean> {
    if (this.#reached.has(name)) return true;
    let isFound = false;
    const candidates = [
      ...this.#paths.sources.flatMap((base) =>
        [".scm", ".sls", ".guile.sls", ""].map((ending) => [base, ending] as const),
      ),
      ...this.#paths.compiled.map((base) => [base, ".go"] as const),
    ];
    const seen = new Set<string>();
    for (const [base, ending] of candidates) {
      const kind = ending === ".go" ? ending : "source";
      const path = toAbsPath(`${name}${ending}`, base);
      if (seen.has(kind) || !(await this.#files.isFile(path))) continue;
      seen.add(kind);
      isFound = true;
      if (kind === "source") this.#loaded.add(path);
      const isCore = this.#paths.core.includes(base);
      yield {
        need: {
          path,
          role: kind === "source" ? "module" : "file",
          ...because,
          layer: isCore ? "interpreter" : "dependencies",
        },
      };
    }
    if (isFound) this.#reached.add(name);
    return isFound;
  }

  async *#scanNeeds(text: string, path: AbsPath): AsyncIterable<Yield> {
    const scan = scanGuile(text);
    yield* this.#morePaths(scan);
    const isOwn = this.#paths.sources.some((directory) => isWithin(path, directory));
    for (const module of scan.modules) {
      const isFound = yield* this.#fileNeeds(fileNameOf(module), {
        evidence: "proved",
        why: `uses (${module.parts.join(" ")})`,
      });
      const isSure = !isOwn && module.parts.length > 1 && !isFound;
      if (isSure && !(yield* this.#besideNeeds(module, path))) yield { finding: missingModule(path, module) };
    }
    for (const begun of scan.begun) yield* this.#begunNeeds(begun);
    for (const file of scan.files) {
      for (const base of [parentOf(path), this.#proc.workdir]) {
        if (await this.#files.isFile(toAbsPath(file, base))) {
          yield this.#sourceNeed(toAbsPath(file, base), { evidence: "proved", why: `loads ${file}` });
        }
      }
    }
    for (const name of scan.onPath)
      yield* this.#fileNeeds(name.replace(/\.scm$/u, ""), { evidence: "proved", why: `loads ${name}` });
    for (const name of scan.libraries) yield* this.#libraryNeeds(name);
    // Guile's own modules load what their callers name, and callers are read.
    if (!this.#paths.core.some((directory) => isWithin(path, directory))) yield* this.#computedLibraries(scan);
    if (this.#paths.core.some((directory) => isWithin(path, directory))) return;
    for (const { line, what } of scan.computed) {
      yield { unknown: { kind: "computed-name", line, what, bound: await this.#ownBound(path) } };
    }
  }

  /** The modules in a directory, each of which a name could stand for. */
  async *#begunNeeds(begun: string): AsyncIterable<Yield> {
    const why = `loads a module of (${begun.replaceAll("/", " ")}) by a name that is computed`;
    for (const base of this.#paths.sources) {
      for (const name of await this.#files.names(toAbsPath(begun, base))) {
        const module = /^(.+)\.(?:scm|sls|sld)$/u.exec(name)?.[1];
        if (module !== undefined) yield* this.#fileNeeds(`${begun}/${module}`, { evidence: "bound", why });
      }
    }
  }

  /** Directories that a source looks in first from then on. */
  async *#morePaths({ sources, compiled }: GuileScan): AsyncIterable<Yield> {
    const found = async (known: readonly AbsPath[], words: readonly string[]): Promise<readonly AbsPath[]> => {
      const paths = await existingDirectories(
        words.map((word) => toAbsPath(word)),
        this.#files,
      );
      return paths.filter((path) => !known.includes(path));
    };
    const moreSources = await found(this.#paths.sources, sources);
    const moreCompiled = await found(this.#paths.compiled, compiled);
    if (moreSources.length + moreCompiled.length === 0) return;
    this.#paths = {
      ...this.#paths,
      sources: [...moreSources, ...this.#paths.sources],
      compiled: [...moreCompiled, ...this.#paths.compiled],
    };
    for (const path of [...moreSources, ...moreCompiled]) {
      const why = "puts it on the load path";
      yield { need: { path, role: "file", evidence: "proved", why, optional: true } };
    }
  }

  /**
   * Where sources open what only the run tells, each library is meant that they name by its path, and at `safe` each
   * that the loader would find.
   */
  async *#computedLibraries({ opensComputed, libraryTexts }: GuileScan): AsyncIterable<Yield> {
    const isNamed = (name: string): boolean => this.#proc.prune !== "reachable" || name.startsWith("/");
    for (const name of libraryTexts.filter(isNamed)) this.#libraryTexts.add(name);
    this.#opensComputed ||= opensComputed;
    if (!this.#opensComputed) return;
    for (const name of this.#libraryTexts) yield* this.#libraryNeeds(name);
    this.#libraryTexts.clear();
  }

  /** What a source means with a name of which nothing is known: something of its package, or of the application. */
  async #ownBound(path: AbsPath): Promise<Bound> {
    const { appRoot } = this.#proc;
    if (appRoot !== undefined && appRoot !== "/" && isWithin(path, appRoot))
      return { kind: "directory", path: appRoot };
    const packaged = await this.#packages.filesOf(path, this.#files);
    if (packaged !== undefined) return { kind: "paths", paths: packaged };
    const isInstalled = this.#paths.sources.some((directory) => isWithin(path, directory));
    return isInstalled ? { kind: "directory", path: parentOf(path) } : { kind: "anything" };
  }

  /** All that the distribution's package of a module has for running. */
  async *#packageNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (this.#proc.prune === "reachable") return;
    for (const file of await this.#packages.take((await this.#files.realPath(path)) ?? path)) {
      if (!(await this.#files.isFile(file))) continue;
      const why = `has it in the package of ${path}`;
      yield { need: { path: file, role: "module", evidence: "package", why, layer: "dependencies" } };
    }
  }

  /** Programs add their own directory to the load path when they start. */
  async *#besideNeeds(module: UsedModule, path: AbsPath): AsyncGenerator<Yield, boolean> {
    const bases = [
      parentOf(path),
      this.#proc.workdir,
      ...(this.#proc.appRoot === undefined ? [] : [this.#proc.appRoot]),
    ];
    for (const base of bases) {
      const source = toAbsPath(`${fileNameOf(module)}.scm`, base);
      if (!(await this.#files.isFile(source))) continue;
      yield this.#sourceNeed(source, { evidence: "proved", why: `uses (${module.parts.join(" ")})` });
      return true;
    }
    return false;
  }

  async *#libraryNeeds(name: string): AsyncIterable<Yield> {
    const own = this.#paths.extensions.flatMap((base) => [`${name}.so`, name].map((file) => toAbsPath(file, base)));
    const candidates = [...own, ...(name.startsWith("/") ? [toAbsPath(name), toAbsPath(`${name}.so`)] : [])];
    for (const path of candidates) {
      if (!(await this.#files.isFile(path))) continue;
      yield { need: { path, role: "object", evidence: "proved", why: `opens ${name}` } };
      return;
    }
    for (const soname of [name, `${name}.so`]) {
      const path = await this.#proc.findLibrary(soname);
      if (path === undefined) continue;
      yield { need: { path, role: "object", evidence: "proved", why: `opens ${name}` } };
      return;
    }
  }

  #sourceNeed(path: AbsPath, because: Because): Yield {
    this.#loaded.add(path);
    return { need: { path, role: "module", ...because } };
  }

  #pathOf(text: string): AbsPath {
    return toAbsPath(text, this.#proc.workdir);
  }
}

/** `(srfi :1)` and `(srfi 1)` are in `srfi/srfi-1`, as R6RS and R7RS name them. */
function fileNameOf({ parts }: UsedModule): string {
  const [first = "", second = "", ...rest] = parts;
  const number = /^:?(\d+)$/u.exec(second)?.[1];
  return first === "srfi" && number !== undefined ? [`srfi/srfi-${number}`, ...rest].join("/") : parts.join("/");
}

function withoutLibrary(program: AbsPath) {
  return {
    severity: "error",
    code: "GUILE_LIBRARY_MISSING",
    path: program,
    message: `cannot find the library of ${program}: no directory that is compiled into it holds ice-9/boot-9`,
    hint: "install the whole interpreter in the builder",
  } as const;
}

function missingModule(path: AbsPath, { parts, line }: UsedModule) {
  return {
    severity: "warning",
    code: "MODULE_MISSING",
    path,
    message: `cannot find module (${parts.join(" ")}): used at ${path}:${line}, no directory of %load-path has it`,
    hint: "install it in the builder, or set GUILE_LOAD_PATH",
  } as const;
}
