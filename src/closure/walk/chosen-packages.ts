import { firstNames } from "../../diagnostics/first-names.ts";
import { commandsInConfiguration } from "../../formats/text/configured-commands.ts";
import { placedWords } from "../../formats/text/placed-words.ts";
import { isSettingsFile, isSource, useOf } from "../../rootfs/file-use.ts";
import { type AbsPath, baseName, compareBytes, parentOf, shortestParent } from "../../rootfs/rootfs.ts";
import { isSystemFile } from "../../rootfs/system-directories.ts";
import type { InstalledPackage } from "../model/closure.ts";
import type { Process } from "../model/process.ts";
import { machineRole } from "./file-role.ts";
import { isOfLanguage } from "./package-unit.ts";
import { type Views, viewProcess } from "./roots.ts";
import { fewPackages } from "./system-package.ts";
import { tellTooLarge } from "./too-large.ts";
import type { RawUnknown, Worklist } from "./worklist.ts";

/** Where an author installed more packages than this, it was for other programs as well. */
const packagesLimit = 12;
const filesLimit = 2000;
const bytesLimit = 64 * 2 ** 20;
const settingsLimit = 4 * 2 ** 20;
const shownNames = 4;

type Chosen = Pick<InstalledPackage, "name" | "files">;

/**
 * Packages that the builder installed by their names, and of which nothing is reached. At `safe` they ship where they
 * are few: those with modules where a program of their language has a name that nothing bounds, or embeds it, those
 * with data and plug-ins where all programs ship, or the packages are few. Of programs on the PATH, those in command
 * lines do, at every level.
 */
export async function takeChosenPackages(
  work: Worklist,
  views: Views,
  settle: (work: Worklist) => Promise<void>,
): Promise<void> {
  const { closure, process: image } = work.request;
  if (closure.dlopen !== "auto") return;
  const view = views.get(image.view);
  const proc = view === undefined ? undefined : viewProcess(work, view);
  const isFirst = proc !== undefined && work.isNew(`chosen\0${proc.view.name}`);
  if (isFirst) {
    await takeCommands(work, proc);
    await settle(work);
  }
  if (image.prune === "reachable") return;
  const before = work.progress();
  const asked = [...work.unknowns.values()].flatMap(({ unknown, proc, from }) => {
    const isOpen = unknown.bound.kind === "anything" && unknown.isProgram !== true && proc?.runtime !== undefined;
    return isOpen ? [{ proc, plugin: proc.plugin, what: `${unknown.what} names`, from }] : [];
  });
  // What a server gives to a run-time inside it, such as functions of a database, is in no source.
  const given = [...work.processes.values()].flatMap((proc) =>
    (proc.embedded ?? []).map((plugin) => ({ proc, plugin, what: "it is given to run", from: proc.realProgram })),
  );
  for (const one of [...asked, ...given])
    if (work.isNew(`chosen\0${one.proc.view.name}\0${one.plugin?.name ?? ""}`)) await takeModules(work, one);
  if (isFirst) await takeData(work, proc);
  if (work.progress() !== before) await settle(work);
}

/** What counts of a package but its directories, where it is for running and nothing of it is reached. */
function absentFiles(work: Worklist, { name, files }: Chosen, counts: (path: AbsPath) => boolean): readonly Chosen[] {
  const directories = new Set(files.map(parentOf));
  const own = files.filter((path) => !directories.has(path) && useOf(path) !== "not-for-running" && counts(path));
  const isReached = own.some((path) => (work.nodes.get(path)?.stat.kind ?? "directory") !== "directory");
  return own.length === 0 || isReached ? [] : [{ name, files: own }];
}

type Asking = Pick<RawUnknown, "from"> & Pick<Process, "plugin"> & Record<"proc", Process> & Record<"what", string>;

async function takeModules(work: Worklist, { proc, plugin, what, from }: Asking): Promise<void> {
  const { realProgram, view, context } = proc;
  const directories = plugin?.systemDirectories;
  const packages = await work.systemPackages(view);
  // A run-time of no package has its modules elsewhere.
  if (directories === undefined || packages.ownerOf(realProgram) === undefined) return;
  const counts = (path: AbsPath): boolean => directories.test(path) && !packages.isOfSameSource(realProgram, path);
  const absent = packages.chosen.flatMap((found) => {
    const [own, all] = [absentFiles(work, found, counts), absentFiles(work, found, () => true)];
    // A program with a few modules beside it, such as git, was installed for itself.
    return (own[0]?.files.length ?? 0) * 2 < (all[0]?.files.length ?? 0) ? [] : own;
  });
  const count = absent.reduce((sum, { files }) => sum + files.length, 0);
  if (absent.length > packagesLimit || count > filesLimit) {
    tellMany(work, { from: realProgram, what: "loads modules of", packages: absent });
    return;
  }
  for (const { name, files } of absent) {
    const why = `could be what ${what}: the builder installed ${name} by its name`;
    for (const path of files) {
      if ((await plugin?.isNotRun?.(path, context)) === true) continue;
      const role = await machineRole(work, proc, path, "module");
      work.suggest({ view, from, proc }, { path, role, evidence: "bound", why });
    }
  }
}

