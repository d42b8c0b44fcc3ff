import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** `spl_autoload_register()` alone registers PHP's own loader, which looks for names in small letters. */
const ownLoader = /\bspl_autoload_register\s*\(\s*\)/u;

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
  #hasOwnLoader = false;

  constructor(files: ProcessFiles) {
    this.#files = files;
  }

  /** Takes the classes that a source names. */
  read(code: string): void {
    if (ownLoader.test(code)) this.#hasOwnLoader = true;
    for (const path of classPathsIn(code)) this.#named.add(path);
  }

  /** Takes the end of what an autoloader includes by a name alone: `.php`. */
  take(suffix: string): void {
    this.#suffixes.add(suffix);
  }

  /** The files along the include path that are of the classes named by now, each once. */
  async found(directories: readonly AbsPath[]): Promise<readonly AbsPath[]> {
    const suffixes = this.#hasOwnLoader ? [...this.#suffixes, ".php", ".inc"] : [...this.#suffixes];
    if (suffixes.length === 0) return [];
    const found: AbsPath[] = [];
    for (const directory of directories) {
      const entries = new Set(await this.#files.names(directory));
      for (const named of this.#named) {
        for (const name of this.#hasOwnLoader ? [named, named.toLowerCase()] : [named]) {
          for (const suffix of suffixes) {
            const file = `${name}${suffix}`;
            const [first = ""] = file.split("/");
            const path = toAbsPath(file, directory);
            if (!entries.has(first) || this.#tried.has(path)) continue;
            this.#tried.add(path);
            if (await this.#files.isFile(path)) found.push(path);
          }
        }
      }
    }
    return found;
  }
}

/** The paths that the names of classes in a source have below a directory, without suffix. */
export function classPathsIn(text: string): readonly string[] {
  const code = text.replaceAll("\\\\", "\\");
  const own = /^\s*(?:<\?php\s+)?namespace\s+([\w\\]+)\s*[;{]/mu.exec(code)?.[1];
  const names = new Set<string>();
  for (const [, name = ""] of code.matchAll(/(?<![\w$\\])\\?([A-Z]\w*(?:\\\w+)+)/gu)) names.add(name);
  for (const [, start = "", list = ""] of code.matchAll(/\buse\s+\\?([\w\\]+)\\\{([^}]{1,2000})\}/gu)) {
    for (const [name] of list.matchAll(/(?<!\bas\s+)[A-Z][\w\\]*/gu)) names.add(`${start}\\${name}`);
  }
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
