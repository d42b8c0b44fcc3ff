import { pathsInConfiguration } from "../../formats/text/named-paths.ts";
import { sourceName } from "../../formats/text/source-name.ts";
import {
  audienceOf,
  commandsAmong,
  isOfServiceManager,
  isPrivateToPackage,
  isScratchDirectory,
  type PackageFileUse,
  useOf,
} from "../../rootfs/file-use.ts";
import { type AbsPath, baseName, type FileStat, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory, isSystemFile } from "../../rootfs/system-directories.ts";
import { directoriesKept, type WalkedPath, walk } from "../../rootfs/walk.ts";
import type { InstalledPackage, Role } from "../model/closure.ts";
import type { PackagesOfSystem, PackageUnit } from "../model/plugins.ts";
import type { Process } from "../model/process.ts";
import { roleOfFile } from "./file-role.ts";
import { takeDirectory } from "./named-directory.ts";
import type { Worklist } from "./worklist.ts";

/**
 * The companions of a started program: the run-time files of its package, and of packages of the same source that it
 * needs, or that need it. Programs on the PATH, and what needs a helper, stay out; libraries come by the loader.
 */
export async function takePackageUnit(work: Worklist, proc: Process, program: AbsPath): Promise<void> {
  const packages = await work.systemPackages(proc.view);
  const owner = packages.ownerOf(program);
  const key = keyOf(proc, owner?.purl ?? program);
  if (!work.isNew(proc.start.isHelper === true ? `${key}\0helper` : key)) return;
  if (owner === undefined) return proc.plugin === undefined ? takeOwnPrefix(work, proc, program) : undefined;
  await new UnitWalk(work, { proc, program, packages }).take(owner);
}

function keyOf({ view }: Process, name: string): string {
  return `unit\0${view.name}\0${name}`;
}

class UnitWalk {
  readonly #work: Worklist;
  readonly #proc: Process;
  readonly #program: AbsPath;
  readonly #packages: PackagesOfSystem;
  readonly #withheld: AbsPath[] = [];
  /** The program's package, and packages of its source that this one needs. */
  readonly #needed = new Set<InstalledPackage>();
  /** The names by which directories of the system tell that their contents are for this unit. */
  readonly #names: Set<string>;

  constructor(
    work: Worklist,
    {
      proc,
      program,
      packages,
    }: { readonly proc: Process; readonly program: AbsPath; readonly packages: PackagesOfSystem },
  ) {
    this.#work = work;
    this.#proc = proc;
    this.#program = program;
    this.#packages = packages;
    this.#names = new Set([baseName(program)]);
  }

  /** The use that the unit's programs make of a file: completions of a shell are for that shell's own unit. */
  #useOf(path: AbsPath): PackageFileUse {
    const use = useOf(path);
    const isForUs =
      use === "not-for-running" &&
      (this.#names.has(audienceOf(path) ?? "") || (isPrivateToPackage(path) && this.#isNeeded(path)));
    return isForUs ? "run-time" : use;
  }

