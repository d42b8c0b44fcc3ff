import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { type JoinedClass, joinedClassesIn } from "./joined-classes.ts";

/** `spl_autoload_register()` alone registers PHP's own loader, which looks for names in small letters. */
const ownLoader = /\bspl_autoload_register\s*\(\s*\)/u;

/** Texts of an application that may have what a loader is given. */
const mayName = /\.(?:php\d?|inc|json|ya?ml|ini|neon|xml|conf|cfg|toml|csv|txt)$|\/\.env$/u;
/** A command of an application is a source without an ending. */
const plainBytes = 2 ** 20;
/** A word between quotes, in a tag, or an item of a list: `Symfony/Component/Finder`, `App\\Kernel`. */
const nameWord =
  /(?<=["'\s:,;=[>-]|^)\\{0,2}[A-Za-z][\w.-]{1,60}(?:(?:\/|\\{1,2})[\w.-]{1,60}){0,8}(?=["'\s,;\]}<:]|$)/gmu;

/**
 * Files of classes that an autoloader looks for along the include path by their names: `Google\Protobuf\Any` is
 * `Google/Protobuf/Any.php` there, and `DB_mysqli` is `DB/mysqli.php`.
 */
export class IncludePathClasses {
  readonly #files: ProcessFiles;
  readonly #suffixes = new Set<string>();
  /** Paths of classes, without suffix. */
  readonly #named = new Set<string>();
  readonly #tried = new Set<string>();
  readonly #lookedFor = new Map<string, number>();
  /** Names that sources of the application put together, and which of their directories were told. */
  readonly #joined = new Map<JoinedClass, AbsPath>();
  readonly #told = new Set<string>();
  #hasOwnLoader = false;
  #hasTexts = false;

  constructor(files: ProcessFiles) {
    this.#files = files;
  }

  /** Takes the classes that a source names. */
  read(code: string): void {
    if (ownLoader.test(code)) this.#hasOwnLoader = true;
    for (const path of classPathsIn(code)) this.#named.add(path);
  }

  /** Takes the names of classes that a source of the application puts together. */
  readJoined(text: string, source: AbsPath): void {
    for (const one of joinedClassesIn(text).names) if (one.namespace !== undefined) this.#joined.set(one, source);
  }

  /** What such names could be below the include path, once an autoloader looks there by a name alone. */
  async unknowns(
    directories: readonly AbsPath[],
  ): Promise<readonly { readonly unknown: Unknown; readonly from: AbsPath }[]> {
    const found: { readonly unknown: Unknown; readonly from: AbsPath }[] = [];
    if (this.#suffixes.size === 0 && !this.#hasOwnLoader) return found;
    for (const [{ namespace = "", line, what }, from] of this.#joined) {
      const below = namespace.replaceAll("\\", "/").replace(/\/$/u, "");
      for (const directory of directories) {
        const path = toAbsPath(below, directory);
        if (this.#told.has(`${path} ${from}`) || !(await this.#files.isDirectory(path))) continue;
        this.#told.add(`${path} ${from}`);
        found.push({ unknown: { kind: "computed-name", line, what, bound: { kind: "directory", path } }, from });
      }
    }
    return found;
  }

  /** Takes the end of what an autoloader includes by a name alone: `.php`; nothing where the name is whole. */
  take(suffix: string): void {
    this.#suffixes.add(suffix);
  }

  /**
   * Takes the words of the application's own texts, once something is included by a name that ends so:
   * `"$name/autoload.php"` is given names out of lists and settings, and so is `$name`.
   */
  async readTexts({ root, appRoot }: Pick<ProcessContext, "root" | "appRoot">): Promise<void> {
    if (this.#hasTexts || this.#suffixes.size === 0 || appRoot === undefined || appRoot === "/") return;
    this.#hasTexts = true;
    const enters = (directory: AbsPath): boolean => !/^(?:vendor|node_modules|\.git)$/u.test(baseName(directory));
    for await (const { path, stat } of walk(root, appRoot, enters)) {
      const isPlain = !baseName(path).includes(".") && stat.kind === "file" && stat.sizeBytes <= plainBytes;
      if (stat.kind !== "file" || !(isPlain || mayName.test(path))) continue;
      const text = (await this.#files.readText(path)) ?? "";
      if (isPlain && !/^(?:#!|<\?)/u.test(text)) continue;
      for (const [word] of text.matchAll(nameWord)) this.#named.add(word.replace(/^\\+/u, "").replaceAll(/\\+/gu, "/"));
    }
  }

  /** The files along the include path that are of the classes named by now, each once. */
  async found(directories: readonly AbsPath[]): Promise<readonly AbsPath[]> {
    const suffixes = this.#hasOwnLoader ? [...this.#suffixes, ".php", ".inc"] : [...this.#suffixes];
    if (suffixes.length === 0) return [];
    const found: AbsPath[] = [];
    const named = [...this.#named];
    for (const directory of directories) {
      const entries = new Set(await this.#files.names(directory));
      for (const suffix of suffixes) {
        for (const name of named.slice(this.#countLookedFor(directory, suffix))) {
          // Whole names, as `require $name` is given them, end as sources do.
          if (suffix === "" && !/\.(?:php\d?|inc|phtml)$/u.test(name)) continue;
          for (const one of [name, name.toLowerCase()]) {
            const file = `${one}${suffix}`;
            const slash = file.indexOf("/");
            if (!entries.has(slash === -1 ? file : file.slice(0, slash))) continue;
            const path = toAbsPath(file, directory);
            if (this.#tried.has(path)) continue;
            this.#tried.add(path);
            if (await this.#files.isFile(path)) found.push(path);
          }
        }
      }
    }
    return found;
  }

  /** How many of the names were looked for in a directory before: sources come by the thousand, and each asks again. */
  #countLookedFor(directory: AbsPath, suffix: string): number {
    const key = `${directory}\0${suffix}`;
    const before = this.#lookedFor.get(key) ?? 0;
    this.#lookedFor.set(key, this.#named.size);
    return before;
  }
}

/** The paths that the names of classes in a source have below a directory, without suffix. */
export function classPathsIn(text: string): readonly string[] {
  const code = text.replaceAll("\\\\", "\\");
  const own = /^[ \t]*(?:<\?php\s+)?namespace\s+([\w\\]+)\s*[;{]/mu.exec(code)?.[1];
  const names = new Set<string>();
  for (const [, name = ""] of code.matchAll(/(?<![\w$\\])\\?([A-Z]\w*(?:\\\w+)+)/gu)) names.add(name);
  for (const [, start = "", list = ""] of code.matchAll(/\buse\s+\\?([\w\\]+)\\\{([^}]{1,2000})\}/gu)) {
    for (const [name] of list.matchAll(/(?<!\bas\s+)[A-Z][\w\\]*/gu)) names.add(`${start}\\${name}`);
  }
  for (const [, , list = ""] of code.matchAll(/\b(?:implode|join)\s*\(\s*(["'])\\\1\s*,\s*\[([^\]]{1,400})\]/gu)) {
    const parts = [...list.matchAll(/["'](\w+)["']/gu)].map((match) => match[1] ?? "");
    if (parts.length > 1) names.add(parts.join("\\"));
  }
  // A class of no namespace: `new \Text_Password()`.
  for (const [, name = ""] of code.matchAll(/(?<![\w$\\])\\([A-Z]\w+)(?![\w\\])/gu)) names.add(name);
  for (const [name] of code.matchAll(/(?<![\w$\\])[A-Z]\w+(?!\w*\\)/gu)) {
    names.add(name);
    if (own !== undefined) names.add(`${own}\\${name}`);
  }
  return [...names].flatMap((name) => {
    const path = name.replaceAll("\\", "/");
    const last = path.slice(path.lastIndexOf("/") + 1);
    return last.includes("_") ? [path, path.slice(0, -last.length) + last.replaceAll("_", "/")] : [path];
  });
}
