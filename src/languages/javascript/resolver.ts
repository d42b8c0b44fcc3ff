import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isBuiltin } from "./builtins.ts";
import { exportTarget, importTarget } from "./exports.ts";
import { FileFinder } from "./file-finder.ts";
import type { ModuleTree } from "./module-tree.ts";
import type { BundledField } from "./package-json.ts";

/** Which of Node's two loaders asks; they differ in conditions and in how much they guess. */
export type ModuleMode = "require" | "import";

export interface ResolverOptions {
  /** Conditions of `--conditions`. */
  readonly conditions: readonly string[];
  /** Directories looked into after every `node_modules`, for `require` only: NODE_PATH and built-in ones. */
  readonly searchPaths: readonly AbsPath[];
  /** Default: Node's. */
  readonly dialect?: ResolutionDialect;
}

/** Differences between run-times that resolve as Node does. */
export interface ResolutionDialect {
  /** Sets of conditions beside that of the loader; where a set finds another file, that comes too. */
  readonly conditions: readonly (readonly string[])[];
  /** Endings that are tried, in order. */
  readonly extensions: readonly string[];
  /** The field of package.json that is asked before `main`. */
  readonly bundled?: BundledField;
  /** True where an `import` guesses endings and directories too. */
  readonly importGuesses: boolean;
  isBuiltin(specifier: string): boolean;
  /** True for packages that the run-time replaces by its own where they are not installed. */
  isReplaced?(specifier: string): boolean;
  /** Files that a configuration gives for a specifier before any other search, tried with endings. */
  mapped?(specifier: string, directory: AbsPath): Promise<readonly AbsPath[]>;
  /** The meaning of a specifier in this run-time alone; undefined where Node's rules are to be followed. */
  locate?(specifier: string, directory: AbsPath): Promise<Location | undefined>;
}

/**
 * Files, or the directories that a package may lie in with the path inside it, or the name that Node's rules are to be
 * asked for.
 */
export type Location =
  | { readonly files: readonly AbsPath[] }
  | { readonly packages: readonly AbsPath[]; readonly subpath: string }
  | { readonly specifier: string; readonly directory: AbsPath };

/** Node's loaders, also of versions that know `module-sync`. */
export const nodeDialect: ResolutionDialect = {
  conditions: [
    ["node", "node-addons"],
    ["node", "node-addons", "module-sync"],
  ],
  extensions: [".js", ".json", ".node"],
  importGuesses: false,
  isBuiltin,
};

export interface ModuleResolver {
  /**
   * The files that a specifier means to a module in `directory` (a real path), by the names Node forms: more than one
   * where versions of Node differ (condition `module-sync`), none when nothing is found, `builtin` when it comes with
   * Node.
   */
  resolve(specifier: string, directory: AbsPath, mode: ModuleMode): Promise<readonly AbsPath[] | "builtin">;
  /** The first directory that a package name means to a module in `directory`. */
  packageDirectory(name: string, directory: AbsPath): Promise<AbsPath | undefined>;
}

/**
 * Node's own module resolution (nodejs.org/api/modules.html#all-together,
 * nodejs.org/api/esm.html#resolution-algorithm).
 */
export function moduleResolver(tree: ModuleTree, options: ResolverOptions): ModuleResolver {
  return new NodeResolver(tree, options);
}

/** One specifier under one set of conditions. */
interface Question {
  readonly specifier: string;
  readonly directory: AbsPath;
  readonly conditions: ReadonlySet<string>;
  readonly mode: ModuleMode;
}

type Answer = readonly AbsPath[] | "builtin";

class NodeResolver implements ModuleResolver {
  readonly #tree: ModuleTree;
  readonly #options: ResolverOptions;
  readonly #dialect: ResolutionDialect;
  readonly #files: FileFinder;
  readonly #answers = new Map<string, Promise<Answer>>();

