import type { Need, ProcessContext } from "../closure/model/closure.ts";
import { parseEnvArgument, parseShebang } from "../formats/text/shebang.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import type { CallSyntax } from "./call-syntax.ts";
import {
  begunWords,
  canBeStarted,
  firstWordsIn,
  heldScriptsIn,
  isShell,
  isTableOfWords,
  listedCommandsIn,
  listsOfLinesIn,
  scriptWordsIn,
  shellLinesIn,
  wordsHeldIn,
} from "./command-words.ts";
import { scriptsGivenTo } from "./given-scripts.ts";
import { classes, namesAround, namesAt } from "./given-to-own.ts";
import { HandedScripts } from "./handed-scripts.ts";
import { listOf } from "./list-of.ts";
import { listedWords, type StartedProgram } from "./listed-programs.ts";
import { ownScripts } from "./own-scripts.ts";
import {
  type NamedBySettings,
  type NamedWord,
  namedSettingWords,
  namedWords,
  programsOfSettings,
} from "./setting-commands.ts";
import { isOpenCommand, isOpenScript, type StartedCommand, startsIn } from "./started-commands.ts";
import { withHoles } from "./written-words.ts";

type Asking = Pick<ProcessContext, "findProgram" | "workdir" | "program" | "realProgram" | "root"> &
  Partial<Pick<ProcessContext, "appRoot" | "args" | "env" | "isSuggested" | "systemPackage">>;

const givenToShell: Need = {
  path: toAbsPath("/bin/sh"),
  role: "program",
  evidence: "string",
  why: "starts programs by names that the run tells, and a shell reads its commands",
  optional: true,
};

interface Source {
  readonly path: AbsPath;
  readonly code: string;
}

interface HeldWord {
  readonly word: string;
  readonly from: AbsPath;
}

const nothing = /(?!)/gu;
/** How a class gives its parent what it was not given itself. */
const toParent = String.raw`super\(\)\.__init__|super|parent::__construct|\$class->SUPER::new`;

/**
 * Programs for an application that starts some by names which only the run tells. Mostly a function of its own starts
 * what it is given: `sub run { system(@_) }`, or an object what it was made with: `Tool.new("tar")`. So the commands
 * that its sources give to such functions and classes are started, and the bound of the others is what texts and lists
 * of its sources begin command lines with. The shell reads those that need it.
 */
export class WrappedCommands {
  readonly #proc: Asking;
  readonly #files: ProcessFiles;
  readonly #isChosen: (path: AbsPath) => Promise<boolean>;
  readonly #sources: Source[] = [];
  readonly #wrappers = new Set<string>();
  /** The same by the last words of their names. */
  readonly #wrappersBy = new Map<string, string[]>();
  /** Sources by the words of their code, which may call such functions. */
  readonly #callers = new Map<string, Source[]>();
  readonly #found = new Set<string>();
  readonly #scripts = new Map<boolean, readonly Need[]>();
  readonly #handed: HandedScripts;
  readonly #openSources = new Set<AbsPath>();
  /** Names of settings that calls are given: `run([settings["tool"]])`. */
  readonly #keys = new Set<string>();
  /** Words by the names under which sources and settings hold them, and those that came since the last call. */
  readonly #held = new Map<string, HeldWord[]>();
  readonly #fresh: HeldWord[] = [];
  /** Sources whose words are not among them yet. */
  readonly #unread: Source[] = [];
  /** Classes of libraries, by their whole names, that start what they are given. */
  readonly #starters = new Set<string>();
  #isOpen = false;

  /** `isChosen` tells programs that someone put into the builder from those that every system has. */
  constructor(asking: {
    readonly proc: Asking;
    readonly files: ProcessFiles;
    readonly isChosen: (path: AbsPath) => Promise<boolean>;
  }) {
    this.#proc = asking.proc;
    this.#files = asking.files;
    this.#isChosen = asking.isChosen;
    const { proc, files } = asking;
    this.#handed = new HandedScripts({ proc, files, home: proc.appRoot ?? proc.workdir });
  }

