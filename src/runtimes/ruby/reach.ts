import type { ProcessContext } from "../../closure/model/closure.ts";
import { zonesNeed } from "../../dlopen/zones-need.ts";
import { roleOfPackaged } from "../../languages/linked-directory.ts";
import type { Because } from "../../languages/needs.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Bundle } from "./bundle-settings.ts";
import type { Emitter } from "./emitter.ts";
import { GemSources, objectsBelow } from "./gem-sources.ts";
import { compareVersions } from "./gem-versions.ts";
import { featureBelow, type Gem, type GemIndex } from "./gems.ts";
import { areaOf, type Installation } from "./installation.ts";
import { builtInFeatures, groupOf, impliedFeatures, isExcludedFromSafe, isGemMaterial } from "./stdlib.ts";

/** Features that load modules of other gems by their names, and where those lie. */
const plugInDirectories: Readonly<Record<string, readonly string[]>> = {
  "rackup/handler": ["rackup/handler", "rack/handler"],
  "rack/handler": ["rack/handler"],
};

/** Turns features and gems that a process reaches into needs, by the levels of the process; each once. */
export class Reach {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #gems: GemIndex;
  readonly #emitter: Emitter;
  readonly #bundle: Bundle | undefined;
  readonly #packages: PackageLookup;
  /** What belongs to the gem or package of a source. */
  readonly sources: GemSources;
  /** Beginnings of names that sources put together. */
  readonly #prefixes = new Map<string, Because>();
  readonly #done = new Set<string>();
  /** Of each name the version that was reached first: no script has two. */
  readonly #activated = new Map<string, Gem>();
  readonly #answers = new Map<string, Promise<boolean>>();
  readonly #site: readonly AbsPath[];
  readonly #isWhole: boolean;
  #loadPath: readonly AbsPath[];

  constructor(installation: Installation, emitter: Emitter, bundle: Bundle | undefined) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
    this.#gems = installation.gems;
    this.#emitter = emitter;
    this.#packages = new PackageLookup(installation.proc);
    this.sources = new GemSources(installation, this.#packages);
    this.#bundle = bundle;
    this.#loadPath = installation.loadPath;
    this.#site = installation.loadPath.filter((path) => areaOf(installation, path) === "site");
    this.#isWhole = installation.proc.prune !== "reachable";
  }

  /** Puts directories before all others of the load path. */
  addDirectories(directories: readonly AbsPath[]): void {
    this.#loadPath = [...new Set([...directories, ...this.#loadPath])];
  }

  /** False when nothing has the feature. */
  async feature(name: string, because: Because): Promise<boolean> {
    const known = this.#answers.get(name) ?? this.#reachFeature(name, because);
    this.#answers.set(name, known);
    const isFound = await known;
    // A directory that is added later may have it.
    if (!isFound) this.#answers.delete(name);
    return isFound;
  }

  /** The gem that a process gets by a name. */
  find(name: string): Gem | undefined {
    return this.#installation.hasGems ? this.#findGem(name) : undefined;
  }

  /** A gem with its specification, what it depends on, and its files. False when none of that name is installed. */
  async gem(name: string, because: Because, requirements?: readonly string[]): Promise<boolean> {
    const found = this.#installation.hasGems ? this.#findGem(name, requirements) : undefined;
    if (found === undefined) return false;
    await this.#reachGem(found, because);
    return true;
  }

  /**
   * The whole of what an installed source belongs to, whatever the level: its sources load others by computed names.
   */
  async wholeOf(path: AbsPath): Promise<void> {
    const gem = this.#gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    if (gem === undefined) await this.#reachGroup(path);
    else await this.#reachFilesOf(gem, true);
  }