  constructor(tree: ModuleTree, options: ResolverOptions) {
    this.#tree = tree;
    this.#options = options;
    this.#dialect = options.dialect ?? nodeDialect;
    this.#files = new FileFinder(tree, this.#dialect.extensions, this.#dialect.bundled);
  }

  resolve(specifier: string, directory: AbsPath, mode: ModuleMode): Promise<Answer> {
    const key = `${mode} ${directory}\n${specifier}`;
    const answer = this.#answers.get(key) ?? this.#resolveAfresh(specifier, directory, mode);
    this.#answers.set(key, answer);
    return answer;
  }

  async packageDirectory(name: string, directory: AbsPath): Promise<AbsPath | undefined> {
    const location = await this.#dialect.locate?.(name, directory);
    if (location !== undefined && "packages" in location) return location.packages[0];
    for (const candidate of this.#candidateDirectories(name, directory, "require")) {
      if ((await this.#tree.kindOf(candidate)) === "directory") return candidate;
    }
    return undefined;
  }

  async #resolveAfresh(specifier: string, directory: AbsPath, mode: ModuleMode): Promise<Answer> {
    const location = await this.#dialect.locate?.(specifier, directory);
    if (location !== undefined && "files" in location) return location.files;
    if (location !== undefined && "packages" in location) {
      return this.#underEachCondition({ specifier: "", directory, mode }, (question) =>
        this.#inPackages(location.packages, location.subpath, question),
      );
    }
    return this.#byNode(location?.specifier ?? specifier, location?.directory ?? directory, mode);
  }

