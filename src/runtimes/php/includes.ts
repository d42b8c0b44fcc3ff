import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import type { PackageLookup } from "../../languages/system-packages.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import { walk } from "../../rootfs/walk.ts";
import type { ClassMap } from "./class-map.ts";
import { readPhpCommand } from "./command-line.ts";
import { evaluate, unknownPart } from "./expressions.ts";
import type { IncludePathClasses } from "./include-path-classes.ts";
import type { PhpInclude, PhpScan } from "./source-scan.ts";

/** What an expression leads to: files, and what else it could be. */
export interface Resolved {
  readonly files: readonly AbsPath[];
  /** Names that nothing has. */
  readonly missing: readonly string[];
  readonly bounds: readonly Bound[];
}

/** A statement that includes something, with the source that it stands in. */
export interface Statement {
  readonly include: PhpInclude;
  readonly scan: PhpScan;
  readonly source: AbsPath;
  /** The file that the source is behind its links: `__DIR__` is that file's directory. */
  readonly place: AbsPath;
  /** True where an autoloader includes what it maps classes to. */
  readonly isMap: boolean;
}

const ownScript = /\$_SERVER\s*\[\s*(["'])SCRIPT_FILENAME\1\s*\]/gu;
/** More files than this are told by their directory. */
const maximumPaths = 2000;

/** Finds the files that expressions of sources stand for. */
export class Includes {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #packages: PackageLookup;
  readonly #classMap: ClassMap | undefined;
  readonly #constants = new Map<string, Set<string>>();
  #includePath: readonly string[];
  /** The script that the process runs; undefined for a server, whose clients tell it. */
  readonly #script: AbsPath | undefined;
  readonly #classes: IncludePathClasses | undefined;

  constructor(
    {
      proc,
      files,
      includePath,
      classes,
    }: {
      readonly proc: ProcessContext;
      readonly files: ProcessFiles;
      readonly includePath: readonly string[];
      readonly classes?: IncludePathClasses;
    },
    packages: PackageLookup,
    classMap: ClassMap | undefined,
  ) {
    this.#classMap = classMap;
    this.#classes = classes;
    this.#proc = proc;
    this.#files = files;
    this.#packages = packages;
    this.#includePath = includePath;
    const isServer = /fpm|cgi/u.test(baseName(proc.realProgram));
    const command = isServer ? undefined : readPhpCommand(proc.args, { isFpm: false });
    const script = command?.isServer === true ? undefined : command?.script;
    this.#script = script === undefined ? undefined : toAbsPath(script, proc.workdir);
  }

  /** Directories of the include path that are absolute. */
  get directories(): readonly AbsPath[] {
    return this.#includePath.filter((part) => part.startsWith("/")).map((part) => toAbsPath(part));
  }

  /** Takes the constants and the include path that a source sets, which others go by. */
  learn(scan: PhpScan, source: AbsPath): void {
    for (const [name, expressions] of scan.constants) {
      const known = this.#constants.get(name) ?? new Set<string>();
      for (const value of expressions.flatMap((one) => this.#valuesOf(one, { scan, source }))) {
        if (value !== "" && !value.startsWith(unknownPart) && known.size < 40) known.add(value);
      }
      if (known.size > 0) this.#constants.set(name, known);
    }
    const added = scan.includePaths.flatMap((expression) =>
      this.#valuesOf(expression.replaceAll("PATH_SEPARATOR", "':'"), { scan, source }),
    );
    const parts = added.flatMap((value) => value.split(":")).filter((part) => /^[^*]+$/u.test(part));
    if (parts.length > 0) this.#includePath = [...new Set([...this.#includePath, ...parts])];
  }

  /** What a statement includes. */
  async include(expression: string, at: { readonly scan: PhpScan; readonly source: AbsPath }): Promise<Resolved> {
    const files: AbsPath[] = [];
    const missing: string[] = [];
    const bounds: Bound[] = [];
    for (const value of this.#valuesOf(expression, at)) {
      const archive = /^phar:\/\/(.*?\.phar)(?:\/|$)/u.exec(value)?.[1];
      const name = archive ?? value;
      if (name.includes(unknownPart)) bounds.push(await this.#boundOf(name, { ...at, expression }));
      else if (name !== "") {
        const found = await this.#locate(name, at.source);
        if (found === undefined) missing.push(name);
        else files.push(found);
      }
    }
    return { files, missing, bounds };
  }

  /**
   * A file or directory that an expression of a source's own place stands for. Directories that hold the source are
   * none.
   */
  async place(
    expression: string,
    at: { readonly scan: PhpScan; readonly source: AbsPath },
  ): Promise<readonly { readonly path: AbsPath; readonly isDirectory: boolean }[]> {
    const found: { readonly path: AbsPath; readonly isDirectory: boolean }[] = [];
    for (const value of this.#valuesOf(expression, at)) {
      if (!value.startsWith("/") || value.includes(unknownPart)) continue;
      const path = toAbsPath(value);
      if (isWithin(at.source, path) || isSystemDirectory(path)) continue;
      const stat = await this.#files.stat(path);
      if (stat?.kind === "file" || stat?.kind === "directory")
        found.push({ path, isDirectory: stat.kind === "directory" });
    }
    return found;
  }

  #valuesOf(
    expression: string,
    { scan, source }: { readonly scan: PhpScan; readonly source: AbsPath },
  ): readonly string[] {
    const classFiles = (name: string): readonly AbsPath[] => this.#classMap?.filesOf(name) ?? [];
    const text = this.#script === undefined ? expression : expression.replaceAll(ownScript, () => `'${this.#script}'`);
    return evaluate(text, { source, constants: this.#constants, variables: scan.variables, classFiles });
  }

  /** The include path, the directory of the process, then that of the source, as `include` looks. */
  async #locate(name: string, source: AbsPath): Promise<AbsPath | undefined> {
    const { workdir } = this.#proc;
    const isRelative = /^\.\.?\//u.test(name);
    const bases = isRelative ? [] : this.#includePath.map((part) => toAbsPath(name, toAbsPath(part, workdir)));
    const beside = toAbsPath(name, parentOf(source));
    const candidates = name.startsWith("/") ? [toAbsPath(name)] : [...bases, toAbsPath(name, workdir), beside];
    for (const candidate of candidates) if (await this.#files.isFile(candidate)) return candidate;
    return undefined;
  }

  /** What a name with parts that only the run tells can be. */
  async #boundOf(
    pattern: string,
    { source, expression }: { readonly source: AbsPath; readonly expression: string },
  ): Promise<Bound> {
    const before = pattern.slice(0, pattern.indexOf(unknownPart));
    const suffix = pattern.slice(pattern.lastIndexOf(unknownPart) + 1);
    if (before === "" && (suffix === "" || /\.\w+$/u.test(suffix))) this.#classes?.take(suffix);
    if (before === "" && /\$(?:argv|_GET|_POST|_REQUEST|_ENV|_SERVER)\b|\bgetenv\s*\(/u.test(expression))
      return { kind: "anything" };
    const start = before.startsWith("/") ? normal(before) : await this.#ownStart(before, source);
    const directory = start === undefined ? undefined : toAbsPath(start.replace(/[^/]*$/u, ""));
    const isBounded = directory !== undefined && directory !== "/" && !isSystemDirectory(directory);
    if (start !== undefined && isBounded) {
      const whole = toAbsPath(start);
      if (suffix === "" && (await this.#files.isDirectory(whole)) && !isSystemDirectory(whole))
        return { kind: "directory", path: whole };
      const found = await this.#filesBelow(directory, (path) => path.startsWith(start) && path.endsWith(suffix));
      return found === undefined ? { kind: "prefix", prefix: start } : { kind: "paths", paths: found };
    }
    // What begins in a directory of the system is nothing of the application's own.
    if (start !== undefined && /^(?:\/[^/]+){2,}\/./u.test(start) && /\.\w+$/u.test(suffix)) {
      const isMeant = (path: AbsPath): boolean => path.startsWith(start) && path.endsWith(suffix);
      const found = directory === undefined ? undefined : await this.#filesBelow(directory, isMeant);
      return found === undefined ? { kind: "anything" } : { kind: "paths", paths: found };
    }
    const own = await this.ownBound(source);
    const named = before.startsWith("/") ? [] : await this.#onIncludePath(before, suffix);
    return named.length === 0
      ? own
      : { kind: "paths", paths: [...new Set([...named, ...(own.kind === "paths" ? own.paths : [])])] };
  }

  /** The beginning of a relative path in a directory of the application: `"views/$name.tpl"`. */
  async #ownStart(before: string, source: AbsPath): Promise<string | undefined> {
    const { appRoot, workdir } = this.#proc;
    const [, folder, rest = ""] = /^((?:\.\/)?[\w@-][\w./@-]{0,200}\/)([\w.-]*)$/u.exec(before) ?? [];
    if (folder === undefined || appRoot === undefined || appRoot === "/") return undefined;
    for (const base of [workdir, parentOf(source)]) {
      const directory = toAbsPath(folder, base);
      const isOwn = isWithin(directory, appRoot) && directory !== appRoot;
      if (isOwn && (await this.#files.isDirectory(directory))) return `${directory}/${rest}`;
    }
    return undefined;
  }

  /** Files of the include path whose names begin and end so: `Symfony/Component/`, `/autoload.php`. */
  async #onIncludePath(before: string, suffix: string): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    const folder = before.slice(0, before.lastIndexOf("/") + 1);
    if (!/\w\/$/u.test(folder) || !/\.\w+$/u.test(suffix)) return found;
    for (const base of this.directories) {
      const directory = toAbsPath(folder, base);
      if (!(await this.#files.isDirectory(directory))) continue;
      const start = `${directory}/${before.slice(folder.length)}`;
      const isMeant = (path: AbsPath): boolean => path.startsWith(start) && path.endsWith(suffix);
      found.push(...((await this.#filesBelow(directory, isMeant)) ?? []));
    }
    return found;
  }

  /** What a source means with names of which nothing is known: something of its package, or of the application. */
  async ownBound(source: AbsPath): Promise<Bound> {
    const { appRoot } = this.#proc;
    const vendored = /^(.*\/vendor\/[^/]+\/[^/]+)\//u.exec(source)?.[1];
    if (vendored !== undefined) return { kind: "package", path: toAbsPath(vendored) };
    if (appRoot !== undefined && appRoot !== "/" && isWithin(source, appRoot))
      return { kind: "directory", path: appRoot };
    const packaged = await this.#packages.filesOf(source, this.#files);
    const own = packaged?.filter((file) => /\.(?:php|inc|phtml)$/u.test(file));
    return own === undefined ? { kind: "directory", path: parentOf(source) } : { kind: "paths", paths: own };
  }

  /** Files of the application that these bounds hold, whatever their endings: what is included is read. */
  async ownFiles(bounds: readonly Bound[]): Promise<readonly AbsPath[]> {
    const { appRoot } = this.#proc;
    const found: AbsPath[] = [];
    const isOwn = (path: AbsPath): boolean => appRoot !== undefined && appRoot !== "/" && isWithin(path, appRoot);
    for (const bound of bounds) {
      if (bound.kind === "paths") found.push(...bound.paths.filter(isOwn));
      else if (bound.kind === "directory" && bound.path !== appRoot && isOwn(bound.path))
        found.push(...((await this.#filesBelow(bound.path, () => true)) ?? []));
    }
    return found;
  }

  async #filesBelow(directory: AbsPath, admits: (path: AbsPath) => boolean): Promise<readonly AbsPath[] | undefined> {
    const found: AbsPath[] = [];
    const real = (await this.#files.realPath(directory)) ?? directory;
    for await (const { path, stat } of walk(this.#proc.root, real)) {
      const logical = toAbsPath(path.slice(real.length + 1), directory);
      if (stat.kind !== "directory" && admits(logical)) found.push(logical);
      if (found.length > maximumPaths) return undefined;
    }
    return found;
  }
}

/** The beginning of a path without `.` and `..`; a slash at its end stays. */
function normal(beginning: string): string {
  const plain = toAbsPath(beginning);
  return beginning.endsWith("/") && plain !== "/" ? `${plain}/` : plain;
}
