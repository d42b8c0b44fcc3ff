import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { commandsInConfiguration } from "../../formats/text/configured-commands.ts";
import { foundCommands, hidesCommands } from "../../formats/text/given-commands.ts";
import { launchedCommand } from "../../formats/text/launchers.ts";
import { pathsInConfiguration } from "../../formats/text/named-paths.ts";
import { argumentsForCode } from "../../languages/code-on-input.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, type FileStat, toAbsPath } from "../../rootfs/rootfs.ts";
import { builtins, isPathPattern, isPattern } from "./builtins.ts";
import { Codes } from "./codes.ts";
import { commandsWithin, maxNesting, merge, namesInWord, withoutOptions, withoutUntold } from "./command-lines.ts";
import { commandListNeeds } from "./command-lists.ts";
import { anything, lineOf, missing, unknownName, unreadable, untold } from "./findings.ts";
import { directoryNeeds, fileNeeds, isSearched, placeNeeds } from "./given-paths.ts";
import { variableNeeds, variablesFor } from "./given-variables.ts";
import { guessedNeeds, isCompared, isMade, isRunnable, lacksOf } from "./guesses.ts";
import { handedCommand, handedProgram } from "./handed-programs.ts";
import { lookedForNeeds } from "./lookups.ts";
import { directoryMakers, ofSystem } from "./places.ts";
import { boundsOf, startedAs, unknownBehindExec } from "./prefixes.ts";
import {
  calledFunctions,
  guardedNames,
  namesOf,
  type ScriptLocation,
  scopeAt,
  scopeOf,
  scopesOfCalls,
  searchDirectories,
} from "./scope.ts";
import { filesNamed, sourcedFile, sourcesOf } from "./sourced.ts";
import { type CommandSite, readScript, type ShellScript } from "./syntax.ts";
import { maxCut } from "./value-limits.ts";
import { expandCommand, type Scope, valuesOf, type Ways } from "./values.ts";
import { workingDirectoryNeeds } from "./working-directory.ts";
import { Places } from "./working-places.ts";

/** The programs and files that a script runs, sources and reads. Programs that are unknown or missing are warnings. */
export function scriptNeeds(script: ShellScript, location: ScriptLocation, proc: ProcessContext): AsyncIterable<Yield> {
  return new ScriptReader({ script, location, proc, nesting: 0, codes: new Codes() }).needs();
}

/** Reads one script for its needs. */
class ScriptReader {
  readonly #script: ShellScript;
  readonly #location: ScriptLocation;
  readonly #proc: ProcessContext;
  readonly #nesting: number;
  readonly #scope: Scope;
  readonly #directories: readonly AbsPath[];
  readonly #guarded: ReadonlySet<string>;
  readonly #places: Places;
  readonly #told = new Set<string>();
  /** Commands that cannot be told. */
  readonly #untold: CommandSite[] = [];
  /** Values beyond those that are followed. */
  readonly #cut = new Set<string>();
  readonly #codes: Codes;

  constructor(reading: {
    readonly script: ShellScript;
    readonly location: ScriptLocation;
    readonly proc: ProcessContext;
    readonly nesting: number;
    readonly codes: Codes;
  }) {
    this.#script = reading.script;
    this.#location = reading.location;
    this.#proc = reading.proc;
    this.#nesting = reading.nesting;
    this.#codes = reading.codes;
    this.#places = new Places(reading.proc, reading.location);
    this.#scope = scopeOf(reading.script, reading.location, reading.proc, this.#cut);
    this.#directories = searchDirectories(this.#scope);
    this.#guarded = guardedNames(reading.script, this.#scope);
  }