  async #byNode(specifier: string, directory: AbsPath, mode: ModuleMode): Promise<Answer> {
    const name = mode === "import" ? decodeSpecifier(specifier) : specifier;
    if (this.#dialect.isBuiltin(name)) return "builtin";
    if (name === "" || /^(?:data|https?):/u.test(name)) return [];
    const found = await this.#underEachCondition({ specifier: name, directory, mode }, async (question) => {
      const path = await this.#resolveWith(question);
      return path === undefined ? [] : [path];
    });
    return found.length === 0 && this.#dialect.isReplaced?.(name) === true ? "builtin" : found;
  }

  /** Answers under each set of conditions, each path once. */
  async #underEachCondition(
    question: Omit<Question, "conditions">,
    ask: (question: Question) => Promise<readonly AbsPath[]>,
  ): Promise<readonly AbsPath[]> {
    const found = new Set<AbsPath>();
    for (const own of this.#dialect.conditions) {
      const conditions = new Set([...own, question.mode, ...this.#options.conditions]);
      for (const path of await ask({ ...question, conditions })) found.add(path);
    }
    return [...found];
  }

  async #inPackages(packages: readonly AbsPath[], subpath: string, question: Question): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for (const directory of packages) {
      const path = await this.#inPackage(directory, subpath, question);
      if (path !== undefined) found.push(path);
    }
    return found;
  }

  async #resolveWith(question: Question): Promise<AbsPath | undefined> {
    const { specifier, directory, mode } = question;
    for (const path of (await this.#dialect.mapped?.(specifier, directory)) ?? []) {
      const found = await this.#files.fileOrDirectory(path);
      if (found !== undefined) return found;
    }
    if (/^(?:\/|\.\.?(?:\/|$))/u.test(specifier)) {
      const path = toAbsPath(specifier, directory);
      if (mode === "import" && !this.#dialect.importGuesses) return this.#files.exact(path);
      return /(?:^|\/)\.{0,2}$/u.test(specifier) ? this.#files.directory(path) : this.#files.fileOrDirectory(path);
    }
    return specifier.startsWith("#") ? this.#privateImport(question) : this.#bare(question);
  }

  async #privateImport(question: Question): Promise<AbsPath | undefined> {
    const scope = await this.#tree.scopeOf(question.directory);
    if (scope === undefined) return undefined;
    const { imports } = (await this.#tree.packageIn(scope)) ?? {};
    const target = importTarget(imports, question.specifier, question.conditions);
    if (typeof target !== "string" || target.startsWith("#")) return undefined;
    if (target.startsWith("./")) return this.#files.exact(toAbsPath(target, scope));
    return this.#dialect.isBuiltin(target)
      ? undefined
      : this.#bare({ ...question, specifier: target, directory: scope });
  }

  async #bare(question: Question): Promise<AbsPath | undefined> {
    const { specifier, directory, mode } = question;
    const split = splitSpecifier(specifier);
    if (split === undefined) return undefined;
    const own = await this.#ownExport(split, question);
    if (own !== undefined) return own;
    for (const candidate of this.#candidateDirectories(split.name, directory, mode)) {
      if ((await this.#tree.kindOf(candidate)) !== "directory") {
        // `require("single")` finds node_modules/single.js too.
        const path = toAbsPath(`.${split.subpath.slice(1)}`, candidate);
        const file = mode === "require" ? await this.#files.file(path) : undefined;
        if (file !== undefined) return file;
        continue;
      }
      const found = await this.#inPackage(candidate, split.subpath, question);
      if (found !== undefined) return found;
      if (mode === "import") return undefined;
    }
    return undefined;
  }

  /** A package may import itself by its name, through its exports. */
  async #ownExport(
    split: { readonly name: string; readonly subpath: string },
    { directory, conditions }: Question,
  ): Promise<AbsPath | undefined> {
    const scope = await this.#tree.scopeOf(directory);
    const own = scope && (await this.#tree.packageIn(scope));
    if (scope === undefined || own?.exports === undefined || own.name !== split.name) return undefined;
    return this.#exported(exportTarget(own.exports, split.subpath, conditions), scope);
  }

  async #inPackage(directory: AbsPath, subpath: string, question: Question): Promise<AbsPath | undefined> {
    const json = await this.#tree.packageIn(directory);
    if (json?.exports !== undefined) {
      return this.#exported(exportTarget(json.exports, subpath, question.conditions), directory);
    }
    const path = toAbsPath(subpath, directory);
    if (question.mode === "require" || this.#dialect.importGuesses) {
      return subpath === "." || subpath.endsWith("/") ? this.#files.directory(path) : this.#files.fileOrDirectory(path);
    }
    return subpath === "." ? this.#files.directory(directory) : this.#files.exact(path);
  }

  async #exported(target: string | null | undefined, directory: AbsPath): Promise<AbsPath | undefined> {
    return target?.startsWith("./") === true ? this.#files.exact(toAbsPath(target, directory)) : undefined;
  }

  /** The directories that a package may lie in, the nearest first. Only `require` looks into the search paths. */
  *#candidateDirectories(name: string, directory: AbsPath, mode: ModuleMode): Iterable<AbsPath> {
    for (let at = directory; ; at = parentOf(at)) {
      if (!at.endsWith("/node_modules")) yield toAbsPath(`node_modules/${name}`, at);
      if (at === "/") break;
    }
    if (mode === "require") for (const path of this.#options.searchPaths) yield toAbsPath(name, path);
  }
}

/** Splits `@scope/name/sub` into `@scope/name` and `./sub`; undefined for what names no package. */
export function splitSpecifier(specifier: string): { readonly name: string; readonly subpath: string } | undefined {
  const match = /^(?<name>(?:@[^/\\%]+\/)?[^/\\%.@][^/\\%]*|\.[^/\\%.][^/\\%]*)(?<rest>\/.*)?$/u.exec(specifier);
  const name = match?.groups?.["name"];
  return name === undefined ? undefined : { name, subpath: `.${match?.groups?.["rest"] ?? ""}` };
}

function decodeSpecifier(specifier: string): string {
  const isUrl = specifier.startsWith("file://");
  const isPath = isUrl || /^(?:\/|\.\.?\/)/u.test(specifier);
  if (!isPath) return specifier;
  const path = (isUrl ? specifier.slice("file://".length) : specifier).replace(/[?#].*$/u, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