  /** What a source of the application brings, with those that were asked about before it. */
  async startedBy(
    { path, code }: Source,
    { syntax, commands }: { readonly syntax: CallSyntax; readonly commands: readonly StartedCommand[] },
  ): Promise<readonly StartedProgram[]> {
    if (syntax.definition === undefined) return [];
    const source = { path, code };
    this.#sources.push(source);
    this.#unread.push(source);
    const started: StartedProgram[] = [
      ...(await this.#ownScripts(path, commands)),
      ...(await this.#heldScripts(code, syntax)),
    ];
    for (const need of await this.#handed.of(code, commands)) if (this.#isNew(need)) started.push({ need, from: path });
    const open = commands.filter(isOpenCommand);
    const isFirst = open.length > 0 && !this.#isOpen;
    this.#isOpen ||= open.length > 0;
    // What a package came with is started for more than the application asks of it, and a helper of it for less.
    const isPackaged = (await this.#proc.systemPackage?.(path)) !== undefined;
    const isAuthors = syntax.isOfMany !== true && !isPackaged;
    const isHelper = isPackaged && this.#proc.isSuggested === true;
    const isFirstOfAuthors = open.length > 0 && isAuthors && this.#openSources.size === 0;
    if (open.length > 0 && isAuthors) this.#openSources.add(path);
    started.push(...(await this.#startedThrough([source], this.#starters, syntax)));
    if (!this.#isOpen) return started;
    if (open.some(({ isShell }) => isShell) && this.#isNew(givenToShell))
      started.push({ need: givenToShell, from: path });
    const { definition } = syntax;
    const lines = new Set(open.map(({ line }) => line));
    const names = namesAround(code, lines, definition);
    const added = [...names].filter((name) => !this.#wrappers.has(name));
    for (const name of added) {
      this.#wrappers.add(name);
      listOf(this.#wrappersBy, lastWord(name)).push(name);
    }
    const take = (needs: readonly Need[], from: AbsPath): void => {
      for (const need of needs) if (this.#isNew(need)) started.push({ need, from });
    };
    for (const one of isFirst ? this.#sources : [source]) {
      const words = new Set(one.code.match(/[A-Za-z_]\w*/gu));
      for (const word of words) listOf(this.#callers, word).push(one);
      const called = [...words].flatMap((word) => this.#wrappersBy.get(word) ?? []);
      take(await this.#given(one, syntax, called), one.path);
      take(await this.#begun(one, this.#openSources.has(one.path)), one.path);
    }
    for (const name of isFirst ? [] : added) {
      for (const one of this.#callers.get(lastWord(name)) ?? [])
        if (one !== source) take(await this.#given(one, syntax, [name]), one.path);
    }
    const isAgain = (isFirst && !isHelper) || isFirstOfAuthors;
    for (const one of await this.#setIn(isAgain ? this.#sources : [source], isAgain)) {
      if ("unknown" in one || this.#isNew(one.need)) started.push(one);
    }
    for (const one of await this.#keyed(keysIn(open))) if (this.#isNew(one.need)) started.push(one);
    return started;
  }

  /** A source of a library: the application's settings name what its classes start, where it makes such an object. */
  async library(
    { code }: Source,
    { syntax, commands }: { readonly syntax: CallSyntax; readonly commands: readonly StartedCommand[] },
  ): Promise<readonly StartedProgram[]> {
    const lines = new Set(commands.filter(isOpenCommand).map(({ line }) => line));
    const [, space] = syntax.classes?.namespace.exec(code) ?? [];
    if (lines.size === 0 || space === undefined) return [];
    const names = new Set(namesAt(code, lines, classes).map((name) => `${space}\\${name}`));
    for (const name of names) this.#starters.add(name);
    return this.#startedThrough(this.#sources, names, syntax);
  }

  /** What is held under the names that sources give to objects of such classes: `new Shell($settings["packer"])`. */
  async #startedThrough(
    sources: readonly Source[],
    starters: ReadonlySet<string>,
    { classes: named }: CallSyntax,
  ): Promise<readonly StartedProgram[]> {
    if (named === undefined) return [];
    const given = sources.flatMap(({ code }) =>
      [...code.matchAll(named.imported)].flatMap(([, full = "", alias]) => {
        if (!starters.has(full)) return [];
        const made = new RegExp(String.raw`\bnew\s+${alias ?? lastWord(full)}\s*\(([^;]{1,300})`, "gu");
        return Array.from(code.matchAll(made), ([, what = ""]) => ({ what }));
      }),
    );
    const keys = keysIn(given);
    if (keys.length === 0) return [];
    await this.#setIn([], true);
    return (await this.#keyed(keys)).filter(({ need }) => this.#isNew(need));
  }

  /** Scripts of its own, for a source that starts what only the run tells. */
  async #ownScripts(from: AbsPath, commands: readonly StartedCommand[]): Promise<StartedProgram[]> {
    const givesToShell = commands.some(isOpenScript);
    if (!givesToShell && !commands.some(isOpenCommand)) return [];
    const home = this.#proc.appRoot ?? this.#proc.workdir;
    const needs =
      this.#scripts.get(givesToShell) ??
      (await ownScripts(home, { proc: this.#proc, files: this.#files, givesToShell }));
    this.#scripts.set(givesToShell, needs);
    return needs.filter((need) => this.#isNew(need)).map((need) => ({ need, from }));
  }

  /** Scripts for a shell that the source writes into files, with the shell that their first lines name. */
  async #heldScripts(code: string, syntax: CallSyntax): Promise<readonly StartedProgram[]> {
    const started: StartedProgram[] = [];
    for (const text of heldScriptsIn(code)) {
      const { interpreter = "", argument } = parseShebang(new TextEncoder().encode(text)) ?? {};
      const isByName = baseName(toAbsPath(interpreter)) === "env";
      const [name = ""] = (isByName ? parseEnvArgument(argument) : undefined) ?? [];
      const path = isByName ? await this.#proc.findProgram(name) : toAbsPath(interpreter);
      if (path === undefined) continue;
      const args = ["-c", withHoles(text, syntax)];
      const why = "holds a script for it";
      started.push({ need: { path, role: "program", evidence: "string", why, args, optional: true } });
    }
    return started;
  }

  /** What the application's settings name; those in its own directory are read once. */
  async #setIn(sources: readonly Source[], isAgain: boolean): Promise<readonly NamedBySettings[]> {
    const home = isAgain ? (this.#proc.appRoot ?? this.#proc.workdir) : undefined;
    return programsOfSettings(home, sources, {
      proc: this.#proc,
      files: this.#files,
      isChosen: this.#isChosen,
      isAny: this.#openSources.size > 0,
      hold: (text, from) => {
        for (const one of namedSettingWords(text)) this.#hold(one, from);
      },
    });
  }

  #isNew({ path, args = [] }: Need): boolean {
    const key = `${path}\0${args.join("\0")}`;
    const isNew = !this.#found.has(key);
    this.#found.add(key);
    return isNew;
  }

  /** The commands that a source gives to functions that start what they are given. */
  async #given({ code }: Source, syntax: CallSyntax, wrappers: readonly string[]): Promise<readonly Need[]> {
    if (this.#wrappers.size === 0) return [];
    const called = wrappers.map((name) => name.replaceAll(/[?\\]/gu, String.raw`\$&`));
    const names = called.length === 0 ? "(?!)" : called.join("|");
    const begin = String.raw`(?<![\w$@"'#-])(?<!\b(?:def|sub|function|class|package) )(?:(?:${names})(?:(?:\.|->)new)?|${toParent})`;
    const named = String.raw`(?:\w{1,40}[ \t]*(?:=>?|:)[ \t]*)?`;
    const calls = new RegExp(
      `${begin}${String.raw`(?:[ \t]*\([ \t]*|[ \t]+)`}${named}${String.raw`(?=["'%*[]|q[qw]?\b|[rbfuRBFU]{1,2}["'])`}`,
      "gu",
    );
    const found = await startsIn(code, { ...syntax, calls, quoted: nothing }, this.#proc);
    return found.flatMap((one) => ("need" in one ? [one.need] : []));
  }

  /** What sources and settings hold under the names that calls are given: `SORT = "sort"`, `'sum' => 'cksum'`. */
  async #keyed(asked: readonly string[]): Promise<readonly { readonly need: Need; readonly from: AbsPath }[]> {
    const keys = asked.filter((key) => !this.#keys.has(key));
    for (const key of keys) this.#keys.add(key);
    if (this.#keys.size === 0) return [];
    for (const { path, code } of this.#unread.splice(0)) for (const one of namedWords(code)) this.#hold(one, path);
    const meant = [...this.#fresh.splice(0), ...keys.flatMap((key) => this.#held.get(key) ?? [])];
    const found: { readonly need: Need; readonly from: AbsPath }[] = [];
    for (const { word, from } of meant) {
      const path = await this.#proc.findProgram(word);
      if (path === undefined || isShell(path) || !(await canBeStarted(path, this.#files))) continue;
      if ((await this.#files.realPath(path)) === this.#proc.realProgram) continue;
      const why = `starts programs by names that the run tells, and ${baseName(from)} has ${word} under one of them`;
      found.push({ need: { path, role: "program", evidence: "string", why, optional: true }, from });
    }
    return found;
  }

  #hold({ key, word }: NamedWord, from: AbsPath): void {
    if (this.#keys.has(key)) this.#fresh.push({ word, from });
    listOf(this.#held, key).push({ word, from });
  }

  /** First words of lists whose texts all begin with the name of a program. */
  async #listedLines(code: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const words of listsOfLinesIn(code)) {
      const paths = await Promise.all(words.map(async (word) => this.#proc.findProgram(word)));
      if (!paths.includes(undefined)) found.push(...words);
    }
    return found;
  }

  /**
   * The programs that words of a source mean. A value of a source that itself starts what only the run tells (`isOpen`)
   * means any program; one of another source means what someone put into the builder.
   */
  async #begun({ code, path: source }: Source, isOpen: boolean): Promise<readonly Need[]> {
    const needs: Need[] = [];
    const lines = shellLinesIn(code);
    const isTable = !isOpen && isTableOfWords(code);
    const listed = isTable ? new Map<string, boolean>() : listedCommandsIn(code);
    const begun = begunWords(code);
    const held = isTable ? new Set<string>() : wordsHeldIn(code);
    const first = firstWordsIn(code);
    const ofScripts = scriptWordsIn(code);
    const ofLists = isOpen ? new Set([...listedWords(code), ...(await this.#listedLines(code))]) : new Set<string>();
    for (const word of new Set([...listed.keys(), ...begun.keys(), ...lines, ...held, ...first, ...ofLists])) {
      const isLine = begun.get(word) === true || lines.has(word) || ofScripts.has(word);
      const isMeant = isLine || listed.has(word) || held.has(word) || first.has(word) || ofLists.has(word);
      const path = isMeant ? await this.#proc.findProgram(word) : undefined;
      if (path === undefined || isShell(path) || !(await canBeStarted(path, this.#files))) continue;
      const isOwnValue = isOpen && (held.has(word) || listed.has(word) || ofLists.has(word));
      if (!isLine && !isOwnValue && listed.get(word) !== true && !(await this.#isChosen(path))) continue;
      // A text may begin with an ordinary word: what that means was installed by its name.
      const isFirstAlone = !isLine && !isOwnValue && !listed.has(word) && !held.has(word);
      if (isFirstAlone && (await this.#proc.systemPackage?.(path))?.isChosen === false) continue;
      if ((await this.#files.realPath(path)) === this.#proc.realProgram) continue;
      const why = `starts programs by names that the run tells, and has texts that begin with ${baseName(path)}`;
      const need: Need = { path, role: "program", evidence: "string", why, optional: true };
      needs.push(need, ...(await this.#withScripts(need, { word, code, source })));
      if (lines.has(word) || ofScripts.has(word)) needs.push(givenToShell);
    }
    return needs;
  }

  /** The same program with each script of the application that the source gives it: `STEPS = [["perl", "a.pl"]]`. */
  async #withScripts(
    need: Need,
    { word, code, source }: { readonly word: string; readonly code: string; readonly source: AbsPath },
  ): Promise<readonly Need[]> {
    const places = [this.#proc.appRoot ?? this.#proc.workdir, parentOf(source)];
    const all = await scriptsGivenTo(word, code, { places, files: this.#files });
    return all.map((args) => ({ ...need, args }));
  }
}

const keyOfCall =
  /[[{]\s?["':]?([A-Za-z][\w-]{1,40})["']?\s?[\]}]|\((["':])([A-Za-z][\w-]{1,40})\2?(?=[,)])|(?:\.|::|->)\$?([A-Za-z_]\w{1,40})(?=\s*(?:[,)\]+.}"]|$))|,\s?["':]([A-Za-z][\w-]{1,40})["']?\s?\)/gu;

/**
 * The last name in brackets of each call, the one that a method is asked for, and what is a part of something:
 * `settings["tools"]["sort"]`, `.get("tool")`, `tools.SORT`.
 */
function keysIn(open: readonly Pick<StartedCommand, "what" | "text">[]): readonly string[] {
  return open.flatMap(({ what, text = what }) =>
    Array.from(text.matchAll(keyOfCall), ([, key, , asked, part, last]) => key ?? asked ?? part ?? last ?? ""),
  );
}

/** `Sort` of `Own::Tools::Sort`. */
function lastWord(name: string): string {
  return /(\w+)\W*$/u.exec(name)?.[1] ?? name;
}