  async *needs(): AsyncIterable<Yield> {
    const script = this.#script;
    if (script.problem !== undefined) yield { finding: unreadable(this.#location, script.problem) };
    if (script.isCut) yield { unknown: { kind: "unread-file", what: "the rest of a long script", bound: anything } };
    // Of a script that only its directory brings, nobody knows who calls its functions.
    const isOpen = this.#location.mayNotRun === true && this.#proc.prune !== "reachable";
    const called = isOpen ? undefined : calledFunctions(script, this.#location);
    for (const site of script.commands) {
      // A library of functions that nothing calls does nothing.
      if (site.inFunction !== undefined && called?.has(site.inFunction) === false) continue;
      const own = scopeAt(site, script, this.#scope, called);
      const isPossible = await this.#possiblePrograms(site.words, own);
      const ways = expandCommand(site.words, own, isPossible);
      const isKnown = ways.commands.some(([name]) => name !== undefined && !isPathPattern(name));
      if (!ways.isComplete) yield* this.#unknownProgram(site, own, isKnown);
      const behind = unknownBehindExec(site, own);
      if (behind !== undefined) yield* this.#unknownProgram({ ...site, words: behind.words }, own, behind.isKnown);
      yield* this.#unknownSource(site, own);
      // Each call of a function is made, and none takes the place of another.
      const calls = scopesOfCalls(site, own);
      const waysOf =
        calls?.map((one) => expandCommand(site.words, one, isPossible)) ??
        ways.commands.map((one) => ({ commands: [one], isComplete: true }));
      yield* this.#oneOf(ways, site, waysOf.length > 1 ? waysOf : [ways]);
    }
    for (const { word, line, isOutput } of script.redirects) {
      for (const text of valuesOf(word, this.#scope).texts) {
        if (isOutput) yield* placeNeeds(text, line, this.#location, this.#proc);
        if (isOutput) continue;
        yield* fileNeeds(text, line, this.#proc);
        yield* this.#filesThere(text, line);
        yield* commandListNeeds(text, line, this.#proc);
      }
    }
    for (const { word, line } of script.given) {
      for (const text of valuesOf(word, this.#scope).texts.flatMap((value) => value.split(":"))) {
        yield* fileNeeds(text, line, this.#proc);
        yield* this.#directoryNeeds(text, line);
      }
    }
    yield* variableNeeds(script.given, this.#scope, { location: this.#location, proc: this.#proc });
    for (const { word, line } of ofSystem.test(this.#location.path) ? [] : script.documents) {
      for (const text of valuesOf(word, this.#scope).texts) yield* this.#documentNeeds(text, line);
    }
    yield* this.#cutNeeds();
    for (const finding of untold(this.#location, this.#untold)) yield { finding };
  }

  /** A text that a script of the stage's own writes or hands on: settings of what it starts then. */
  async *#documentNeeds(text: string, line: number): AsyncIterable<Yield> {
    for (const named of pathsInConfiguration(text)) {
      yield* fileNeeds(named.text, line, this.#proc);
      yield* this.#directoryNeeds(named.text, line);
    }
    for (const {
      words: [name = "", ...args],
    } of commandsInConfiguration(text)) {
      const path = await this.#proc.findProgram(name, this.#directories);
      const why = `has a text with the command ${name} (line ${line})`;
      if (path !== undefined && (await this.#statOf(path))?.kind === "file")
        yield { need: { path, role: "program", evidence: "string", why, args, optional: true } };
    }
  }

  /** Of a variable with more values than are followed, the others are files and programs too, where they are there. */
  async *#cutNeeds(): AsyncIterable<Yield> {
    if (this.#cut.size >= maxCut) yield { unknown: { kind: "long-list", what: "more values", bound: anything } };
    for (const text of this.#cut) {
      if (/[\s$`]/u.test(text)) continue;
      const path = text.includes("/") ? undefined : await this.#proc.findProgram(text, this.#directories);
      const why = `has ${text} among many values`;
      if (path !== undefined)
        yield { need: { path, role: "program", evidence: "rule", why, args: [], optional: true } };
      yield* fileNeeds(text, undefined, this.#proc);
      yield* this.#filesThere(text);
      yield* this.#directoryNeeds(text);
      if (!/^\/[^/]/u.test(text) || (await lacksOf([text], this.#proc.root)) > 0) continue;
      yield { need: { path: toAbsPath(text), role: "program", evidence: "rule", why, args: [], optional: true } };
    }
  }

  /** A program whose name is known in part, or not at all: the latter is a warning at any level. */
  async *#unknownProgram(site: CommandSite, own: Scope, hasWays: boolean): AsyncIterable<Yield> {
    const [word] = site.words;
    if (word === undefined || this.#told.has(`${site.line}`)) return;
    this.#told.add(`${site.line}`);
    const bounds = hasWays ? [] : boundsOf(word, own, this.#proc.workdir, true);
    const known = bounds.filter(({ kind }) => kind !== "anything");
    for (const bound of known) yield unknownName(word.text, site, bound);
    const started = await startedAs(site, { bounds: known, scope: own, proc: this.#proc });
    for (const need of started) if (!namesOf(this.#location).includes(need.path)) yield { need };
    if (known.length === 0 && started.length === 0) this.#untold.push(site);
  }

  /** A file that is read whose name is not known: `. "$f"` in a loop over a directory. */
  async *#unknownSource(site: CommandSite, own: Scope): AsyncIterable<Yield> {
    const [name, word] = site.words;
    const { chosen, isUntold } = await sourcesOf(site, own, this.#proc);
    for (const file of chosen) yield* this.#sourceNeeds(file, site.line);
    if (!isUntold || name === undefined || word === undefined) return;
    for (const bound of boundsOf(word, own, this.#proc.workdir))
      yield unknownName(`${name.value} ${word.text}`, site, bound);
  }

  /** Of several ways to run a command, those that name no program are not the ones that are meant. */
  async *#oneOf(ways: Ways, site: CommandSite, ofCalls: readonly Ways[]): AsyncIterable<Yield> {
    const found: Yield[] = [];
    const plausible = await Promise.all(ofCalls.map(async (one) => this.#plausible(one)));
    for (const command of new Map(plausible.flat().map((one) => [one.join("\0"), one])).values()) {
      for await (const one of this.#commandNeeds(command, site)) found.push(one);
    }
    const isOne = ways.isComplete && ways.commands.length === 1;
    const { yields, isLost } = isOne
      ? { yields: found, isLost: false }
      : await guessedNeeds(found, site, { ...this.#proc, ways });
    if (isLost) this.#untold.push(site);
    const hasProgram = yields.some((one) => "need" in one && one.need.role === "program");
    // Names with another meaning were reported already.
    const isSure = isOne || (ways.isComplete && !hasProgram);
    const told = yields.find((one) => "finding" in one);
    yield* isOne ? yields : yields.filter((one) => !("finding" in one) || (isSure && one === told));
  }

  /** Of several ways, those that lack the fewest of the files that they name; none, if not all ways are known. */
  async #plausible({ commands, isComplete }: Ways): Promise<readonly (readonly string[])[]> {
    if (commands.length < 2 && isComplete) return commands;
    const lacks = await Promise.all(commands.map(async (command) => lacksOf(command, this.#proc.root)));
    const fewest = isComplete ? Math.min(...lacks) : 0;
    return commands.filter((_, index) => lacks[index] === fewest);
  }

  /** Told before the arguments, whose ways would take the place of other programs. */
  async #possiblePrograms(words: CommandSite["words"], own: Scope): Promise<(text: string, index: number) => boolean> {
    const at = /^(?:exec|command)$/u.test(words[0]?.value ?? "") ? 1 : 0;
    const word = words[at];
    const texts = (word === undefined ? [] : valuesOf(word, own).texts).filter((text) => text.includes("/"));
    const kept = new Set<string>();
    for (const text of texts.length < 2 ? [] : texts) {
      if ((await lacksOf([toAbsPath(text, this.#proc.workdir)], this.#proc.root)) === 0) kept.add(text);
    }
    return (text, index) => kept.size === 0 || index !== at || !text.includes("/") || kept.has(text);
  }

  async *#commandNeeds(command: readonly string[], site: CommandSite, isNoFunction = false): AsyncIterable<Yield> {
    const [name, ...args] = command;
    if (name === undefined || name === "" || (!isNoFunction && this.#script.functions.has(name))) return;
    if (name === "cd" || name === "pushd") {
      await this.#places.changeTo(args);
      if (args[0]?.startsWith("/") === true) yield* workingDirectoryNeeds(args[0], site.line, this.#proc);
    }
    for (const line of builtins.has(name) ? [] : (site.input?.split("\n") ?? [])) yield* this.#handedCode(line, site);
    for (const arg of args.filter((one) => !builtins.has(name) || !isSearched(one, this.#proc))) {
      for (const named of namesInWord(arg)) {
        yield* fileNeeds(named, site.line, this.#proc);
        if (!directoryMakers.has(name)) yield* this.#filesThere(named, site.line);
        if (!builtins.has(name) && !directoryMakers.has(name))
          yield* handedProgram(named, name, { line: site.line, proc: this.#proc, location: this.#location });
      }
      if (directoryMakers.has(name.replace(/^.*\//u, ""))) continue;
      yield* this.#directoryNeeds(arg, site.line);
      if (!builtins.has(name)) yield* this.#handedCode(arg, site);
    }
    const asking = { script: this.#script, location: this.#location, proc: this.#proc, directories: this.#directories };
    yield* lookedForNeeds(command, site.line, { ...asking, places: this.#places });
    if (builtins.has(name)) {
      yield* this.#builtinNeeds(name, args, site);
      return;
    }
    yield* this.#programNeeds(name, args, site);
    if (name !== "find" && !name.endsWith("/find")) return;
    for (const { words } of foundCommands(args)) yield* this.#commandNeeds(words, site);
  }

  async *#builtinNeeds(name: string, args: readonly string[], site: CommandSite): AsyncIterable<Yield> {
    switch (name) {
      case ".":
      case "source":
        for (const file of await this.#places.filesNamed(args[0] ?? "")) yield* this.#sourceNeeds(file, site.line);
        return;
      case "exec":
        // An argument of the image that begins with a dash is no program, and no option of exec either.
        if (/^-(?![acl]+$)/u.test(args[0] ?? "")) return;
        yield* this.#commandNeeds(withoutOptions(args, ["-a"]), site, true);
        return;
      case "command":
        if (args[0] === "-v" || args[0] === "-V") return;
        yield* this.#commandNeeds(withoutOptions(args, []), site, true);
        return;
      case "eval":
        yield* this.#codeNeeds(args.join(" "), site);
        return;
      case "trap":
        if (args.length > 1) yield* this.#codeNeeds(args[0] ?? "", site);
        return;
      default:
    }
  }

  async *#codeNeeds(code: string, site: CommandSite, use = "runs"): AsyncIterable<Yield> {
    const key = `${use} ${code}`;
    if (code === "" || code === "-" || this.#codes.has(key)) return;
    if (this.#nesting >= maxNesting || !this.#codes.take(key, this.#nesting)) {
      yield { unknown: { kind: "made-code", line: site.line, what: "eval", bound: anything } };
      return;
    }
    const inner = await readScript(code, site.line);
    const { functions, arrays, loops, prints, outputs } = this.#script;
    const assigned = merge(this.#script.assigned, inner.assigned);
    const outer = { functions, arrays, loops, prints, ...(outputs === undefined ? {} : { outputs }) };
    const merged = { ...inner, ...outer, assigned, problem: undefined };
    const nested = { location: this.#location, proc: this.#proc, nesting: this.#nesting + 1, codes: this.#codes };
    yield* new ScriptReader({ script: merged, ...nested }).needs();
  }

  async *#programNeeds(name: string, args: readonly string[], site: CommandSite): AsyncIterable<Yield> {
    if (isPathPattern(name)) {
      for (const one of await filesNamed(name, this.#proc)) {
        if ((await lacksOf([one], this.#proc.root)) === 0) yield* this.#programNeeds(one, args, site);
      }
      return;
    }
    if (isPattern(name) && name !== "[") return;
    const path = await this.#places.findProgram(name, this.#directories);
    // A script that runs itself again, as another user perhaps, runs nothing new.
    if (path !== undefined && namesOf(this.#location).includes(path)) return;
    const stat = path === undefined ? undefined : await this.#statOf(path);
    if (path !== undefined && stat?.kind === "file" && (isRunnable(stat) || !isMade(site, this.#script))) {
      const why = `runs ${name} (line ${site.line})`;
      const code = site.input === undefined ? undefined : argumentsForCode(baseName(path), args, site.input);
      const given = await this.#withoutMode(baseName(path), this.#againWithTheSame(args), site);
      const start = { path, why, args: code ?? withoutUntold(baseName(path), given) };
      for (const env of variablesFor(site, this.#script, this.#scope))
        yield* this.#places.starts(env === undefined ? start : { ...start, env }, site, this.#guarded);
      yield* handedCommand(name, args, { line: site.line, proc: this.#proc, directories: this.#directories });
      if (hidesCommands(baseName(path), args) && !ofSystem.test(this.#location.path))
        this.#untold.push({ ...site, words: site.words.slice(0, 1) });
      return;
    }
    if (stat !== undefined && !this.#told.has(`${site.line}`)) {
      // A directory, or a text that nobody can run: parts of the name are empty that are not when it runs.
      this.#told.add(`${site.line}`);
      this.#untold.push(site);
    }
    if (stat !== undefined) return;
    // `xargs -I{} sh -c '{}'` fills it in.
    if (name === "{}" || name.includes("=") || this.#guarded.has(name) || this.#told.has(name)) return;
    if (isCompared(name, site, this.#script)) return;
    this.#told.add(name);
    // Who made the package chose to do without: in the builder the script fails alike.
    for (const one of namesOf(this.#location)) if ((await this.#proc.systemPackage?.(one)) !== undefined) return;
    yield { finding: missing(this.#location, site, name) };
  }

  /** A command line in one argument, of a script of the stage's own: `SYSTEM:'head -c 4; cat /srv/text'`. */
  async *#handedCode(arg: string, site: CommandSite): AsyncIterable<Yield> {
    if (ofSystem.test(this.#location.path)) return;
    for (const { name, text } of commandsWithin(arg)) {
      const path = await this.#proc.findProgram(name, this.#directories);
      if (path === undefined || (await this.#statOf(path))?.kind !== "file") continue;
      for await (const one of this.#codeNeeds(text, site, "hands")) {
        if ("need" in one) yield { need: { ...one.need, evidence: "string", optional: true } };
      }
    }
  }

  async #statOf(path: AbsPath): Promise<FileStat | undefined> {
    const found = await resolveLinks(this.#proc.root, path);
    return found === undefined || found === "loop" ? undefined : found.stat;
  }

  /** `gosu app "$0" "$@"`: the script runs itself by another program, and brings nothing new with more arguments. */
  #againWithTheSame(args: readonly string[]): readonly string[] {
    const at = args.findIndex((arg) => namesOf(this.#location).some((name) => name === arg));
    return at === -1 ? args : [...args.slice(0, at + 1), ...this.#location.positional];
  }

  /** A mode of the script is nothing that a program which is given all arguments could start: `setpriv ... "$@"`. */
  async #withoutMode(program: string, args: readonly string[], site: CommandSite): Promise<readonly string[]> {
    const [mode, ...behind] = launchedCommand(program, args) ?? [];
    const at = args.length - behind.length - 1;
    if (mode === undefined || args[at] !== mode) return args;
    const kept = await this.#withoutMode(baseName(toAbsPath(mode)), behind, site);
    if (kept.length < behind.length) return [...args.slice(0, at + 1), ...kept];
    if (!this.#guarded.has(mode) && !isCompared(mode, site, this.#script)) return args;
    const path = await this.#places.findProgram(mode, this.#directories);
    return path !== undefined && (await this.#statOf(path))?.kind === "file" ? args : args.slice(0, at);
  }

  async *#sourceNeeds(name: string, line: number): AsyncIterable<Yield> {
    const file = await sourcedFile(name, this.#location.path, { proc: this.#proc, directories: this.#directories });
    const why = `reads ${name} (line ${line})`;
    // Scripts ask first whether such a file is there.
    yield { need: { path: file, role: "module", evidence: "proved", why, optional: true } };
  }

  /** A file or a directory of the stage's own where the script changed to: `cd /srv/book; pandoc own.md`. */
  async *#filesThere(text: string, line?: number): AsyncIterable<Yield> {
    if (!/^[\w.][^*?[\]{}$\n]*$/u.test(text)) return;
    for (const directory of this.#places.changedTo) {
      const path = toAbsPath(text, directory);
      const kind = ofSystem.test(`${path}/`) ? undefined : (await this.#proc.root.lstat(path))?.kind;
      if (kind === "directory" && !text.startsWith("..")) yield* this.#directoryNeeds(path, line);
      if (kind !== "file") continue;
      const why = `names ${text}, in ${directory}${lineOf(line)}`;
      yield { need: { path, role: "file", evidence: "rule", why, optional: true, isArgument: true } };
    }
  }

  #directoryNeeds(text: string, line?: number): AsyncIterable<Yield> {
    return directoryNeeds(text, line, { location: this.#location, proc: this.#proc });
  }
}
