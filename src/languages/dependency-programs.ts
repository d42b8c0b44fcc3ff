import type { Need, ProcessContext, SystemPackage } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { BegunPrograms } from "./begun-programs.ts";
import type { CallSyntax } from "./call-syntax.ts";
import {
  canBeBrought,
  canBeStarted,
  commandWordsIn,
  isShell,
  programPathsIn,
  programsNamedIn,
  programsOf,
} from "./command-words.ts";
import { dependencyData } from "./dependency-data.ts";
import { heldPrograms, listedPrograms, type StartedProgram } from "./listed-programs.ts";
import { isOpenCommand, startedCommandsIn, startsIn } from "./started-commands.ts";
import { allDependencies, PackageLookup } from "./system-packages.ts";
import { WrappedCommands } from "./wrapped-commands.ts";

const linkDirectories: readonly AbsPath[] = ["/usr/bin", "/usr/local/bin"].map((path) => toAbsPath(path));
const setIdBits = 0o6000;
/** A package with more programs is a box of tools. */
const toolLimit = 4;
const namedShell = /["'](?:\/usr)?\/bin\/(?:ba|da)?sh["']/u;
/** A line that has this, and no comment before it, says that it speaks of commands. */
const speaksOfCommands = /(?:commands?|cmd|executable|binary|program)\b/gu;
const restOfLine = 400;

type Asking = Pick<ProcessContext, "root" | "systemPackage" | "program" | "realProgram" | "findProgram" | "workdir"> &
  Partial<Pick<ProcessContext, "appRoot" | "args" | "env">>;

/**
 * Programs of the packages that the distribution's package of a source depends on: who starts programs starts those,
 * whatever names it puts together. Scripts are for the hands of people, and programs of the run-time itself are known.
 */
export class DependencyPrograms {
  readonly #proc: Asking;
  readonly #files: ProcessFiles;
  readonly #packages: PackageLookup;
  readonly #asked = new Set<string>();
  /**
   * Packages with a source that starts programs, those with one that names a shell, and those whose texts were read.
   */
  readonly #starting = new Set<string>();
  readonly #shells = new Set<string>();
  /** By package, whether a source that was read starts programs, and those that were read before it. */
  readonly #units = new Map<string, { isStarting: boolean; readonly waiting: AbsPath[] }>();
  readonly #ofApp = new Set<AbsPath>();
  readonly #forShells = new Set<string>();
  /** By the name of a package, what it depends on has for it to start. */
  readonly #programs = new Map<string, readonly Need[]>();
  readonly #begun: BegunPrograms;
  readonly #wrapped: WrappedCommands;
  #links: Promise<ReadonlyMap<AbsPath, readonly AbsPath[]>> | undefined;

  constructor({ proc, files }: { readonly proc: Asking; readonly files: ProcessFiles }) {
    this.#proc = proc;
    this.#files = files;
    this.#packages = new PackageLookup(proc);
    this.#begun = new BegunPrograms({ proc, files, packages: this.#packages });
    this.#wrapped = new WrappedCommands({ proc, files, isChosen: async (path) => this.#isChosen(path) });
  }

  /** What a source of the application starts by name, and what one of a package may start, and read of others. */
  async startedBy(
    code: string,
    { path, syntax, isApp }: { readonly path: AbsPath; readonly syntax: CallSyntax; readonly isApp: boolean },
  ): Promise<readonly StartedProgram[]> {
    const listed = await listedPrograms(code, syntax, this.#proc);
    const commands = startedCommandsIn(code, syntax);
    const isStarting = commands.length > 0;
    const begun = await this.begunBy(path, commands.some(isOpenCommand));
    const held = [...(await this.#heldBy(code, { path, isStarting, isApp })), ...begun];
    if (isApp) {
      const wrapped = await this.#wrapped.startedBy({ path, code }, { syntax, commands });
      return [...(await startsIn(code, syntax, this.#proc)), ...listed, ...held, ...wrapped];
    }
    const needs = isStarting ? [...(await this.of(path)), ...(await this.installedFor(code, path))] : [];
    needs.push(...(await this.#named(code, path)), ...(await this.#forShell(code, { path, isStarting })));
    const started = isStarting ? await startsIn(code, syntax, this.#proc) : [];
    for (const need of [...started, ...listed].flatMap((one) => ("need" in one ? [one.need] : []))) {
      const isMeant = (await this.#isBroughtOrChosen(need.path)) || (await this.#isLock(need.path, code));
      if (!isShell(need.path) && isMeant) needs.push(need);
    }
    needs.push(...(await dependencyData(code, path, { files: this.#files, packages: this.#packages })));
    const through = await this.#wrapped.library({ path, code }, { syntax, commands });
    return [...needs.map((need) => ({ need })), ...held, ...through, ...listed.filter((one) => "unknown" in one)];
  }

  /**
   * What a source of a package, or of the application, holds by name or path, when any source of it starts programs: a
   * role or a base class starts what the classes beside it name.
   */
  async #heldBy(
    code: string,
    { path, isStarting, isApp }: { readonly path: AbsPath; readonly isStarting: boolean; readonly isApp: boolean },
  ): Promise<readonly StartedProgram[]> {
    const name = await this.#unitOf(path, isApp);
    if (isApp) this.#ofApp.add(path);
    const unit = this.#units.get(name) ?? { isStarting: false, waiting: [] };
    this.#units.set(name, unit);
    unit.isStarting ||= isStarting;
    if (!unit.isStarting) {
      unit.waiting.push(path);
      return [];
    }
    const found: StartedProgram[] = [];
    for (const source of [...unit.waiting.splice(0), path]) {
      const text = source === path ? code : ((await this.#files.readText(source)) ?? "");
      for (const need of await this.#heldIn(text, this.#ofApp.has(source) ? canBeStarted : canBeBrought)) {
        // What the application holds is its author's word.
        const isMeant = this.#ofApp.has(source) || (!isShell(need.path) && (await this.#isBrought(need.path)));
        if (isMeant) found.push({ need, from: source });
      }
    }
    return found;
  }

  async #heldIn(code: string, isMeant = canBeBrought): Promise<readonly Need[]> {
    return [...(await heldPrograms(code, this.#proc)), ...(await this.#byPath(code, isMeant))];
  }

  /** The distribution's package of a source, the directory that a manager made for its package, or the application. */
  async #unitOf(path: AbsPath, isApp: boolean): Promise<string> {
    const found = await this.#packages.of((await this.#files.realPath(path)) ?? path);
    if (isApp && found === undefined) return "";
    return found?.name ?? /^.*?\/(?:gems\/[^/]+|vendor\/[^/]+\/[^/]+)(?=\/)/u.exec(path)?.[0] ?? path;
  }

  /** What a text alone brings, and a script of this run-time whose package has installed what it takes. */
  async #isBrought(path: AbsPath): Promise<boolean> {
    if (await canBeBrought(path, this.#files)) return true;
    const stat = await this.#files.stat(path);
    if (stat?.kind !== "file" || (stat.mode & setIdBits) !== 0) return false;
    if ((await this.#packages.of((await this.#files.realPath(path)) ?? path)) === undefined) return false;
    const head = await this.#files.readBytes(path, { offset: 0, length: 128 });
    const line = /^#! ?(\/\S+)(?: +([\w.]+))?/u.exec(new TextDecoder("latin1").decode(head ?? new Uint8Array()));
    if (line === null) return false;
    const [, first = "", argument = ""] = line;
    const starts = first.endsWith("/env") ? await this.#proc.findProgram(argument) : toAbsPath(first);
    return starts !== undefined && (await this.#files.realPath(starts)) === this.#proc.realProgram;
  }

  /**
   * What a text alone brings, any program of a package that the builder's author named, and a script of a directory of
   * programs other than the run-time's that no package has.
   */
  async #isBroughtOrChosen(path: AbsPath): Promise<boolean> {
    if (await canBeBrought(path, this.#files)) return true;
    const real = (await this.#files.realPath(path)) ?? path;
    const found = (await this.#packages.of(path)) ?? (await this.#packages.of(real));
    if (found !== undefined) return found.isChosenOfFew === true;
    const directory = parentOf(real);
    if (!/^s?bin$/u.test(baseName(directory)) || directory === parentOf(this.#proc.realProgram)) return false;
    return (await this.#isChosen(path)) && (await this.#isScript(path));
  }

  async #isScript(path: AbsPath): Promise<boolean> {
    const stat = await this.#files.stat(path);
    if (stat?.kind !== "file" || (stat.mode & setIdBits) !== 0) return false;
    const head = await this.#files.readBytes(path, { offset: 0, length: 2 });
    return head !== undefined && new TextDecoder("latin1").decode(head) === "#!";
  }

  /** A program that runs as someone else, such as one that locks mailboxes, counts by its whole path. */
  async #isLock(path: AbsPath, code: string): Promise<boolean> {
    return code.includes(path) && (await this.#isSetId(path));
  }

  async #isSetId(path: AbsPath): Promise<boolean> {
    const stat = await this.#files.stat(path);
    return stat?.kind === "file" && (stat.mode & setIdBits) !== 0;
  }

  /** What texts of a package's sources begin with, once one of them starts what only the run tells. */
  async begunBy(path: AbsPath, isOpen: boolean): Promise<readonly StartedProgram[]> {
    return this.#begun.startedBy(path, isOpen);
  }

  /** Data of other packages that texts of a source name. */
  async dataOf(texts: Iterable<string>, path: AbsPath): Promise<readonly Need[]> {
    const quoted = [...texts].filter((text) => text.includes("/")).map((text) => `"${text}"`);
    if (quoted.length === 0) return [];
    return dependencyData(quoted.join(" "), path, { files: this.#files, packages: this.#packages });
  }

  /** The programs for a source that starts some; empty where its package was asked for already. */
  async of(source: AbsPath): Promise<readonly Need[]> {
    const found = await this.#packages.of((await this.#files.realPath(source)) ?? source);
    if (found === undefined || this.#asked.has(found.name)) return [];
    this.#asked.add(found.name);
    const needs: Need[] = [];
    // What the package of the run-time depends on is for people, or for libraries that came with it.
    if (await this.#isOfRuntime(found)) return needs;
    for (const one of found.dependencies().flatMap(withoutCover)) {
      if ((one.programs ?? []).length === 0 || (await this.#isOfRuntime(one))) continue;
      const paths: AbsPath[] = [];
      const scripts: AbsPath[] = [];
      for (const program of one.programs ?? []) {
        if (await this.#isStarted(program)) paths.push(program, ...((await this.#linksTo(program)) ?? []));
        else if ((await this.#isScript(program)) || (await this.#isSetId(program))) scripts.push(program);
      }
      // Of a box of tools, those that the package names are meant, and of scripts and of what runs as someone else.
      const isAsked = paths.length > toolLimit || scripts.length > 0;
      const words = isAsked ? await this.#wordsOf(found) : new Set<string>();
      const named = paths.length > toolLimit ? paths.filter((path) => words.has(baseName(path))) : [];
      const namedScripts = scripts.filter((path) => words.has(baseName(path)));
      const why = `starts programs, and its package ${found.name} depends on ${one.name}`;
      for (const path of [...(named.length > 0 ? named : paths), ...namedScripts]) {
        needs.push({ path, role: "program", evidence: "package", why, optional: true });
      }
    }
    return needs;
  }

  /**
   * For a source that starts programs and that no package of the distribution has, as npm, pip and RubyGems install
   * them: the programs that its texts begin with and that were put into the builder, beyond what every system has.
   */
  async installedFor(code: string, path: AbsPath): Promise<readonly Need[]> {
    const needs: Need[] = [];
    if ((await this.#packages.of((await this.#files.realPath(path)) ?? path)) !== undefined) return needs;
    for (const program of await programsOf(commandWordsIn(code), { proc: this.#proc, files: this.#files })) {
      if (isShell(program) || !(await this.#isChosen(program))) continue;
      const why = `starts programs, and has texts that begin with ${baseName(program)}`;
      needs.push({ path: program, role: "program", evidence: "string", why, optional: true });
    }
    return needs;
  }

  /** True for a program that was put into the builder, beyond what every system and the run-time itself have. */
  async #isChosen(program: AbsPath): Promise<boolean> {
    const real = (await this.#files.realPath(program)) ?? program;
    if (real === this.#proc.realProgram) return false;
    const found = (await this.#packages.of(program)) ?? (await this.#packages.of(real));
    // What a step put beside the system's own programs is chosen as well.
    if (found === undefined) return !/^\/(?:usr\/)?s?bin\//u.test(real);
    const isListed = [program, real].some((one) => found.programs?.includes(one) === true);
    return isListed && !(await this.#isOfRuntime(found));
  }

  /** Programs that texts of a source which starts some begin with by their whole paths. */
  async #byPath(code: string, isMeant: typeof canBeBrought): Promise<readonly Need[]> {
    const programs = await programPathsIn(code, this.#files, isMeant);
    return programs.map((path) => {
      const why = `starts programs, and has texts that begin with ${path}`;
      return { path, role: "program", evidence: "string", why, optional: true };
    });
  }

  /** Words that begin texts in the sources of a package, or stand in its lists of words. */
  async #wordsOf(found: SystemPackage): Promise<ReadonlySet<string>> {
    const words = new Set<string>();
    for (const path of found.files.filter((file) => /\.(?:inc|php|p[lm]|py|rb)$/u.test(file))) {
      const text = (await this.#files.readText(path)) ?? "";
      for (const match of text.matchAll(/["':](?:(?:\/usr)?\/s?bin\/)?([\w.+-]{1,40})/gu)) words.add(match[1] ?? "");
      for (const match of text.matchAll(/(?:%w|\bqw)\s*[[({/]([\w.+\s-]+)/gu)) {
        for (const word of (match[1] ?? "").split(/\s+/u)) words.add(word);
      }
    }
    return words;
  }

  /** Programs of all that the package of a source depends on, which it lists as commands: `commands add: "useradd"`. */
  async #named(code: string, path: AbsPath): Promise<readonly Need[]> {
    const words = new Set(
      linesOfCommands(code).flatMap((line) => [...line.matchAll(/["']([\w.+-]{2,40})["']/gu)].map((match) => match[1])),
    );
    if (words.size === 0) return [];
    const found = await this.#packages.of((await this.#files.realPath(path)) ?? path);
    if (found === undefined) return [];
    const programs = this.#programs.get(found.name) ?? (await this.#programsFor(found));
    this.#programs.set(found.name, programs);
    return programs.filter(({ path: program }) => words.has(baseName(program)));
  }

  /**
   * A package that starts programs and names a shell gives it commands: those that the texts of its sources begin with.
   */
  async #forShell(
    code: string,
    { path, isStarting }: { readonly path: AbsPath; readonly isStarting: boolean },
  ): Promise<readonly Need[]> {
    const namesShell = namedShell.test(code);
    if (!isStarting && !namesShell) return [];
    const found = await this.#packages.of((await this.#files.realPath(path)) ?? path);
    if (found === undefined || this.#forShells.has(found.name)) return [];
    if (isStarting) this.#starting.add(found.name);
    if (namesShell) this.#shells.add(found.name);
    if (!this.#starting.has(found.name) || !this.#shells.has(found.name)) return [];
    this.#forShells.add(found.name);
    const sources = found.files.filter((file) => /\.(?:inc|php|p[lm]|rb)$/u.test(file));
    const programs = await programsNamedIn(sources, { proc: this.#proc, files: this.#files });
    return programs.map((program) => {
      const why = `gives commands to a shell, and has texts that begin with ${baseName(program)}`;
      return { path: program, role: "program", evidence: "string", why, optional: true };
    });
  }

  async #programsFor(found: SystemPackage): Promise<readonly Need[]> {
    const needs: Need[] = [];
    for (const one of allDependencies(found)) {
      if ((one.programs ?? []).length === 0 || (await this.#isOfRuntime(one))) continue;
      const why = `lists it among its commands, and its package depends on ${one.name}`;
      for (const path of one.programs ?? []) {
        needs.push({ path, role: "program", evidence: "string", why, optional: true });
      }
    }
    return needs;
  }

  /** Programs for machines: objects that run as the user who starts them. */
  async #isStarted(path: AbsPath): Promise<boolean> {
    const stat = await this.#files.stat(path);
    if (stat?.kind !== "file" || (stat.mode & setIdBits) !== 0) return false;
    const head = await this.#files.readBytes(path, { offset: 0, length: 4 });
    return head !== undefined && new TextDecoder("latin1").decode(head) === "\u007fELF";
  }

  async #isOfRuntime(one: SystemPackage): Promise<boolean> {
    const own = await this.#packages.of(this.#proc.realProgram);
    if (own !== undefined && (own.source === one.source || own.dependencies().some(({ name }) => name === one.name)))
      return true;
    for (const program of one.programs ?? []) {
      if ((await this.#files.realPath(program)) === this.#proc.realProgram) return true;
    }
    return false;
  }

  /** Other names of a program, such as alternatives, which no package lists. */
  async #linksTo(program: AbsPath): Promise<readonly AbsPath[] | undefined> {
    this.#links ??= this.#readLinks();
    const real = await this.#files.realPath(program);
    return real === undefined ? undefined : (await this.#links).get(real)?.filter((path) => path !== program);
  }

  async #readLinks(): Promise<ReadonlyMap<AbsPath, readonly AbsPath[]>> {
    const links = new Map<AbsPath, readonly AbsPath[]>();
    for (const directory of linkDirectories) {
      for (const name of await this.#files.names(directory)) {
        const path = childOf(directory, name);
        if ((await this.#proc.root.lstat(path))?.kind !== "symlink") continue;
        const real = await this.#files.realPath(path);
        if (real !== undefined) links.set(real, [...(links.get(real) ?? []), path]);
      }
    }
    return links;
  }
}

/** A package without files of its own stands for those that it depends on. */
function withoutCover(one: SystemPackage): readonly SystemPackage[] {
  return one.files.length === 0 && one.programs?.length === 0 ? one.dependencies() : [one];
}

function linesOfCommands(code: string): readonly string[] {
  const lines = new Map<number, string>();
  for (const { index, 0: word } of code.matchAll(speaksOfCommands)) {
    const start = code.lastIndexOf("\n", index) + 1;
    const newline = code.indexOf("\n", index);
    const end = newline === -1 ? code.length : newline;
    const isComment = code.slice(start, index).includes("#");
    if (!lines.has(start) && !isComment && end - index - word.length <= restOfLine)
      lines.set(start, code.slice(start, end));
  }
  return [...lines.values()];
}