  /** True for files of the program's own package, and of those of its source that it needs: none for developers. */
  #isNeeded(path: AbsPath): boolean {
    const owner = this.#packages.ownerOf(path);
    return owner !== undefined && this.#needed.has(owner);
  }

  async take(owner: InstalledPackage): Promise<void> {
    const unit = this.#packages.unitOf(owner, this.#proc.start.isHelper);
    const loader = this.#proc.context.elf?.loader;
    const system = loader === undefined ? undefined : (await this.#proc.view.resolve(toAbsPath(loader))).real;
    this.#names.add(owner.name).add(sourceName(owner));
    this.#needed.add(owner);
    for (const one of this.#needed) {
      for (const other of this.#packages.dependenciesOf(one))
        if (unit.packages.includes(other)) this.#needed.add(other);
    }
    this.#noteCommands(owner, unit);
    for (const one of unit.packages) {
      this.#work.isNew(`${keyOf(this.#proc, one.purl)}\0helper`);
      this.#work.installTexts.push((await one.scripts?.()) ?? "");
    }
    for (const one of unit.packages) {
      // The package of the dynamic loader is the system itself: its parts come by their own rules.
      if (system !== undefined && one.files.includes(system)) continue;
      const isNeedy = this.#packages.dependenciesOf(one).includes(owner);
      const helpers = isNeedy ? await this.#helpersOfCommands(one) : undefined;
      const ofUnits = await this.#scriptsOfUnits(one);
      for (const path of ofUnits) this.#work.leftOut.set(path, one.name);
      const others = one.files.filter((path) => helpers?.has(path) !== true && !ofUnits.has(path));
      for (const path of others) await this.#takeListed(path, one);
    }
    for (const one of unit.packages) await this.#takeMade(one);
    for (const guest of unit.guests) {
      this.#noteReader(owner, guest.package);
      let hasCode = false;
      for (const path of guest.files) {
        const role = await this.#takeListed(path, guest.package);
        hasCode ||= role === "program" || this.#work.isElf(this.#proc.view, path);
      }
      // One that only registers a text there is another program: a shell among the shells.
      const isPlugin = guest.isPlugin && (hasCode || guest.isMainly);
      if (!isPlugin || !this.#work.isNew(keyOf(this.#proc, guest.package.purl))) continue;
      await this.take(guest.package);
    }
    for (const directory of unit.directories) await this.#takeUnlisted(directory);
    this.#warnOfWithheld(owner);
  }

  /** What programs on the PATH name of their own package, and this one does not: those start it. */
  async #helpersOfCommands({ files }: InstalledPackage): Promise<ReadonlySet<AbsPath>> {
    const { view, context } = this.#proc;
    const commands = commandsAmong(files);
    const found = new Set<AbsPath>();
    for (const path of files) {
      if (useOf(path) !== "run-time" || (await context.elf?.holds(baseName(path))) !== false) continue;
      for (const command of commands) {
        const elf = await this.#work.readElf(view, command);
        if ((await elf?.holds(`\0${path}\0`)) === true) found.add(path);
      }
    }
    return found;
  }

  /** Scripts that units of the package start, and that the program does not name: who runs an image starts it. */
  async #scriptsOfUnits({ files }: InstalledPackage): Promise<ReadonlySet<AbsPath>> {
    const { view, context } = this.#proc;
    const found = new Set<AbsPath>();
    for (const unit of files.filter(isOfServiceManager)) {
      const text = new TextDecoder().decode((await view.root.readFile(unit)) ?? new Uint8Array());
      const named = new Set(text.match(/\/[\w.@%+~/-]+/gu));
      for (const path of files) {
        if (!named.has(path) || this.#useOf(path) !== "run-time" || found.has(path)) continue;
        const head = await view.root.readFile(path, { offset: 0, length: 2 });
        const isScript = head?.[0] === 0x23 && head[1] === 0x21;
        if (isScript && (await context.elf?.holds(baseName(path))) === false) found.add(path);
      }
    }
    return found;
  }

  /** Programs on the PATH of the unit, and of what it needs beyond every system: those are started by name. */
  #noteCommands(owner: InstalledPackage, { packages }: PackageUnit): void {
    const needed = [
      ...neededBy(packages, this.#packages),
      ...packages.flatMap((one) => this.#packages.suggestionsOf(one)),
    ];
    const source = sourceName(owner);
    const known = this.#work.startable.get(source) ?? new Set();
    this.#work.startable.set(source, known);
    for (const path of commandsOf([...packages, ...needed])) known.add(path);
  }

  /** The unit's programs read what a guest put where they look: the commands that it names are theirs to start. */
  #noteReader(owner: InstalledPackage, guest: InstalledPackage): void {
    const { startable } = this.#work;
    const known = startable.get(sourceName(guest)) ?? new Set();
    startable.set(sourceName(guest), known);
    for (const path of startable.get(sourceName(owner)) ?? []) known.add(path);
  }

  /** Answers what the unit's programs use the file as, where it ships. */
  async #takeListed(path: AbsPath, { name }: Pick<InstalledPackage, "name">): Promise<Role | undefined> {
    const use = this.#useOf(path);
    if (/\/(?:sysusers|tmpfiles)\.d\/[^/]+\.conf$/u.test(path)) {
      const bytes = await this.#proc.view.root.readFile(path);
      this.#work.installTexts.push(new TextDecoder().decode(bytes));
    }
    if (use === "not-for-running" || use === "library" || isOfLanguage(this.#work, path)) return undefined;
    const stat = await this.#proc.view.root.lstat(path);
    if (stat === undefined) return undefined;
    if (stat.kind === "directory") {
      if (!this.#packages.isSharedDirectory(path)) await this.#takeDirectory(path, stat, name);
      return undefined;
    }
    if (use !== "command") return this.#takeFile(path, stat, name);
    if (!this.#work.nodes.has(path)) this.#work.leftOut.set(path, name);
    return undefined;
  }

  /** What the scripts of a package name, and no package lists: they made it, as /etc/server/generated.conf. */
  async #takeMade(found: InstalledPackage): Promise<void> {
    for (const { text, kind } of pathsInConfiguration((await found.scripts?.()) ?? "")) {
      const path = toAbsPath(text);
      if (kind !== "path" || this.#packages.isSharedDirectory(path) || isSystemFile(path)) continue;
      const { real, stat } = await this.#proc.view.resolve(path);
      if (stat === undefined || this.#packages.isElsewhere(this.#program, real)) continue;
      if (this.#useOf(real) !== "run-time") continue;
      if (stat.kind === "directory") await this.#takeUnlisted(real);
      else if (this.#packages.ownerOf(real) === undefined && !isScratchDirectory(real)) {
        await this.#takeFile(real, stat, found.name);
      }
    }
  }

  /** Files that the package's scripts, or the steps of the builder, put into directories that are the unit's own. */
  async #takeUnlisted(directory: AbsPath): Promise<void> {
    const { root } = this.#proc.view;
    if (this.#useOf(directory) === "not-for-running" || isOfLanguage(this.#work, directory)) return;
    const enters = (path: AbsPath): boolean => !isScratchDirectory(path) && this.#useOf(path) !== "not-for-running";
    const found: WalkedPath[] = [];
    for await (const { path, stat } of walk(root, directory, enters)) {
      if (this.#useOf(path) === "not-for-running" || isOfLanguage(this.#work, path)) continue;
      found.push({ path, stat });
      const isFile = stat.kind !== "directory" && this.#packages.ownerOf(path) === undefined;
      if (isFile) await this.#takeFile(path, stat, undefined);
    }
    for (const one of directoriesKept(found, this.#withheld)) await this.#takeDirectory(one.path, one.stat, undefined);
    // Logs and sockets that the builder turned into links, such as /var/log/nginx/access.log -> /dev/stdout.
    if (!isScratchDirectory(directory)) return;
    for (const name of (await root.readDirectory(directory)) ?? []) {
      const path = toAbsPath(name, directory);
      const stat = await root.lstat(path);
      if (stat?.kind === "symlink") await this.#takeFile(path, stat, undefined);
    }
  }

  async #takeDirectory(path: AbsPath, stat: FileStat, name: string | undefined): Promise<void> {
    const { view } = this.#proc;
    await this.#work.add({ view, path, stat, from: this.#program, why: whyOf(name), evidence: "package" });
  }

  async #takeFile(path: AbsPath, stat: FileStat, name: string | undefined): Promise<Role | undefined> {
    if (await this.#work.mayHoldSecret(this.#proc.view, path, stat)) {
      this.#withheld.push(path);
      return undefined;
    }
    if (stat.kind === "symlink") {
      const { view } = this.#proc;
      if (this.#work.excludes(path)) return undefined;
      if (this.#useOf((await view.resolve(path)).real) === "not-for-running") return undefined;
      const link = { view, proc: this.#proc, from: this.#program, why: whyOf(name), evidence: "package" } as const;
      await this.#work.add({ ...link, path, stat });
      const { real, stat: target } = await view.resolve(path);
      if (target?.kind === "directory" && !isSystemDirectory(real)) {
        await takeDirectory(this.#work, { ...link, path, real });
        return undefined;
      }
    }
    const role = await roleOfFile(this.#work, this.#proc, path);
    const asker = { view: this.#proc.view, from: this.#program, proc: this.#proc };
    this.#work.suggest(asker, { path, role, evidence: "package", why: whyOf(name) });
    return role;
  }

  #warnOfWithheld({ name }: InstalledPackage): void {
    if (this.#withheld.length === 0) return;
    this.#work.withheld.push({ from: this.#program, because: `of package ${name}`, paths: this.#withheld });
  }
}

/** True for modules of a language: its run-time says which of them ship. */
export function isOfLanguage({ plugins }: Worklist, path: AbsPath): boolean {
  return plugins.runtimes.some(({ systemDirectories }) => systemDirectories?.test(`${path}/`) === true);
}

function whyOf(name: string | undefined): string {
  return name === undefined ? "has it in a directory of its package" : `has it in its package ${name}`;
}

/** `/opt/tool/bin/tool` of no package has `/opt/tool`. */
async function takeOwnPrefix(work: Worklist, proc: Process, program: AbsPath): Promise<void> {
  const { view } = proc;
  if (!/^s?bin$/u.test(baseName(parentOf(program)))) return;
  const prefix = parentOf(parentOf(program));
  const packages = await work.systemPackages(view);
  if (packages.isSharedDirectory(prefix) || prefix === "/" || isWithin(prefix, toAbsPath("/home"))) return;
  const { appRoot } = work.request.process;
  if (appRoot !== undefined && isWithin(appRoot, prefix)) return;
  // Where installers of a language put programs beside their packages, its run-time says which of them ship.
  if (isOfLanguage(work, prefix)) return;
  const skip = (path: AbsPath): boolean => useOf(path) === "not-for-running";
  const why = `is installed in ${prefix}`;
  work.suggest({ view, from: program, proc }, { path: prefix, role: "tree", evidence: "package", why, skip });
}

/** What packages cannot be installed without: `python3` has programs in `python3-minimal`, and one may have none. */
export function neededBy(ones: readonly InstalledPackage[], packages: PackagesOfSystem): readonly InstalledPackage[] {
  const direct = ones.flatMap((one) => packages.dependenciesOf(one));
  const covers = direct.filter((one) => commandsAmong(one.files).length === 0);
  const found = [...direct, ...covers.flatMap((one) => packages.dependenciesOf(one))];
  return found.flatMap((one) => packages.unitOf(one, true).packages);
}

/** Programs on the PATH of packages, less those that every system has. */
export function commandsOf(ones: readonly InstalledPackage[]): readonly AbsPath[] {
  return ones.flatMap((one) => (one.isEssential?.() === true ? [] : commandsAmong(one.files)));
}
