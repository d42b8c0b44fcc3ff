import type { Unknown } from "../../closure/model/unknown.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type JoinedClass, joinedClassesIn } from "./joined-classes.ts";

/** A class and the file that an autoloader loads for it. */
interface MappedClass {
  /** The last part of its name, in lower case: sources mostly name classes by it alone. */
  readonly name: string;
  /** The whole name, in lower case. */
  readonly whole: string;
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
  /** Takes the names of classes that a source puts together. */
  readJoined(text: string, source: AbsPath): void;
  /** The files of mapped classes whose names end so. */
  filesOf(name: string): readonly AbsPath[];
  /** What these names could stand for among what is mapped by now, each once. */
  unknowns(): readonly { readonly unknown: Unknown; readonly source: AbsPath }[];
}

/** A source without the entries that map classes, and whether it had any. */
export function withoutClasses(text: string): { readonly text: string; readonly isMap: boolean } {
  const plain = text.includes("=>") ? text.replaceAll(entry, "") : text;
  return { text: plain, isMap: plain !== text };
}

/**
 * A class is taken to be used where any source has the last part of its name as a word: more than is loaded, but
 * nothing that is named is lost. With it goes what a source makes of its name: `static::class . 'Validator'`. Other
 * names that only a run puts together are told as what they could stand for.
 */
export function createClassMap(): ClassMap {
  const words = new Set<string>();
  const waiting = new Map<string, Set<AbsPath>>();
  /** Names of mapped classes that are used, and endings that sources put behind such names. */
  const used = new Set<string>();
  const suffixes = new Set<string>();
  const replaced = new Map<string, { readonly ending: string; readonly suffix: string }>();
  let endings = 0;
  const maps = new Map<AbsPath, Map<AbsPath, MappedClass>>();
  const joined = new Map<AbsPath, readonly JoinedClass[]>();

  function take(name: string, found: Set<AbsPath>): void {
    const paths = waiting.get(name);
    if (paths === undefined) return;
    waiting.delete(name);
    for (const path of paths) found.add(path);
    used.add(name);
    for (const other of madeOf(name)) take(other, found);
  }

  /** Names that sources make of one. */
  function madeOf(name: string): readonly string[] {
    const behind = [...suffixes].map((suffix) => `${name}${suffix}`);
    const instead = [...replaced.values()].filter(({ ending }) => name.endsWith(ending));
    return [...behind, ...instead.map(({ ending, suffix }) => name.slice(0, -ending.length) + suffix)];
  }

  function read(text: string, source: AbsPath): readonly AbsPath[] {
    const found = new Set<AbsPath>();
    const mapped = classesOf(text, source);
    if (mapped.length > 0) maps.set(source, new Map(mapped.map((one) => [one.path, one])));
    for (const { name, path } of mapped) waiting.set(name, (waiting.get(name) ?? new Set<AbsPath>()).add(path));
    for (const { name } of mapped) if (words.has(name)) take(name, found);
    if (mapped.length > 0 || endings !== suffixes.size + replaced.size) {
      for (const name of used) for (const other of madeOf(name)) take(other, found);
      endings = suffixes.size + replaced.size;
    }
    // The map itself names every class.
    for (const [word] of text.replaceAll(entry, "").matchAll(/[A-Za-z_]\w*/gu)) {
      const name = word.toLowerCase();
      if (words.has(name)) continue;
      words.add(name);
      take(name, found);
    }
    return [...found];
  }

  function readJoined(text: string, source: AbsPath): void {
    const { suffixes: behind, replaced: instead, names } = joinedClassesIn(text);
    for (const suffix of behind) suffixes.add(suffix);
    for (const one of instead) replaced.set(`${one.ending} ${one.suffix}`, one);
    if (names.length > 0) joined.set(source, names);
  }

  function unknowns(): readonly { readonly unknown: Unknown; readonly source: AbsPath }[] {
    const classes = [...maps.values()].flatMap((map) => [...map.values()]);
    return [...joined].flatMap(([source, names]) => {
      const own = [...maps.values()].find((map) => map.has(source));
      return names.flatMap(({ namespace, line, what }) => {
        const start = namespace?.toLowerCase();
        const paths =
          start === undefined
            ? [...(own?.keys() ?? [])]
            : classes.flatMap((one) => (one.whole.startsWith(start) ? [one.path] : []));
        const unknown: Unknown = { kind: "computed-name", line, what, bound: { kind: "paths", paths } };
        return paths.length === 0 ? [] : [{ unknown, source }];
      });
    });
  }

  function filesOf(name: string): readonly AbsPath[] {
    const last = name.toLowerCase();
    return [...maps.values()].flatMap((map) =>
      [...map.values()].flatMap((one) => (one.name === last ? [one.path] : [])),
    );
  }

  return { read, readJoined, filesOf, unknowns };
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
    const whole = written.replaceAll("\\\\", "\\").toLowerCase();
    return [{ name: whole.split("\\").at(-1) ?? whole, whole, path: toAbsPath(`${above}${file}`, base) }];
  });
}
