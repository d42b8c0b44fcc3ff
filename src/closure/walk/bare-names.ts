import { firstNames } from "../../diagnostics/first-names.ts";
import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { isNamedBy, isPiped, startsPrograms } from "../../formats/elf/named-paths.ts";
import { librariesIn } from "../../formats/text/named-paths.ts";
import { sourceName } from "../../formats/text/source-name.ts";
import { commandsAmong } from "../../rootfs/file-use.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import type { InstalledPackage } from "../model/closure.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";
import type { Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { isLoaded } from "./far-files.ts";
import { commandsOf, neededBy } from "./package-unit.ts";
import { noteCut } from "./too-large.ts";
import type { Worklist } from "./worklist.ts";

/** An object that names more programs of its package is one of a box of tools, with a list of the others. */
const toolbox = 40;

interface Asking {
  readonly view: View;
  readonly proc: Process | undefined;
  readonly from: AbsPath;
}

/** Follows names without a directory: programs of the PATH, and libraries that the loader finds. */
export class BareNames {
  readonly #work: Worklist;

  constructor(work: Worklist) {
    this.#work = work;
  }

  /** Programs on the PATH of an object's package that it starts by their bare names: `groff` starts `troff`. */
  async takeCommands(
    { elf, from }: { readonly elf: ElfFile; readonly from: AbsPath },
    proc: Process,
    packages: PackagesOfSystem,
  ): Promise<void> {
    const isStarter = await startsPrograms(elf);
    const commands: AbsPath[] = [];
    const near = this.commandsNear(from, packages);
    const owner = isStarter ? packages.ownerOf(from) : undefined;
    // Of a package that every system has, a program starts those that bear its name: `dpkg` starts `dpkg-query`.
    const all = owner?.isEssential?.() === true ? commandsAmong(owner.files) : [];
    const own = all.filter((one) => baseName(one).startsWith(`${baseName(from)}-`));
    const needed = owner === undefined || near.length > 0 ? [] : commandsOf(neededBy([owner], packages));
    for (const path of new Set([...near, ...own, ...needed])) {
      // A single letter is a mode of fopen(3).
      const name = baseName(path);
      if ((isStarter && name.length > 1 && (await isNamedBy(elf, name))) || (await isPiped(elf, name)))
        commands.push(path);
    }
    if (commands.length <= toolbox) return this.startCommands(commands, { view: proc.view, proc, from });
    const what = `one of ${commands.length} programs of its package: ${firstNames(commands.map(baseName), 4)}`;
    await noteCut(this.#work, { kind: "long-list", what }, { view: proc.view, from });
  }

  /** Programs on the PATH that packages of the same source, and those that they need, have. */
  commandsNear(path: AbsPath, packages: PackagesOfSystem): readonly AbsPath[] {
    const owner = packages.ownerOf(path);
    return owner === undefined ? [] : [...(this.#work.startable.get(sourceName(owner)) ?? [])];
  }

  startCommands(commands: readonly AbsPath[], asking: Asking): void {
    for (const path of commands.filter((one) => !this.#work.nodes.has(one))) {
      this.#work.suggest(asking, { path, role: "program", evidence: "string", why: `names ${baseName(path)}` });
    }
  }

  /**
   * A name in an object that opens libraries is one that it opens, where the loader would find it. At `reachable` those
   * of its own source ship, and what the builder's author installed by name, or needs for that.
   */
  async takeLibraries(
    object: { readonly path: AbsPath; readonly elf: ElfFile; readonly from: AbsPath },
    proc: Process,
    packages: PackagesOfSystem,
  ): Promise<void> {
    const { reportStrings } = this.#work.plugins;
    if (reportStrings === undefined) return;
    const { from } = object;
    const isReachable = this.#work.request.process.prune === "reachable";
    for (const { soname, path, isComputed } of await reportStrings(object, proc.context)) {
      // Of what is itself only named, such names would lead to all drivers of a screen.
      if (isComputed === true && (isReachable || !isLoaded(this.#work, from))) continue;
      const { real } = await proc.view.resolve(path);
      if (!isReachable || packages.isOfSameSource(from, real) || isWished(this.#work, packages, real))
        this.#load(path, soname, { view: proc.view, from, proc });
      else if (isLoaded(this.#work, from) && !this.#work.namedCommands.has(real))
        this.#work.namedCommands.set(real, from);
    }
  }

  /** Libraries that settings name as the loader finds them: all of the author's, else those of the same source. */
  async takeNamedLibraries(
    text: string,
    { view, proc, from, isAuthors }: Asking & { readonly isAuthors: boolean },
    packages: PackagesOfSystem,
  ): Promise<void> {
    for (const soname of librariesIn(text)) {
      const path = await proc?.context.findLibrary(soname);
      if (proc === undefined || path === undefined) continue;
      const isMeant = isAuthors || packages.isOfSameSource(from, (await view.resolve(path)).real);
      if (isMeant) this.#load(path, soname, { view, from, proc });
    }
  }

  #load(path: AbsPath, soname: string, asking: Asking): void {
    this.#work.suggest(asking, { path, role: "object", evidence: "string", why: `names ${soname}` });
  }
}

/**
 * True for a file of a package that the builder's author installed by its name, or that such a package needs of which
 * nothing else leads to anything: it was installed for what it needs.
 */
function isWished({ nodes }: Worklist, packages: PackagesOfSystem, path: AbsPath): boolean {
  const owner = packages.ownerOf(path);
  if (owner === undefined) return false;
  const isReached = (one: InstalledPackage): boolean => one.files.some((file) => nodes.get(file)?.stat.kind === "file");
  return packages.chosen.some(
    (one) => one === owner || (packages.dependenciesOf(one).includes(owner) && !isReached(one)),
  );
}
