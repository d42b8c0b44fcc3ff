import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** A class and the file that an autoloader loads for it. */
interface MappedClass {
  /** The last part of its name, in lower case: sources mostly name classes by it alone. */
  readonly name: string;
  readonly path: AbsPath;
}

/**
 * `'twig\\environment' => '/Environment.php'`, also with `__DIR__ . '/..'` or a variable of Composer's before the path.
 */
const entry =
  /(["'])(?![\da-f]{32}\1)((?:[A-Za-z_]\w*\\{1,2}){0,40}[A-Za-z_]\w*)\1\s*=>\s*((?:__DIR__|\$\w+)\s*\.\s*)?(["'])(\/[^"'$\n]{0,300})\4(?:\s*\.\s*(["'])([^"'$\n]{0,300})\6)?/gu;
/** What variables of Composer's files stand for, from the directory that they lie in. */
const variables: ReadonlyMap<string, string> = new Map([
  ["$vendorDir", ".."],
  ["$baseDir", "../.."],
]);

/** Which files an autoloader knows, by names of classes, and which of these names the sources of a program use. */
export interface ClassMap {
  /** Takes what a source maps and names; answers the files that are loaded because of it. */
  read(text: string, source: AbsPath): readonly AbsPath[];
}

/** A source without the entries that map classes, and whether it had any. */
export function withoutClasses(text: string): { readonly text: string; readonly isMap: boolean } {
  const plain = text.includes("=>") ? text.replaceAll(entry, "") : text;
  return { text: plain, isMap: plain !== text };
}

/**
 * A class is taken to be used where any source has the last part of its name as a word: more than is loaded, but
 * nothing that is named is lost. A name that only a run puts together is not told.
 */
export function createClassMap(): ClassMap {
  const words = new Set<string>();
  const waiting = new Map<string, Set<AbsPath>>();

  function read(text: string, source: AbsPath): readonly AbsPath[] {
    const found = new Set<AbsPath>();
    for (const { name, path } of classesOf(text, source)) {
      if (words.has(name)) found.add(path);
      else waiting.set(name, (waiting.get(name) ?? new Set<AbsPath>()).add(path));
    }
    // The map itself names every class.
    for (const [word] of text.replaceAll(entry, "").matchAll(/[A-Za-z_]\w*/gu)) {
      const name = word.toLowerCase();
      if (words.has(name)) continue;
      words.add(name);
      for (const path of waiting.get(name) ?? []) found.add(path);
      waiting.delete(name);
    }
    return [...found];
  }

  return { read };
}

function classesOf(text: string, source: AbsPath): readonly MappedClass[] {
  if (!text.includes("=>")) return [];
  const base = parentOf(source);
  return [...text.matchAll(entry)].flatMap((match) => {
    const [, , written = "", before = "", , first = "", , second = ""] = match;
    const variable = /^\$\w+/u.exec(before)?.[0];
    const above = variable === undefined ? "." : variables.get(variable);
    const file = `${first}${second}`;
    if (above === undefined || !/\.(?:php|inc)$/u.test(file)) return [];
    const name = (written.split("\\").at(-1) ?? written).toLowerCase();
    return [{ name, path: toAbsPath(`${above}${file}`, base) }];
  });
}