async function takeData(work: Worklist, proc: Process): Promise<void> {
  const { view, realProgram } = proc;
  const packages = await work.systemPackages(view);
  const hasCommands = ({ files }: Chosen): boolean => files.some((path) => useOf(path) === "command");
  const isAbsent = (one: Chosen): boolean => absentFiles(work, one, () => true).length > 0;
  const isData = (one: Chosen): boolean =>
    !/-(?:dev|dbg|dbgsym|doc)$/u.test(one.name) &&
    !hasCommands(one) &&
    !one.files.some((path) => isOfLanguage(work, path)) &&
    isAbsent(one);
  const chosen = packages.chosen.filter(isData);
  if (chosen.length === 0) return;
  // A builder of many packages with programs that no image has is for others: so may be its data.
  const hasMany = packages.chosen.length > fewPackages;
  const isForOthers = hasMany && packages.chosen.some((one) => hasCommands(one) && isAbsent(one));
  if (chosen.length > packagesLimit || isForOthers) {
    tellMany(work, { from: realProgram, what: "opens files of", packages: chosen });
    return;
  }
  const wanted = new Set(chosen);
  for (const one of wanted) for (const other of packages.dependenciesOf(one)) if (isData(other)) wanted.add(other);
  const absent = [...wanted].flatMap((one) => absentFiles(work, one, () => true));
  for (const { name, files } of absent) {
    const found: AbsPath[] = [];
    let bytes = 0;
    for (const path of files.slice(0, filesLimit + 1)) {
      const stat = await view.root.lstat(path);
      if (stat === undefined || stat.kind === "directory") continue;
      if (await work.mayHoldSecret(view, path, stat)) {
        work.withheld.push({ from: realProgram, because: `of package ${name}`, paths: [path] });
        continue;
      }
      found.push(path);
      bytes += stat.kind === "file" ? stat.sizeBytes : 0;
    }
    const directory = files.length > filesLimit || bytes > bytesLimit ? shortestParent(found) : undefined;
    if (directory !== undefined) {
      tellTooLarge(work, { from: realProgram, what: `opens of what the builder installed with ${name}`, directory });
      continue;
    }
    const why = `could open it: the builder installed ${name} by its name`;
    for (const path of found) {
      const role = await machineRole(work, proc, path, "file");
      work.suggest({ view, from: realProgram, proc }, { path, role, evidence: "bound", why });
    }
  }
}

/**
 * Programs that settings of a package name in command lines: `command="convert -o %o %i"`. What the author wrote means
 * one where a command may stand, `!jq .`, and anywhere in a builder for one image, or in a text for a program.
 */
async function takeCommands(work: Worklist, proc: Process): Promise<void> {
  const { view } = proc;
  const packages = await work.systemPackages(view);
  const programs = new Map<string, AbsPath>();
  for (const path of packages.chosen.flatMap(({ files }) => files)) {
    if (useOf(path) === "command" && !work.nodes.has(path)) programs.set(baseName(path), path);
  }
  if (programs.size === 0) return;
  // Nobody else reads a script of an interpreter without a plug-in.
  const processes = [...work.processes.values()];
  const scripts = new Set(processes.flatMap(({ plugin, start }) => (plugin === undefined ? [start.script] : [])));
  for (const { path, stat, view: name } of work.nodes.values()) {
    if (stat.kind !== "file" || name !== view.name || isSystemFile(path)) continue;
    const isGiven = work.configurations.has(path) || work.commandArguments.has(path) || scripts.has(path);
    if (!isSettingsFile(path) && !isGiven) continue;
    const bytes = stat.sizeBytes > settingsLimit ? undefined : await view.root.readFile(path);
    if (bytes?.includes(0) !== false) continue;
    const text = new TextDecoder().decode(bytes).replaceAll(/&(?:quot|apos);|-----BEGIN [^-]*-----[^-]*/gu, "");
    if (![...programs.keys()].some((program) => text.includes(program))) continue;
    const plain = commandsInConfiguration(text).map(({ words: [word = ""] }) => word);
    const other = isGiven || packages.chosen.length <= fewPackages ? "anywhere" : "command";
    const words = (await work.isAuthors(view, path)) ? placedWords(text, isSource(path) ? "text" : other) : [];
    for (const word of [...plain, ...words]) {
      const program = programs.get(word);
      if (program === undefined) continue;
      const why = `holds the command ${word}`;
      work.suggest({ view, from: path, proc }, { path: program, role: "program", evidence: "string", why });
    }
  }
}

/** Of a builder for many programs nothing says which of its packages are for this one. */
function tellMany(
  work: Worklist,
  { from, what, packages }: { readonly from: AbsPath; readonly what: string; readonly packages: readonly Chosen[] },
): void {
  const names = packages.map(({ name }) => name).toSorted(compareBytes);
  const count = names.length === 1 ? "1 package" : `${names.length} packages`;
  const message = `cannot tell if ${from} ${what} ${count} that the builder installed by name, of which none ships: ${firstNames(names, shownNames)}`;
  const files = packages.flatMap((one) => absentFiles(work, one, () => true)[0]?.files ?? []);
  const hint = `add what it opens to closure.include, as \`{path: "${shortestParent(files) ?? ""}/**", because: "read by the program"}\`, or install less in the builder`;
  work.warn(from, { code: "NAME_COMPUTED", message, hint });
}
