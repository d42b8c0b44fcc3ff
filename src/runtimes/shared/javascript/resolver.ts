import { type AbsPath, parentOf, toAbsPath } from "../../../rootfs/rootfs.ts";
import { isBuiltin } from "./builtins.ts";
import { exportTarget, importTarget } from "./exports.ts";
import type { ModuleTree } from "./module-tree.ts";

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

/** What differs between run-times that resolve as Node does. */
export interface ResolutionDialect {
  /** Sets of conditions beside that of the loader; where a set finds another file, that comes too. */
  readonly conditions: readonly (readonly string[])[];
  /** Endings that are tried, in order. */
  readonly extensions: readonly string[];
  /** True where an `import` guesses endings and directories too. */
  readonly importGuesses: boolean;
  isBuiltin(specifier: string): boolean;
  /** True for packages that the run-time replaces by its own where they are not installed. */
  isReplaced?(specifier: string): boolean;
  /** Files that a configuration gives for a specifier before any other search, tried with endings. */
  mapped?(specifier: string, directory: AbsPath): Promise<readonly AbsPath[]>;
  /** What a specifier stands for in this run-time alone; undefined where Node's rules are to be followed. */
  locate?(specifier: string, directory: AbsPath): Promise<Location | undefined>;
}

/** Files, or the directories that a package may lie in with the path inside it, or the name that Node's rules are to be asked for. */
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
   * The files that a specifier means to a module in `directory` (a real path), by the names Node forms: more than one where
   * versions of Node differ (condition `module-sync`), none when nothing is found, `builtin` when it comes with Node.
   */
  resolve(specifier: string, directory: AbsPath, mode: ModuleMode): Promise<readonly AbsPath[] | "builtin">;
  /** The first directory that a package name means to a module in `directory`. */
  packageDirectory(name: string, directory: AbsPath): Promise<AbsPath | undefined>;
}

