import type { Finding, InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import type { PackagesOfSystem, PackageUnit } from "../../closure/model/plugins.ts";
import { sourceName } from "../../formats/text/source-name.ts";
import { hasExtension, ownDirectory, useOf } from "../../rootfs/file-use.ts";
import { localTwin } from "../../rootfs/local-twin.ts";
import { hasMarker } from "../../rootfs/markers.ts";
import {
  type AbsPath,
  compareBytes,
  isWithin,
  parentOf,
  type RootFs,
  rootPath,
  toAbsPath,
} from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";

const shared = Symbol("owned by several packages");

/** The packages of a distribution in one root, by what they own. */
export class SystemPackages implements PackagesOfSystem {
  readonly installed: PackagesOfSystem["installed"];
  readonly damage: readonly Finding[];
  readonly chosen: readonly InstalledPackage[];
  readonly #packages: readonly InstalledPackage[];
  readonly #byFile = new Map<AbsPath, InstalledPackage>();
  readonly #bySource = new Map<string, InstalledPackage[]>();
  readonly #dependencies = new Map<InstalledPackage, readonly InstalledPackage[]>();
  /** By every name that satisfies a dependency. Made when it is first asked for. */
  readonly #providers = new Map<string, InstalledPackage[]>();
  readonly #needed = new Map<InstalledPackage, ReadonlySet<InstalledPackage>>();
  #essential: ReadonlySet<InstalledPackage> | undefined;
  readonly #units = new Map<string, PackageUnit>();
  readonly #placed = new Map<InstalledPackage, readonly { readonly file: AbsPath; readonly top: AbsPath }[]>();
  /** By source: the one that has something below a directory, or that several have. Made when it is first asked for. */
  #directories: ReadonlyMap<AbsPath, string | typeof shared> | undefined;
  /** Packages by the topmost directories of their files. Made when it is first asked for. */
  #holders: ReadonlyMap<AbsPath, readonly { readonly one: InstalledPackage }[]> | undefined;

  constructor(installed: PackagesOfSystem["installed"], damage: readonly Finding[] = []) {
    this.installed = installed;
    this.damage = damage;
    this.#packages = installed.map(({ found }) => found);
    this.chosen = this.#packages.filter((one) => one.isChosen?.() === true);
    for (const one of this.#packages) {
      for (const file of one.files) if (!this.#byFile.has(file)) this.#byFile.set(file, one);
      const source = sourceName(one);
      const known = this.#bySource.get(source);
      if (known === undefined) this.#bySource.set(source, [one]);
      else known.push(one);
    }
  }

  /** Reads every database of a distribution that the root has; without one, nothing is owned. */
  static async read(databases: readonly PackageDatabase[], root: RootFs): Promise<SystemPackages> {
    const installed: PackagesOfSystem["installed"][number][] = [];
    const damage: Finding[] = [];
    const report = (finding: Finding): void => {
      damage.push(finding);
    };
    for (const database of databases) {
      if (database.kind !== "system" || !(await hasMarker(root, database.markers))) continue;
      for await (const found of database.read(root, [], report)) installed.push({ found, database });
    }
    return new SystemPackages(installed, damage);
  }

  /** The package that a real path belongs to. */
  ownerOf(path: AbsPath): InstalledPackage | undefined {
    return this.#byFile.get(path);
  }

  /** True when two paths belong to packages of one source, or the second to no package at all. */
  isOfSameSource(path: AbsPath, other: AbsPath): boolean {
    const owner = this.ownerOf(other) ?? this.#ownerAbove(other);
    if (owner === undefined) return true;
    const own = this.ownerOf(path);
    return own !== undefined && sourceName(own) === sourceName(owner);
  }

  isElsewhere(path: AbsPath, other: AbsPath): boolean {
    if (this.isSharedDirectory(other) || !this.isOfSameSource(path, other)) return true;
    // What no package lists: a file of `/var/lib/registry/cache`, where a package of its own has `/var/lib/registry`.
    for (let above = parentOf(other); above !== rootPath; above = parentOf(above)) {
      if (this.isSharedDirectory(above)) return false;
      if (!this.isOfSameSource(path, above)) return true;
    }
    return false;
  }

  /** For a directory that no package lists: the one that has all of it. */
  #ownerAbove(path: AbsPath): InstalledPackage | undefined {
    const source = this.#directoryOwners().get(path);
    if (source === undefined || source === shared) return undefined;
    return this.#bySource.get(source)?.[0];
  }

  /** True when packages of other sources have something in a directory too. */
  isSharedDirectory(path: AbsPath): boolean {
    return isSystemDirectory(path) || this.#directoryOwners().get(path) === shared;
  }

  unitOf(first: InstalledPackage, isAlone = false): PackageUnit {
    const key = `${String(isAlone)}\0${first.purl}`;
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const source = sourceName(first);
    const siblings = this.#bySource.get(source) ?? [first];
    const needy = isAlone
      ? []
      : siblings.filter((one) => this.dependenciesOf(one).includes(first) && isFor(first, one));
    const members = new Set([first, ...needy]);
    for (const member of members) {
      for (const one of this.dependenciesOf(member)) if (siblings.includes(one)) members.add(one);
    }
    const [, ...others] = members;
    const packages = [first, ...others.toSorted((left, right) => compareBytes(left.name, right.name))];
    const directoriesOf = (): readonly AbsPath[] => {
      const own = [...this.#exclusiveDirectories(packages, source), ...this.#openDirectories(packages)];
      return [...withoutNested(own), ...this.#twinsOf(packages)];
    };
    const guestsOf = (): PackageUnit["guests"] =>
      this.#guestsOf(packages).filter(({ isPlugin }) => !isAlone || !isPlugin);
    let directories: PackageUnit["directories"] | undefined;
    let guests: PackageUnit["guests"] | undefined;
    // Most units are asked for their packages alone.
    const unit: PackageUnit = {
      packages,
      get directories() {
        directories ??= directoriesOf();
        return directories;
      },
      get guests() {
        guests ??= guestsOf();
        return guests;
      },
    };
    this.#units.set(key, unit);
    return unit;
  }

  /** Installed packages that one cannot be installed without. */
  dependenciesOf(found: InstalledPackage): readonly InstalledPackage[] {
    const known = this.#dependencies.get(found);
    if (known !== undefined) return known;
    const named = (found.requires?.() ?? []).flatMap((name) => this.#providersOf(name));
    const dependencies = [...new Set(named)].filter((one) => one !== found);
    dependencies.sort((left, right) => compareBytes(left.name, right.name));
    this.#dependencies.set(found, dependencies);
    return dependencies;
  }

  suggestionsOf(found: InstalledPackage): readonly InstalledPackage[] {
    const named = (found.suggests?.() ?? []).flatMap((name) => this.#providersOf(name));
    return [...new Set(named)].filter((one) => one !== found && one.isEssential?.() !== true);
  }

  isWithout(path: AbsPath, other: AbsPath): boolean {
    const [own, its] = [this.ownerOf(path), this.ownerOf(other)];
    if (own === undefined || its === undefined || this.#ofEverySystem().has(its)) return false;
    const siblings = this.#bySource.get(sourceName(own)) ?? [];
    // What a package of the same source needs is there for both; not so that package's own programs.
    const isSibling = siblings.includes(its);
    const users = isSibling ? [] : siblings.filter((one) => this.dependenciesOf(one).includes(own));
    return ![own, ...users].some((one) => this.#neededBy(one).has(its));
  }

  isMadeFor(path: AbsPath, other: AbsPath): boolean {
    const [own, its] = [this.ownerOf(path), this.ownerOf(other)];
    if (own === undefined || its === undefined) return false;
    if (sourceName(own) === sourceName(its)) return true;
    return !this.#ofEverySystem().has(its) && this.#neededBy(own).has(its);
  }

  isSuggested(path: AbsPath, other: AbsPath): boolean {
    const [own, its] = [this.ownerOf(path), this.ownerOf(other)];
    if (own === undefined || its === undefined) return false;
    // Data and libraries of a program speak for it: what goes with the program goes with them.
    const siblings = this.#bySource.get(sourceName(own)) ?? [];
    const users = siblings.filter((one) => this.dependenciesOf(one).includes(own));
    const suggested = [own, ...users].flatMap((one) => this.suggestionsOf(one));
    return suggested.includes(its) || suggested.some((one) => isCover(one) && this.dependenciesOf(one).includes(its));
  }

  /** A package with all that it cannot be installed without. */
  #neededBy(first: InstalledPackage): ReadonlySet<InstalledPackage> {
    const known = this.#needed.get(first);
    if (known !== undefined) return known;
    const found = new Set([first]);
    for (const one of found) for (const other of this.dependenciesOf(one)) found.add(other);
    this.#needed.set(first, found);
    return found;
  }

  /** What no system is without: essential packages and all that they need. */
  #ofEverySystem(): ReadonlySet<InstalledPackage> {
    this.#essential ??= new Set(
      this.#packages.filter((one) => one.isEssential?.() === true).flatMap((one) => [...this.#neededBy(one)]),
    );
    return this.#essential;
  }

  /** The packages that satisfy a dependency: a name, or the path of a file. */
  #providersOf(name: string): readonly InstalledPackage[] {
    if (this.#providers.size === 0) {
      for (const one of this.#packages) {
        for (const other of new Set([one.name, ...(one.provides?.() ?? [])])) {
          const known = this.#providers.get(other);
          if (known === undefined) this.#providers.set(other, [one]);
          else known.push(one);
        }
      }
    }
    const owner = name.startsWith("/") ? this.ownerOf(toAbsPath(name)) : undefined;
    return owner === undefined ? (this.#providers.get(name) ?? []) : [owner];
  }

  isInDirectory(path: AbsPath, directory: AbsPath): boolean {
    const own = this.ownerOf(path);
    const siblings = own === undefined ? [] : (this.#bySource.get(sourceName(own)) ?? []);
    return [...siblings, ...(own === undefined ? [] : this.#neededBy(own))].some(({ files }) =>
      files.some((file) => file !== directory && isWithin(file, directory)),
    );
  }

  /**
   * Modules that other packages put where those of the unit look: what one of them needs, or what needs one of them.
   */
  #guestsOf(packages: readonly InstalledPackage[]): PackageUnit["guests"] {
    const tops = new Set(this.#topsOf(packages));
    const near = new Set(packages);
    for (const one of near) for (const other of this.dependenciesOf(one)) near.add(other);
    // What every system has is no plug-in: it registers itself, as bash does among the shells.
    const plugins = this.#packages.filter(
      (one) => one.isEssential?.() !== true && this.dependenciesOf(one).some((other) => packages.includes(other)),
    );
    return [...new Set([...near, ...plugins])]
      .filter((one) => !packages.includes(one))
      .map((one) => {
        const placed = this.#placedOf(one);
        const files = placed.filter(({ top }) => tops.has(top)).map(({ file }) => file);
        return { package: one, files, isPlugin: !near.has(one), isMainly: files.length * 2 > placed.length };
      })
      .filter(({ files }) => files.length > 0)
      .toSorted((left, right) => compareBytes(left.package.name, right.package.name));
  }

  #exclusiveDirectories(packages: readonly InstalledPackage[], source: string): readonly AbsPath[] {
    const owners = this.#directoryOwners();
    const found = new Set<AbsPath>();
    for (const { files } of packages) {
      for (const file of files) {
        for (let path = file; path !== rootPath; path = parentOf(path)) {
          if (owners.get(path) === source && !isSystemDirectory(path)) found.add(path);
        }
      }
    }
    return [...found];
  }

  /** Directories of a unit that only those have something in which cannot do without it. */
  #openDirectories(packages: readonly InstalledPackage[]): readonly AbsPath[] {
    const isUser = (one: InstalledPackage): boolean =>
      packages.includes(one) || this.dependenciesOf(one).some((other) => packages.includes(other));
    const tops = this.#topsOf(packages).filter((path) => this.#directoryOwners().get(path) === shared);
    return tops.filter((path) => this.#holdersOf(path).every(isUser));
  }

  /** What the author of the builder put beside the directories of packages, for their programs. */
  #twinsOf(packages: readonly InstalledPackage[]): readonly AbsPath[] {
    return this.#topsOf(packages)
      .flatMap((path) => localTwin(path) ?? [])
      .sort(compareBytes);
  }

  /** The topmost directories of the packages' files. */
  #topsOf(packages: readonly InstalledPackage[]): readonly AbsPath[] {
    return [...new Set(packages.flatMap((one) => this.#placedOf(one).map(({ top }) => top)))];
  }

  /** The files of a package that have a topmost directory, in the package's order. */
  #placedOf(one: InstalledPackage): readonly { readonly file: AbsPath; readonly top: AbsPath }[] {
    const known = this.#placed.get(one);
    if (known !== undefined) return known;
    const placed = one.files.flatMap((file) => {
      const top = ownDirectory(file);
      return top === undefined ? [] : { file, top };
    });
    this.#placed.set(one, placed);
    return placed;
  }

  /** Packages with files below a topmost directory. */
  #holdersOf(top: AbsPath): readonly InstalledPackage[] {
    this.#holders ??= Map.groupBy(
      this.#packages.flatMap((one) => Array.from(this.#topsOf([one]), (path) => ({ one, path }))),
      ({ path }) => path,
    );
    return (this.#holders.get(top) ?? []).map(({ one }) => one);
  }

  /** Directories with the source whose packages alone have something below them. */
  #directoryOwners(): ReadonlyMap<AbsPath, string | typeof shared> {
    if (this.#directories !== undefined) return this.#directories;
    const owners = new Map<AbsPath, string | typeof shared>();
    for (const one of this.#packages) {
      const source = sourceName(one);
      const listed = new Set(one.files);
      for (const file of listed) {
        for (let path = parentOf(file); path !== rootPath; path = parentOf(path)) {
          const known = owners.get(path);
          // The directories above were marked with it.
          if (known === source || known === shared) break;
          owners.set(path, known === undefined ? source : shared);
        }
      }
      // Databases that list directories list the empty ones too.
      for (const file of listed) {
        if (!owners.has(file) && !hasExtension(file)) owners.set(file, source);
      }
    }
    this.#directories = owners;
    return owners;
  }
}

function withoutNested(paths: readonly AbsPath[]): readonly AbsPath[] {
  const sorted = paths.toSorted(compareBytes);
  return sorted.filter((path) => !sorted.some((other) => other !== path && isWithin(path, other)));
}

const coverLimit = 64;

/** True for a package of documents alone, which stands for those that it needs. Lists have directories as well. */
function isCover({ files }: InstalledPackage): boolean {
  if (files.length > coverLimit) return false;
  const used = files.filter((file) => useOf(file) !== "not-for-running");
  return used.every((file) => file === "/" || files.some((other) => other.startsWith(`${file}/`)));
}

/** False for other programs beside what every system has, such as those that make locales for the C library. */
function isFor(first: InstalledPackage, needy: InstalledPackage): boolean {
  return first.isEssential?.() !== true || !needy.files.some((path) => useOf(path) === "command");
}
