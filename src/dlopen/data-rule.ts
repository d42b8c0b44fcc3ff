import type { DlopenRule, Need, Role, Yield } from "../closure/model/closure.ts";
import { expandGlob } from "../rootfs/glob.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { maximumTextBytes } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny } from "./matching.ts";

/** Why strings, configuration and packages do not lead to files, by kind. */
export const limitsOfPrinciples = {
  data: "a package of another source has them",
  folder: "every file of a folder is opened, whoever put it there",
  generated: "an installation makes them, and no package lists them",
  joined: "names are joined while the program runs",
  list: "a list that is read while the program runs has the names",
  settings: "settings name them relative to one another",
} as const;

/**
 * The files that a library or program opens by name, as data. Patterns are globs of the builder (`closure.include` has
 * the same); `$LIB` stands for the directory that its file is in, `$1` and so on for what the groups of `library`
 * match. What is not there is passed over: packagers leave optional parts out.
 */
export interface DataRule {
  readonly name: string;
  /** What keeps the principles (strings, configuration, the package as a whole) from bringing the files. */
  readonly beyond: keyof typeof limitsOfPrinciples;
  /** The library that opens the files, by its DT_SONAME. */
  readonly library?: RegExp;
  /** Instead of a library: the program that does, by its file's name. */
  readonly program?: RegExp;
  /**
   * The functions of the library that lead to the files, where not every user of it needs them: an object that imports
   * one of them brings the files. Default: the library itself does.
   */
  readonly imports?: readonly string[];
  /** Objects, by DT_SONAME, that import them and are themselves only libraries for others. */
  readonly except?: RegExp;
  /** Completes the sentence "LIBRARY ...", and "IMPORTER ..." where `imports` is given. */
  readonly why: string;
  readonly files?: readonly string[];
  /** Modules that are loaded into the process. */
  readonly objects?: readonly string[];
  readonly trees?: readonly string[];
  /** Programs that are run. */
  readonly programs?: readonly string[];
  /** Texts that name more modules: each is a file too. */
  readonly lists?: readonly NameList[];
}

/** Text files that name modules. */
export interface NameList {
  /** Patterns of the files. */
  readonly files: readonly string[];
  /** Finds the names in a text: the first group of every match. Global. */
  readonly names: RegExp;
  /** Where names without a slash lie. */
  readonly directory: string;
}

/** The dlopen rule that a rule of data stands for. */
export function toDlopenRule(rule: DataRule): DlopenRule {
  const { imports, except, program } = rule;
  const library = rule.library ?? /^$/u;
  return {
    name: rule.name,
    applies({ path, elf }) {
      if (program !== undefined) return elf.loader !== undefined && program.test(baseName(path));
      if (imports === undefined) return elf.soname !== undefined && library.test(elf.soname);
      if (elf.soname !== undefined && (library.test(elf.soname) || except?.test(elf.soname) === true)) return false;
      return elf.needed.some((name) => library.test(name)) && importsAny(elf, imports);
    },
    async *needs({ path, elf }, proc): AsyncIterable<Yield> {
      const soname = imports === undefined ? (elf.soname ?? "") : elf.needed.find((name) => library.test(name));
      const own = imports === undefined || soname === undefined ? path : await proc.findLibrary(soname, path);
      if (soname === undefined || own === undefined) return;
      const resolved = await resolveLinks(proc.root, own);
      if (resolved === undefined || resolved === "loop") return;
      yield* filesOf(rule, proc.root, variablesOf(library, soname, parentOf(resolved.real)));
    },
  };
}

type Variables = ReadonlyMap<string, string>;

function variablesOf(library: RegExp, soname: string, directory: AbsPath): Variables {
  const groups = (library.exec(soname) ?? []).slice(1).map((text, index) => [`$${index + 1}`, text] as const);
  return new Map([["$LIB", directory], ...groups]);
}

function replaced(pattern: string, variables: Variables): string {
  return pattern.replaceAll(/\$(?:LIB|\d)/gu, (name) => variables.get(name) ?? name);
}

async function* filesOf(rule: DataRule, root: RootFs, variables: Variables): AsyncIterable<Yield> {
  const { why } = rule;
  const need = (path: AbsPath, role: Role, sentence = why): Yield => {
    const wanted: Need = { path, role, evidence: "rule", why: sentence, optional: true };
    return { need: wanted };
  };
  const groups: readonly (readonly [Role, readonly string[] | undefined])[] = [
    ["file", rule.files],
    ["object", rule.objects],
    ["tree", rule.trees],
    ["program", rule.programs],
  ];
  for (const [role, patterns] of groups) {
    for (const pattern of patterns ?? []) {
      for (const path of await expandGlob(root, replaced(pattern, variables))) yield need(path, role);
    }
  }
  for (const list of rule.lists ?? []) {
    const directory = replaced(list.directory, variables);
    for (const pattern of list.files) {
      for (const path of await expandGlob(root, replaced(pattern, variables))) {
        yield need(path, "file");
        const names = await namesIn(root, path, list);
        if (names === undefined) {
          const what = `a list of names of more than 16 MiB, ${path}`;
          yield { unknown: { kind: "unread-file", what, bound: { kind: "directory", path: toAbsPath(directory) } } };
          continue;
        }
        for (const named of names) {
          const module = toAbsPath(named, directory);
          if ((await resolveLinks(root, module)) === undefined) continue;
          yield { ...need(module, "object", `is named in ${path}`) };
        }
      }
    }
  }
}

/** The names in a list; undefined for one that is too large to be read. */
async function namesIn(root: RootFs, path: AbsPath, { names }: NameList): Promise<ReadonlySet<string> | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop") return new Set();
  if (resolved.stat.sizeBytes > maximumTextBytes) return undefined;
  const text = new TextDecoder().decode((await root.readFile(resolved.real)) ?? new Uint8Array());
  return new Set([...text.matchAll(names)].flatMap(([, name = ""]) => (name === "" ? [] : [name])));
}