/** Node's own module resolution (nodejs.org/api/modules.html#all-together, nodejs.org/api/esm.html#resolution-algorithm). */
export function moduleResolver(tree: ModuleTree, options: ResolverOptions): ModuleResolver {
  const dialect = options.dialect ?? nodeDialect;
  const conditionSets = (mode: ModuleMode): readonly ReadonlySet<string>[] =>
    dialect.conditions.map((own) => new Set([...own, mode, ...options.conditions]));

  const answers = new Map<string, Promise<readonly AbsPath[] | "builtin">>();

  function resolve(specifier: string, directory: AbsPath, mode: ModuleMode): Promise<readonly AbsPath[] | "builtin"> {
    const key = `${mode} ${directory}\n${specifier}`;
    const answer = answers.get(key) ?? resolveAfresh(specifier, directory, mode);
    answers.set(key, answer);
    return answer;
  }

  async function resolveAfresh(
    specifier: string,
    directory: AbsPath,
    mode: ModuleMode,
  ): Promise<readonly AbsPath[] | "builtin"> {
    const location = await dialect.locate?.(specifier, directory);
    if (location !== undefined && "files" in location) return location.files;
    if (location !== undefined && "packages" in location) return inPackages(location, directory, mode);
    return byNode(location?.specifier ?? specifier, location?.directory ?? directory, mode);
  }

  async function inPackages(
    { packages, subpath }: { readonly packages: readonly AbsPath[]; readonly subpath: string },
    directory: AbsPath,
    mode: ModuleMode,
  ): Promise<readonly AbsPath[]> {
    const found = new Set<AbsPath>();
    for (const conditions of conditionSets(mode)) {
      for (const place of packages) {
        const path = await inPackage(place, subpath, { specifier: "", directory, conditions, mode });
        if (path !== undefined) found.add(path);
      }
    }
    return [...found];
  }

  async function byNode(
    specifier: string,
    directory: AbsPath,
    mode: ModuleMode,
  ): Promise<readonly AbsPath[] | "builtin"> {
    const name = mode === "import" ? decodeSpecifier(specifier) : specifier;
    if (dialect.isBuiltin(name)) return "builtin";
    if (name === "" || /^(?:data|https?):/u.test(name)) return [];
    const found = new Set<AbsPath>();
    for (const conditions of conditionSets(mode)) {
      const path = await resolveWith({ specifier: name, directory, conditions, mode });
      if (path !== undefined) found.add(path);
    }
    return found.size === 0 && dialect.isReplaced?.(name) === true ? "builtin" : [...found];
  }

  interface Question {
    readonly specifier: string;
    readonly directory: AbsPath;
    readonly conditions: ReadonlySet<string>;
    readonly mode: ModuleMode;
  }

  async function resolveWith(question: Question): Promise<AbsPath | undefined> {
    const { specifier, directory, mode } = question;
    for (const path of (await dialect.mapped?.(specifier, directory)) ?? []) {
      const found = await asFileOrDirectory(path);
      if (found !== undefined) return found;
    }
    if (/^(?:\/|\.\.?(?:\/|$))/u.test(specifier)) {
      const path = toAbsPath(specifier, directory);
      if (mode === "import" && !dialect.importGuesses) return exactFile(path);
      return /(?:^|\/)\.{0,2}$/u.test(specifier) ? asDirectory(path) : asFileOrDirectory(path);
    }
    if (specifier.startsWith("#")) return privateImport(question);
    return bare(question);
  }

  async function privateImport(question: Question): Promise<AbsPath | undefined> {
    const scope = await tree.scopeOf(question.directory);
    if (scope === undefined) return undefined;
    const target = importTarget((await tree.packageIn(scope))?.imports, question.specifier, question.conditions);
    if (typeof target !== "string" || target.startsWith("#")) return undefined;
    if (target.startsWith("./")) return exactFile(toAbsPath(target, scope));
    return dialect.isBuiltin(target) ? undefined : bare({ ...question, specifier: target, directory: scope });
  }

  async function bare(question: Question): Promise<AbsPath | undefined> {
    const { specifier, directory, mode } = question;
    const split = splitSpecifier(specifier);
    if (split === undefined) return undefined;
    const scope = await tree.scopeOf(directory);
    const own = scope && (await tree.packageIn(scope));
    if (scope !== undefined && own?.exports !== undefined && own.name === split.name) {
      const found = await throughExports(own.exports, scope, split.subpath, question.conditions);
      if (found !== undefined) return found;
    }
    for (const candidate of candidateDirectories(split.name, directory, mode === "require")) {
      if ((await tree.kindOf(candidate)) !== "directory") {
        // `require("single")` finds node_modules/single.js too.
        const file = mode === "require" ? await asFile(toAbsPath(`.${split.subpath.slice(1)}`, candidate)) : undefined;
        if (file !== undefined) return file;
        continue;
      }
      const found = await inPackage(candidate, split.subpath, question);
      if (found !== undefined) return found;
      if (mode === "import") return undefined;
    }
    return undefined;
  }

  async function inPackage(directory: AbsPath, subpath: string, question: Question): Promise<AbsPath | undefined> {
    const json = await tree.packageIn(directory);
    if (json?.exports !== undefined) return throughExports(json.exports, directory, subpath, question.conditions);
    if (question.mode === "require" || dialect.importGuesses) {
      const path = toAbsPath(subpath, directory);
      return subpath === "." || subpath.endsWith("/") ? asDirectory(path) : asFileOrDirectory(path);
    }
    return subpath === "." ? asDirectory(directory) : exactFile(toAbsPath(subpath, directory));
  }

  async function throughExports(
    exports: unknown,
    directory: AbsPath,
    subpath: string,
    conditions: ReadonlySet<string>,
  ): Promise<AbsPath | undefined> {
    const target = exportTarget(exports, subpath, conditions);
    return target?.startsWith("./") === true ? exactFile(toAbsPath(target, directory)) : undefined;
  }

  async function exactFile(path: AbsPath): Promise<AbsPath | undefined> {
    return (await tree.kindOf(path)) === "file" ? path : undefined;
  }

  async function asFile(path: AbsPath): Promise<AbsPath | undefined> {
    for (const extension of ["", ...dialect.extensions]) {
      const found = await exactFile(toAbsPath(`${path}${extension}`));
      if (found !== undefined) return found;
    }
    // TypeScript writes the name that a source would have if it were compiled.
    const source = path.replace(/\.([cm]?)js(x?)$/u, ".$1ts$2");
    return source === path || !dialect.extensions.includes(".ts") ? undefined : exactFile(toAbsPath(source));
  }

  async function asIndex(directory: AbsPath): Promise<AbsPath | undefined> {
    for (const extension of dialect.extensions) {
      const found = await exactFile(toAbsPath(`index${extension}`, directory));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async function asDirectory(directory: AbsPath): Promise<AbsPath | undefined> {
    if ((await tree.kindOf(directory)) !== "directory") return undefined;
    const main = (await tree.packageIn(directory))?.main;
    if (main !== undefined) {
      const path = toAbsPath(`${directory}/${main}`);
      const found = (await asFile(path)) ?? (await asIndex(path));
      if (found !== undefined) return found;
    }
    return asIndex(directory);
  }

  async function asFileOrDirectory(path: AbsPath): Promise<AbsPath | undefined> {
    return (await asFile(path)) ?? (await asDirectory(path));
  }

  function* candidateDirectories(name: string, directory: AbsPath, withSearchPaths: boolean): Iterable<AbsPath> {
    for (let at = directory; ; at = parentOf(at)) {
      if (!at.endsWith("/node_modules")) yield toAbsPath(`node_modules/${name}`, at);
      if (at === "/") break;
    }
    if (withSearchPaths) for (const path of options.searchPaths) yield toAbsPath(name, path);
  }

  async function packageDirectory(name: string, directory: AbsPath): Promise<AbsPath | undefined> {
    const location = await dialect.locate?.(name, directory);
    if (location !== undefined && "packages" in location) return location.packages[0];
    for (const candidate of candidateDirectories(name, directory, true)) {
      if ((await tree.kindOf(candidate)) === "directory") return candidate;
    }
    return undefined;
  }

  return { resolve, packageDirectory };
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