  /**
   * Every feature whose name begins with a text, such as `app/plugins/`: on the load path and in gems that came along,
   * where packages are whole in all that are installed.
   */
  async below(prefix: string, because: Because): Promise<void> {
    this.#prefixes.set(prefix, because);
    const directory = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const { gems } = this.#installation;
    const newest = gems.all.filter((gem) => !gem.isDefault && this.#findGem(gem.name) === gem);
    const owners = new Map(newest.flatMap((gem) => gem.requirePaths.map((root) => [root, gem] as const)));
    const roots = [...this.#loadPath, ...owners.keys()];
    for (const root of new Set(roots)) {
      const path = toAbsPath(directory, root);
      const area = areaOf(this.#installation, path);
      if (area === "core" && this.#proc.stdlib !== "reachable") continue;
      if (!this.#once(`below ${prefix} ${root}`) || !(await this.#files.isDirectory(path))) continue;
      const start = directory === "" ? `${root}/${prefix}` : `${path}${prefix.slice(directory.length - 1)}`;
      const gem = owners.get(root);
      // A gem that has such files is a plug-in of the one that looks for them, and has to be found by its
      // specification.
      if (gem !== undefined && !(await this.#hasPrefixed(path, start))) continue;
      if (gem !== undefined) await this.#reachGem(gem, because);
      await this.#reachPrefixed(path, { start, because, isDeep: directory !== "" });
    }
  }

  async #hasPrefixed(directory: AbsPath, start: string): Promise<boolean> {
    return [...(await this.#files.names(directory))].some((name) => {
      const path = childOf(directory, name);
      return path.startsWith(start) || start.startsWith(`${path}/`);
    });
  }

  async #reachPrefixed(
    directory: AbsPath,
    { start, because, isDeep }: { readonly start: string; readonly because: Because; readonly isDeep: boolean },
  ): Promise<void> {
    const isSource = (path: AbsPath): boolean => /\.(?:rb|so)$/u.test(path) && path.startsWith(start);
    if (isDeep) return this.#emitter.directory(directory, { keeps: isSource, because });
    for (const name of await this.#files.names(directory)) {
      const path = childOf(directory, name);
      if (isSource(path) && (await this.#files.isFile(path))) this.#emitter.file(path, because);
    }
  }

  /** Looks again for names of which only the beginning is known: gems came along since. */
  async settle(): Promise<void> {
    for (const [prefix, because] of this.#prefixes) await this.below(prefix, because);
  }

  /** Files of `Gem.find_files`, which looks into every gem that is installed. */
  async matching(written: string): Promise<void> {
    if (!this.#once(`pattern ${written}`)) return;
    // RubyGems puts the endings of sources behind it.
    const pattern = /\.\w+$|\*$/u.test(written) ? written : `${written}.rb`;
    const because: Because = { evidence: "string", why: `looks for ${pattern} in all gems` };
    for (const gem of this.#gems.all) {
      for (const directory of gem.isDefault ? [] : gem.requirePaths) {
        for (const path of await expandGlob(this.#proc.root, toAbsPath(pattern, directory))) {
          await this.#reachGem(gem, because);
          this.#emitter.file(path, because);
        }
      }
    }
    for (const directory of this.#loadPath) {
      for (const path of await expandGlob(this.#proc.root, toAbsPath(pattern, directory)))
        this.#emitter.file(path, because);
    }
  }

  /** The parts of other gems that a known source loads by their names. */
  async plugIns(path: AbsPath): Promise<void> {
    for (const [name, locations] of Object.entries(plugInDirectories)) {
      if (path.endsWith(`/${name}.rb`)) for (const location of locations) await this.#reachPlugIns(location);
    }
  }

  /** The file that starts a program of a gem. */
  async programOf(gemName: string, program: string): Promise<AbsPath | undefined> {
    const gem = this.#findGem(gemName);
    for (const directory of gem === undefined ? [] : ["exe", "bin"]) {
      const path = toAbsPath(`${directory}/${program}`, gem?.root);
      if (await this.#files.isFile(path)) return path;
    }
    return undefined;
  }

  #once(key: string): boolean {
    if (this.#done.has(key)) return false;
    this.#done.add(key);
    return true;
  }

  #findGem(name: string, requirements: readonly string[] = []): Gem | undefined {
    return this.#gems.find(name, [...requirements, ...(this.#bundle?.locked.get(name)?.slice(0, 1) ?? [])]);
  }

  async #reachFeature(name: string, because: Because): Promise<boolean> {
    if (builtInFeatures.has(name)) return true;
    if (name.startsWith("/")) return this.#reachPath(name, because);
    const path = await featureBelow([...this.#loadPath, ...this.#ownDirectories()], name, this.#files);
    const isOwn = path !== undefined && areaOf(this.#installation, path) === "core";
    const isAsked = this.#installation.hasGems && (isOwn || path === undefined);
    const providers = isAsked ? await this.#reachProviders(name, { because, isOwn }) : [];
    const isProvided = providers.length > 0;
    // Bundler shows a program the gems of its lock alone: of others, Ruby's own copy is loaded.
    const isHidden = providers.some((gem) => this.#bundle?.locked.has(gem) === false);
    if (path !== undefined && (!isProvided || isHidden)) await this.#reachFile(path, because);
    if (path?.endsWith(".so") === true && !isOwn) await this.#reachNamesIn(path, this.#loadPath);
    else if (path?.endsWith(".so") === true && this.#proc.stdlib === "reachable") await this.#reachNamesIn(path);
    if (path === undefined && !isProvided) return false;
    if (name === "tzinfo") this.#emitter.need(zonesNeed);
    return true;
  }

  /** Compiled parts load what they name in their strings: of Ruby's own library, and of the gem that has them. */
  async #reachNamesIn(path: AbsPath, own: readonly AbsPath[] = []): Promise<void> {
    for (const name of impliedFeatures[baseName(path)] ?? []) {
      await this.#reachFeature(name, { evidence: "rule", why: `loads it with ${baseName(path)}` });
    }
    const elf = await this.#proc.readElf(path);
    if (elf?.importedSymbols.has("rb_require") !== true || !this.#once(`names ${path}`)) return;
    for (const text of await elf.strings()) {
      if (!/^[a-z]\w*(?:\/\w+)*(?:\.so|\.rb)?$/u.test(text) || text.length > 60) continue;
      const isFound = (await featureBelow([...own, ...this.#installation.core], text, this.#files)) !== undefined;
      if (isFound) await this.#reachFeature(text, { evidence: "string", why: `names ${text}` });
    }
  }

  /** Applications often add their own directories by means that nobody reads. */
  #ownDirectories(): readonly AbsPath[] {
    const { appRoot } = this.#proc;
    return appRoot === undefined ? [] : [appRoot, childOf(appRoot, "lib")];
  }

  async #reachPath(name: string, because: Because): Promise<boolean> {
    const path = await featureBelow([toAbsPath("/")], name.slice(1), this.#files);
    if (path === undefined) return false;
    await this.#reachFile(path, because);
    return true;
  }

  /**
   * The names of the gems that have a feature. Of those that Ruby's own library has, a gem comes first that is a newer
   * version of the default gem; of an older one, Ruby's own copy may be loaded as well.
   */
  async #reachProviders(
    name: string,
    { because, isOwn }: { readonly because: Because; readonly isOwn: boolean },
  ): Promise<readonly string[]> {
    const names: string[] = [];
    for (const provider of await this.#gems.providers(name)) {
      const own = isOwn ? this.#gems.all.filter((one) => one.isDefault && one.name === provider.name) : [];
      if (isOwn && own.length === 0) continue;
      for (const gem of this.#versionsOf(provider)) {
        const path = await featureBelow(gem.requirePaths, name, this.#files);
        if (path === undefined) continue;
        if (!own.some((one) => compareVersions(one.version, gem.version) > 0)) names.push(gem.name);
        await this.#reachGem(gem, because);
        this.#emitter.file(path, because);
        if (path.endsWith(".so")) await this.#reachNamesIn(path, gem.requirePaths);
      }
    }
    return names;
  }

  /** The version that the process has of a gem; where several scripts are run, each may have another one. */
  #versionsOf(gem: Gem): readonly Gem[] {
    const activated = this.#activated.get(gem.name);
    const newest = this.#findGem(gem.name) ?? gem;
    if (activated === undefined || activated === newest) return [newest];
    return this.#installation.hasManyScripts === true ? [activated, newest] : [activated];
  }

  async #reachFile(path: AbsPath, because: Because): Promise<void> {
    const area = areaOf(this.#installation, path);
    if (area === "core") return this.#reachCore(path, because);
    this.#emitter.file(path, because);
    if (area === "site" && this.#isWhole) await this.#reachPackage(path);
  }

  /** The package of the distribution that has a source, wherever its files lie, and the gem that it describes. */
  async #reachPackage(path: AbsPath): Promise<void> {
    const real = (await this.#files.realPath(path)) ?? path;
    for (const file of (await this.sources.isOfRuby(path)) ? [] : await this.#packages.take(real)) {
      if ((await roleOfPackaged(file, { root: this.#proc.root, files: this.#files })) === undefined) continue;
      this.#emitter.file(file, { evidence: "package", why: `has it in the package of ${baseName(path)}` });
      const gem = this.#gems.all.find((one) => one.specification === file);
      if (gem !== undefined) await this.#reachGem(gem, { evidence: "rule", why: "is described by it" });
    }
    await this.#reachGroup(path);
  }

  async #reachCore(path: AbsPath, because: Because): Promise<void> {
    if (this.#proc.stdlib === "reachable") return this.#emitter.file(path, because);
    const directory = this.#installation.core.find((one) => isWithin(path, one));
    if (this.#proc.stdlib === "full" || directory === undefined) return;
    const relative = path.slice(directory.length + 1);
    if (!isExcludedFromSafe(relative, this.#installation.apiVersion)) return;
    this.#emitter.file(path, because);
    await this.#reachGroupIn(this.#installation.core, groupOf(relative));
  }

  /**
   * The files in a directory of the load path without a gem around it: those that share their first name belong
   * together.
   */
  async #reachGroup(path: AbsPath): Promise<void> {
    const gem = this.#gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    if (gem !== undefined) return this.#reachGem(gem, { evidence: "rule", why: "is described by it" });
    const directory = this.#site.find(
      (one) =>
        isWithin(path, one) &&
        !this.#site.some((other) => isWithin(other, one) && isWithin(path, other) && other !== one),
    );
    if (directory === undefined) return;
    const group = groupOf(path.slice(directory.length + 1));
    await this.#reachGroupIn(this.#site, group);
    const named = this.#installation.hasGems ? this.#findGem(group) : undefined;
    if (named !== undefined) await this.#reachGem(named, { evidence: "rule", why: "is described by it" });
  }

  async #reachGroupIn(directories: readonly AbsPath[], group: string): Promise<void> {
    if (group === "" || !this.#once(`group ${group}`)) return;
    const because: Because = { evidence: "rule", why: `needs ${group}, to which it belongs` };
    for (const directory of directories) {
      const own = childOf(directory, group);
      for (const ending of [".rb", ".so"]) {
        if (await this.#files.isFile(toAbsPath(`${own}${ending}`)))
          this.#emitter.file(toAbsPath(`${own}${ending}`), because);
      }
      if (await this.#files.isDirectory(own)) await this.#emitter.directory(own, { keeps: () => true, because });
    }
  }

  async #reachGem(gem: Gem, because: Because): Promise<void> {
    if (!this.#once(`gem ${gem.specification}`)) return;
    this.#emitter.file(gem.specification, because, { isSource: false });
    if (gem.isDefault) return;
    if (!this.#activated.has(gem.name)) this.#activated.set(gem.name, gem);
    if (gem.name === "tzinfo") this.#emitter.need(zonesNeed);
    await this.#reachFilesOf(gem, this.#isWhole);
    for (const { name, requirements } of gem.dependencies) {
      const other = this.#findGem(name, requirements);
      if (other !== undefined) await this.#reachGem(other, { evidence: "declared", why: `depends on ${name}` });
    }
  }

  /**
   * Distributions have sources of gems in directories of the load path, beside specifications that say nothing of it.
   */
  async #reachLoose({ name }: Gem, because: Because): Promise<void> {
    for (const feature of new Set([name, name.replaceAll("-", "/")])) {
      const path = await featureBelow(this.#loadPath, feature, this.#files);
      if (path !== undefined) await this.#reachFile(path, because);
    }
  }

  /** All of a gem, or what in it is not a source: tables, templates, certificates. */
  async #reachFilesOf(gem: Gem, isAll: boolean): Promise<void> {
    if (!this.#once(`files ${gem.root} ${isAll ? "all" : "data"}`)) return;
    const because: Because = { evidence: "rule", why: `needs the gem ${gem.name}, to which it belongs` };
    const { extension, root } = gem;
    if (isAll && !(await this.#files.isDirectory(root))) await this.#reachLoose(gem, because);
    if (extension !== undefined) {
      const keeps = (path: AbsPath): boolean =>
        path.endsWith("gem.build_complete") || (isAll && /\.(?:so|rb)$/u.test(path));
      await this.#emitter.directory(extension, { keeps, because });
    }
    // What is on the PATH comes where something starts it, and with it what it loads: debuggers, consoles.
    const isProgram = (relative: string): boolean =>
      /^(?:bin|exe)\/[^/]+$/u.test(relative) && gem.programs.includes(relative.slice(4));
    const compiled = extension === undefined ? new Set<string>() : await objectsBelow(extension, this.#files);
    await this.#emitter.directory(root, {
      because,
      keeps: (path) => {
        const relative = path.slice(root.length + 1);
        if (this.#proc.prune === "none") return true;
        if (isGemMaterial(relative) || this.#isForeign(relative) || isProgram(relative)) return false;
        if (!isAll && /\.(?:rb|so)$/u.test(relative)) return false;
        return !compiled.has(relative.replace(/^lib\//u, ""));
      },
    });
  }

  /** Gems that bring compiled parts for several versions of Ruby have them in directories such as `3.3`. */
  #isForeign(relative: string): boolean {
    const version = /\/(\d+\.\d+)\/[^/]+\.so$/u.exec(relative)?.[1];
    return version !== undefined && !this.#installation.apiVersion.startsWith(`${version}.`);
  }

  async #reachPlugIns(location: string): Promise<void> {
    if (!this.#installation.hasGems || !this.#once(`plug-ins ${location}`)) return;
    for (const gem of this.#gems.all) {
      if (gem.isDefault) continue;
      const path = await featureBelow(gem.requirePaths, `${location}/${gem.name}`, this.#files);
      if (path === undefined) continue;
      const because: Because = { evidence: "rule", why: `may be loaded as ${location}/${gem.name}` };
      await this.#reachGem(gem, because);
      this.#emitter.file(path, because);
    }
  }
}
