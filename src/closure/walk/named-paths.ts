import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { installationOf, pathsOf } from "../../formats/elf/named-paths.ts";
import { commandsInCalls } from "../../formats/text/called-commands.ts";
import { commandsInConfiguration } from "../../formats/text/configured-commands.ts";
import {
  bareNames,
  type NamedPath,
  namesBeside,
  pathOf,
  pathsInConfiguration,
  valuesBeside,
} from "../../formats/text/named-paths.ts";
import { namesThatMayBe } from "../../rootfs/beside.ts";
import { withEndings } from "../../rootfs/endings.ts";
import {
  hasExtension,
  hasSettings,
  isRecipeFile,
  isScratchDirectory,
  isScratchPlaceOf,
  isScriptOfOther,
  isSettingsFile,
  isSlight,
  mayBeIncluded,
  useOf,
} from "../../rootfs/file-use.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { type AbsPath, baseName, type FileStat, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory, isSystemFile } from "../../rootfs/system-directories.ts";
import type { Evidence, Role } from "../model/closure.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";
import type { Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { BareNames } from "./bare-names.ts";
import { ChangedNodes } from "./changed-nodes.ts";
import { startConfigured } from "./configured-commands.ts";
import { isNeeded, isOfRuntime } from "./far-files.ts";
import { roleOfFile } from "./file-role.ts";
import { takeDirectory } from "./named-directory.ts";
import { isOfLanguage } from "./package-unit.ts";
import { type Views, viewProcess } from "./roots.ts";
import { noteUnread } from "./too-large.ts";
import type { Worklist } from "./worklist.ts";
import { takePlace, takePlaces } from "./written-places.ts";

/** What crypt(3) made of passwords. */
const passwords = toAbsPath("/etc/shadow");
/** Functions that read them, such as those that a module of PAM calls. */
const askers = /^getsp(?:ent|nam)(?:_r)?$/u;

/** Data of a system that programs of all packages read. */
const sharedData = toAbsPath("/usr/share");

const configurationLimit = 4 * 2 ** 20;
const dataLimit = 2 ** 16;

/** A directory of another package is looked into up to so many names. */
const foreignNames = 200;
/** A shorter name stands for other things as well. */
const shortestName = 5;

/** Who names paths, and how it is known. */
interface Naming {
  readonly view: View;
  readonly proc: Process | undefined;
  readonly from: AbsPath;
  readonly evidence: Evidence;
  /** True for paths that only count when they belong to the same source as who names them, or to no package. */
  readonly isOwnOnly: boolean;
  /** True for data that came with a package: what it says of programs on the PATH is for people. */
  readonly isData?: boolean;
  /** The object in whose strings they stand. */
  readonly elf?: ElfFile;
}

/**
 * Follows absolute paths: those in strings of programs and libraries, which count where they belong to the same source
 * or to no package, and those in configuration that ships, which count wherever they are.
 */
export class NamedPaths {
  readonly #work: Worklist;
  readonly #views: Views;
  readonly #changed: ChangedNodes;
  readonly #bare: BareNames;
  /** How many objects of a process were followed. */
  readonly #followed = new Map<Process, number>();

  constructor(work: Worklist, views: Views) {
    this.#work = work;
    this.#views = views;
    this.#changed = new ChangedNodes(work);
    this.#bare = new BareNames(work);
  }

  /** Follows what came since the last call. What ships is asked for, and the worklist has to be drained again. */
  async settle(): Promise<void> {
    if (this.#work.request.closure.dlopen !== "auto") return;
    for (const proc of this.#work.processes.values()) await this.#followObjects(proc);
    for (const node of this.#changed.take()) {
      const { path, stat, tree } = node;
      const view = this.#views.get(node.view);
      const isOfSpec = node.fromSpec === true;
      if (stat.kind !== "file" || (tree === undefined && !isOfSpec) || view === undefined) continue;
      // The list of shells, say, names what may be there.
      if (isSystemFile(path)) continue;
      await takePlaces(this.#work, node, { view, proc: viewProcess(this.#work, view) });
      // Profiles and completions that came with their reader's package name the paths of all other programs.
      const isOfOthers =
        useOf(path) === "not-for-running" && node.edges.every(({ evidence }) => evidence === "package");
      if (isOfOthers && !(await this.#work.isAuthors(view, path))) continue;
      const isConfiguration = isSettingsFile(path) || this.#work.configurations.has(path);
      // A text of the stage that a script gives a command, or settings beside those that it gives or a package has.
      const isBeside = isOfSpec || node.edges.some(({ evidence }) => evidence === "package" || evidence === "bound");
      const isPlaced = isBeside && hasSettings(path) && !isOfLanguage(this.#work, path);
      const isAsked = isPlaced || this.#work.commandArguments.has(path);
      const mayBeGiven = isAsked && stat.sizeBytes <= configurationLimit;
      const isData = !isConfiguration && !(mayBeGiven && (await this.#work.isAuthors(view, path)));
      if (stat.sizeBytes > configurationLimit && !isData)
        await noteUnread(this.#work, { view, from: path, what: "settings of more than 4 MiB" });
      if (stat.sizeBytes > (isData ? dataLimit : configurationLimit)) continue;
      if (isScriptOfOther(path)) await this.#followCalls(view, path);
      const isNamed = node.edges.some(({ evidence }) => evidence === "package" || evidence === "string");
      const isBound = !isNamed && node.edges.some(({ evidence }) => evidence === "bound");
      if (isData && !isNamed && !(isBound && (await this.#work.isAuthors(view, path)))) continue;
      await this.#followConfiguration(view, path, isData);
    }
  }

  async #followObjects(proc: Process): Promise<void> {
    const { view, loader, context } = proc;
    const packages = await this.#work.systemPackages(view);
    const program = context.elf?.loader;
    const system = program === undefined ? undefined : packages.ownerOf((await view.resolve(toAbsPath(program))).real);
    const objects = loader?.loaded() ?? [proc.program];
    const followed = this.#followed.get(proc);
    this.#followed.set(proc, objects.length);
    for (const path of objects.slice(followed)) {
      const { real } = await view.resolve(path);
      if (!this.#work.isNew(`strings\0${view.name}\0${real}`)) continue;
      // The package of the dynamic loader names the files of a system: those come by their own rules.
      if (system !== undefined && packages.ownerOf(real) === system) continue;
      const elf = await this.#work.readElf(view, path);
      if (elf === undefined) continue;
      // What a runtime itself reads and starts is known to its plug-in, which also knows when.
      const isKnown = isOfRuntime(proc, real, packages);
      const naming: Naming = { view, proc, from: real, evidence: "string", isOwnOnly: true, elf };
      for (const one of isKnown ? [] : await pathsOf(elf, installationOf(real)))
        await this.#take(one, naming, packages);
      if ([...elf.importedSymbols].some((symbol) => askers.test(symbol))) await this.#notePasswords(view, real);
      if (real !== proc.realProgram) await this.#takeOwnFiles(naming, packages);
      await this.#bare.takeLibraries({ path, elf, from: real }, proc, packages);
      if (!isKnown) await this.#bare.takeCommands({ elf, from: real }, proc, packages);
    }
  }

  /** Files of a library's own package that it names by nothing but their names: `/etc/paperspecs` of libpaper. */
  async #takeOwnFiles(naming: Naming, packages: PackagesOfSystem): Promise<void> {
    const files = packages.ownerOf(naming.from)?.files ?? [];
    const own = files.length > foreignNames ? [] : files.filter((path) => useOf(path) === "run-time");
    for (const path of own) {
      const name = baseName(path);
      if (name.length < shortestName || (await naming.elf?.holds(`\0${name}\0`)) !== true) continue;
      const { stat } = await naming.view.resolve(path);
      if (stat?.kind === "file" && !this.#work.nodes.has(path)) await this.#enqueue(path, naming);
    }
  }

  /** Commands in calls of a source of the builder's author. */
  async #followCalls(view: View, path: AbsPath): Promise<void> {
    if (!this.#work.isNew(`calls\0${view.name}\0${path}`) || !(await this.#work.isAuthors(view, path))) return;
    const text = new TextDecoder().decode(await view.root.readFile(path));
    await startConfigured(this.#work, commandsInCalls(text), { view, proc: viewProcess(this.#work, view), from: path });
  }

  async #followConfiguration(view: View, path: AbsPath, isData: boolean): Promise<void> {
    if (!this.#work.isNew(`configuration\0${String(isData)}\0${view.name}\0${path}`)) return;
    if (isData && isOfLanguage(this.#work, path)) return;
    const bytes = await view.root.readFile(path);
    if (bytes === undefined || bytes.includes(0)) return;
    const packages = await this.#work.systemPackages(view);
    const proc = viewProcess(this.#work, view);
    const naming: Naming = { view, proc, from: path, evidence: "string", isOwnOnly: false, isData };
    const text = new TextDecoder().decode(bytes);
    for (const one of pathsInConfiguration(text)) await this.#take(one, naming, packages);
    if (isData) {
      const words = bareNames(text);
      const commands = this.#bare.commandsNear(path, packages).filter((one) => words.has(baseName(one)));
      return this.#bare.startCommands(commands, naming);
    }
    const isAuthors = await this.#work.isAuthors(view, path);
    // A source of a known run-time is that run-time's to read.
    const isSource = proc?.plugin !== undefined && !hasSettings(path) && !this.#work.commandArguments.has(path);
    if (!isSource) await this.#bare.takeNamedLibraries(text, { ...naming, isAuthors }, packages);
    const mayHold = hasSettings(path) || isRecipeFile(path) || (!hasExtension(path) && !text.startsWith("#!"));
    // Settings that came with a package start what that package needs.
    const near = isAuthors ? [] : this.#bare.commandsNear(path, packages).map((one) => baseName(one));
    const commands = mayHold && (isAuthors || near.length > 0) ? commandsInConfiguration(text) : [];
    const started = isAuthors ? commands : commands.filter(({ words: [name = ""] }) => near.includes(name));
    await startConfigured(this.#work, started, naming);
    const directory = parentOf(path);
    // In a directory of the system, only what the builder's author put beside it is meant.
    const isShared = packages.isSharedDirectory(directory);
    for (const name of await namesThatMayBe(view.root, directory, namesBeside(text))) {
      const beside = toAbsPath(name, directory);
      if (!isShared || packages.ownerOf(beside) === undefined) await this.#takePath(beside, naming, packages);
    }
    if (!isAuthors || isSource || isShared || isSystemDirectory(directory)) return;
    const values = valuesBeside(text);
    for (const name of values.size === 0 ? [] : ((await view.root.readDirectory(directory)) ?? [])) {
      const beside = toAbsPath(name, directory);
      const isNamed = values.has(name) && (await view.root.lstat(beside))?.kind === "directory";
      if (isNamed) await this.#takePath(beside, naming, packages);
    }
  }

  async #take(named: NamedPath, naming: Naming, packages: PackagesOfSystem): Promise<void> {
    const { text, kind } = named;
    if (kind === "pattern") {
      // All that a directory of the system holds is a limit, not a list.
      if (naming.isOwnOnly || isSystemDirectory(toAbsPath(text.replace(/\/\*+$/u, "")))) return;
      for (const path of await expandGlob(naming.view.root, text)) await this.#takePath(path, naming, packages);
      return;
    }
    await this.#takePath(pathOf(named), naming, packages);
  }

  async #takePath(path: AbsPath, naming: Naming, packages: PackagesOfSystem): Promise<void> {
    const { view, from, isOwnOnly, isData } = naming;
    const isMeant = !isOwnOnly && isData !== true;
    if (isOwnOnly && path === passwords) await this.#notePasswords(view, from);
    if (isSystemFile(path)) return;
    const { real, stat } = await view.resolve(path);
    // What the author's text hands to a run-time is not that run-time's choice.
    const isAuthors = !isOwnOnly && (await this.#work.isAuthors(view, toAbsPath(from)));
    if (!(isAuthors && stat?.kind === "file") && isOfLanguage(this.#work, path)) return;
    const isShared = (isSystemDirectory(path) || isSystemDirectory(real)) && !(isAuthors && isDataForAll(real));
    // Of data that a system has for all, what is named by its own name too. Of a place for what comes and goes, itself.
    if (isShared && stat?.kind === "directory" && isWithin(real, sharedData)) await this.#takeNamed(path, real, naming);
    if (isShared) return isScratchPlaceOf(toAbsPath(from), real) ? this.#enqueue(path, naming) : undefined;
    // A log or a lock of the builder is what a run left there.
    if (stat === undefined || (stat.kind === "file" && isScratchDirectory(real))) {
      for (const one of isMeant ? await withEndings(view.root, path) : []) await this.#takePath(one, naming, packages);
      // A program of the author's own means what its author made, as its settings do.
      const isOwn = (isMeant || packages.ownerOf(from) === undefined) && !isWithin(path, parentOf(from));
      return void (await takePlace(this.#work, path, { ...naming, isMeant: isOwn }));
    }
    if (isSystemFile(real)) return;
    if (packages.isSharedDirectory(real)) {
      // The directory of plug-ins of an object, or of settings in its data, where other packages have some as well.
      const mayHavePlugins = isOwnOnly || (isData === true && hasSettings(from));
      const isOfPlugins = mayHavePlugins && packages.isInDirectory(from, real);
      return isOfPlugins || isMeant ? this.#takeDirectory(path, real, naming) : undefined;
    }
    const isForeign = !packages.isOfSameSource(from, real);
    if (isOwnOnly && isForeign && !isNeeded(from, real, packages))
      return this.#takeForeign({ path, real, stat }, naming, packages);
    if (stat.kind === "directory")
      return isData === true && isForeign ? undefined : this.#takeDirectory(path, real, naming);
    if (stat.kind !== "file") return;
    const use = useOf(real);
    if (!isMeant && (use === "not-for-running" || (isData === true && use === "command"))) return;
    // What starts services is not started by them, whatever settings of a package say of it.
    if (use === "not-for-running" && (stat.mode & 0o111) !== 0 && !(await this.#work.isAuthors(view, from))) return;
    if (isMeant) this.#work.configurations.add(real);
    if (!(await this.#work.mayHoldSecret(view, real, stat))) return this.#enqueue(path, naming);
    this.#work.withheld.push({ from, because: "that it names", paths: [real] });
  }

  /** Who asks for passwords finds none, though the builder's author gave an account one. */
  async #notePasswords(view: View, from: AbsPath): Promise<void> {
    const bytes = await view.root.readFile(passwords);
    if (!/^[^:\n]+:\$[^:]+:/mu.test(new TextDecoder().decode(bytes ?? new Uint8Array()))) return;
    this.#work.withheld.push({ from, because: "with passwords of accounts", paths: [passwords] });
  }

  /**
   * Of packages that have nothing to do with it, an object means what it names by directory and name. The program, and
   * a library of its source, mean small files too, and programs that do nothing, or that every system has.
   */
  async #takeForeign(
    { path, real, stat }: { readonly path: AbsPath; readonly real: AbsPath; readonly stat: FileStat },
    naming: Naming,
    packages: PackagesOfSystem,
  ): Promise<void> {
    const { realProgram } = naming.proc ?? {};
    const isTool = naming.from === realProgram && packages.ownerOf(real)?.isEssential?.() === true;
    if (stat.kind === "directory") await this.#takeNamed(path, real, naming);
    else if (realProgram === undefined || !packages.isOfSameSource(realProgram, naming.from)) return;
    else if (isSlight(real, stat.sizeBytes, isTool)) await this.#enqueue(path, naming);
    else if (useOf(real) === "run-time" || useOf(real) === "command") this.#work.namedCommands.set(real, naming.from);
  }

  /** Files of a directory that an object names, where it names them too. */
  async #takeNamed(path: AbsPath, real: AbsPath, naming: Naming): Promise<void> {
    const names = (await naming.view.root.readDirectory(real)) ?? [];
    for (const name of names.length > foreignNames ? [] : names) {
      const isNamed = name.includes(".") && (await naming.elf?.holds(`\0${name}\0`)) === true;
      if (isNamed) await this.#enqueue(toAbsPath(name, path), naming);
    }
  }

  async #takeDirectory(path: AbsPath, real: AbsPath, naming: Naming): Promise<void> {
    const { view, from, proc, isOwnOnly, isData } = naming;
    // Of a scratch directory nothing but itself is wanted.
    if (this.#work.request.process.prune === "reachable" && !isScratchDirectory(real)) {
      const what = `the directory ${path}`;
      const unknown = { kind: "listed-directory", what, bound: { kind: "directory", path } } as const;
      return this.#work.enqueueAll([{ unknown }], { view, from, proc });
    }
    const isMeant = !isOwnOnly && isData !== true;
    const roleOf = async (one: AbsPath): Promise<Role> => {
      if (isMeant && isWithin(one, parentOf(from)) && mayBeIncluded(one)) this.#work.configurations.add(one);
      return this.#roleOf(one, naming);
    };
    await takeDirectory(this.#work, { ...naming, path, real, why: `names ${path}`, isMeant, roleOf });
  }

  async #enqueue(path: AbsPath, naming: Naming): Promise<void> {
    const { view, proc, from, evidence } = naming;
    const role = await this.#roleOf(path, naming);
    this.#work.suggest({ view, from, proc }, { path, role, evidence, why: `names ${path}` });
  }

  /** A library has no scripts started: those in its directories are for people, and ship without what runs them. */
  async #roleOf(path: AbsPath, { view, proc, isOwnOnly, from }: Naming): Promise<Role> {
    const role = await roleOfFile(this.#work, proc, path);
    if (role !== "program" || !isOwnOnly || from === proc?.realProgram) return role;
    return (await this.#work.readElf(view, path)) === undefined ? "file" : role;
  }
}
