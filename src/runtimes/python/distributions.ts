import { isRecord, parseRecord as parseObject } from "../../formats/json/json-object.ts";
import type { PackageLookup } from "../../languages/system-packages.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type EntryPoint, parseEntryPoints, parseMetadata, parseRecord, parseRequiresFile } from "./dist-info.ts";
import { placesInNamespaces } from "./namespace-places.ts";
import { normaliseName } from "./normalise-name.ts";
import type { SearchPath } from "./search-path.ts";

/** An installed distribution (PyPA: Recording installed projects). */
export interface Distribution {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** The directory on `sys.path` that it is installed in. */
  readonly site: AbsPath;
  /**
   * The `.dist-info` or `.egg-info`, a directory or, for old ones, a file; undefined for modules that nobody recorded.
   */
  readonly metadata: AbsPath | undefined;
  /** The files of RECORD, also those that are not there; undefined without one. */
  readonly recorded: readonly AbsPath[] | undefined;
  /** Without RECORD: its top-level packages and modules, as paths without suffix. */
  readonly tops: readonly AbsPath[];
  /** Normalised names of what it requires without extras, where its markers hold. */
  readonly requires: readonly string[];
  /** Normalised names of all that it may require, by extras or on other systems. */
  readonly mayRequire: readonly string[];
  readonly entryPoints: readonly EntryPoint[];
  /**
   * True where it was installed from a directory, or copied: whoever made the builder wrote it (PEP 610, `dir_info`).
   */
  readonly isAuthors?: boolean;
}

export interface DistributionIndex {
  readonly all: readonly Distribution[];
  named(name: string): readonly Distribution[];
  /** Who installed a file. Without a record, a distribution of no name stands for the top-level package. */
  ownersOf(path: AbsPath): readonly Distribution[];
  /** Distributions with entry points in a group, of which `console_scripts` and `gui_scripts` are none. */
  inGroup(group: string): readonly Distribution[];
}

/** Where distributions are read. */
export interface Reading {
  readonly files: ProcessFiles;
  /** The packages of the system, which hold distributions that record nothing. */
  readonly packages: Pick<PackageLookup, "filesOf">;
}

/**
 * Reads every distribution of the search path: of its site directories, and what is developed in others (`.egg-info`).
 */
export async function indexDistributions(
  { siteDirectories, directories }: Pick<SearchPath, "siteDirectories" | "directories">,
  pythonVersion: string,
  { files, packages }: Reading,
): Promise<DistributionIndex> {
  const all: Distribution[] = [];
  for (const site of new Set([...siteDirectories, ...directories])) {
    for (const entry of await files.names(site)) {
      if (!entry.endsWith(".dist-info") && !entry.endsWith(".egg-info")) continue;
      all.push(await readDistribution(site, entry, pythonVersion, { files, packages }));
    }
  }
  const copied = await copiedTops(siteDirectories, all, { files, packages });
  const byName = groupBy(all, (distribution) => [distribution.name]);
  const byFile = groupBy(all, (distribution) => distribution.recorded ?? []);
  const byTop = groupBy(all, topsOf);
  const namespaces = new Set(all.flatMap((one) => (one.recorded === undefined ? namespacesOf(one) : [])));
  const byGroup = groupBy(all, ({ entryPoints }) =>
    entryPoints.map(({ group }) => group).filter((group) => !/^(?:console|gui)_scripts$/u.test(group)),
  );
  // Asked for many of the texts in each source.
  const byPath = new Map<AbsPath, readonly Distribution[]>();
  const findOwners = (path: AbsPath): readonly Distribution[] => {
    const recorded = byFile.get(path);
    if (recorded !== undefined) return recorded;
    const site = longestHolder(siteDirectories, path);
    if (site === undefined) return [];
    const parts = path.slice(site.length + 1).split("/");
    for (let count = parts.length; count > 0; count--) {
      const top = toAbsPath(withoutSuffix(parts.slice(0, count).join("/")), site);
      const owners = byTop.get(top);
      // A namespace that several distributions share tells nothing of who put this file there.
      if (owners !== undefined) return owners.length === 1 ? owners : [];
      if (namespaces.has(top)) return [];
    }
    const top = toAbsPath(withoutSuffix(parts[0] ?? ""), site);
    return [
      {
        name: "",
        site,
        metadata: undefined,
        recorded: undefined,
        tops: [top],
        isAuthors: copied.has(top),
        requires: [],
        mayRequire: [],
        entryPoints: [],
      },
    ];
  };

  return {
    all,
    named: (name) => byName.get(normaliseName(name)) ?? [],
    inGroup: (group) => byGroup.get(group) ?? [],
    ownersOf(path) {
      const owners = byPath.get(path) ?? findOwners(path);
      byPath.set(path, owners);
      return owners;
    },
  };
}

/**
 * Modules of site directories that no distribution records and no package of the system has, where managers installed
 * others beside them: their author copied them.
 */
async function copiedTops(
  siteDirectories: readonly AbsPath[],
  all: readonly Distribution[],
  { files, packages }: Reading,
): Promise<ReadonlySet<AbsPath>> {
  const known = new Set(all.flatMap((one) => [...topsOf(one), ...namespacesOf(one)]));
  const copied = new Set<AbsPath>();
  for (const site of new Set(siteDirectories)) {
    let isManaged = all.some((one) => one.site === site && one.recorded !== undefined);
    const unknown: AbsPath[] = [];
    for (const entry of await files.names(site)) {
      const top = childOf(site, withoutSuffix(entry));
      if (!/^[A-Za-z_]\w*(?:\.py)?$/u.test(entry) || entry === "__pycache__") continue;
      const source = entry.endsWith(".py") ? childOf(site, entry) : toAbsPath("__init__.py", childOf(site, entry));
      if ((known.has(top) && isManaged) || !(await files.isFile(source))) continue;
      const isPackaged = (await packages.filesOf(source, files)) !== undefined;
      isManaged ||= isPackaged;
      if (!known.has(top) && !isPackaged) unknown.push(top);
    }
    for (const top of isManaged ? unknown : []) copied.add(top);
  }
  return copied;
}

async function readDistribution(
  site: AbsPath,
  entry: string,
  pythonVersion: string,
  { files, packages }: Reading,
): Promise<Distribution> {
  const metadata = childOf(site, entry);
  const isDirectory = await files.isDirectory(metadata);
  const read = async (name: string) => (isDirectory ? files.readText(childOf(metadata, name)) : undefined);
  const text = isDirectory ? ((await read("METADATA")) ?? (await read("PKG-INFO"))) : await files.readText(metadata);
  const header = parseMetadata(text ?? "", pythonVersion);
  const record = await read("RECORD");
  const name = header.name ?? entry.split("-")[0] ?? entry;
  const topLevel = (await read("top_level.txt"))?.split(/\s+/u).filter((top) => top !== "");
  const inFile = parseRequiresFile((await read("requires.txt")) ?? "");
  const stated = topLevel ?? header.importNames;
  const packaged =
    record === undefined && stated === undefined ? await packagedTops(metadata, { files, packages }) : [];
  const tops = stated ?? (packaged.length > 0 ? packaged : await guessTops(name, site, files));
  const places = tops.map((top) => toAbsPath(top.replaceAll(".", "/"), site));
  return {
    name: normaliseName(name),
    site,
    metadata,
    recorded: record === undefined ? undefined : parseRecord(record).map((path) => toRecordedPath(path, site)),
    tops: record === undefined ? await placesInNamespaces(places, { name, site, files }) : places,
    requires: [...header.requires, ...inFile.requires].map(normaliseName),
    mayRequire: [...header.mayRequire, ...inFile.mayRequire].map(normaliseName),
    entryPoints: parseEntryPoints((await read("entry_points.txt")) ?? ""),
    isAuthors: isRecord(parseObject((await read("direct_url.json")) ?? "")?.["dir_info"]),
  };
}

/** RECORD names files relative to the site directory, with `..` for what lies elsewhere. */
function toRecordedPath(path: string, site: AbsPath): AbsPath {
  return toAbsPath(path, site);
}

/**
 * The modules that the system's package of a distribution has beside it, where it holds no other: `ipykernel` has
 * `ipykernel_launcher`, and says so nowhere else.
 */
async function packagedTops(metadata: AbsPath, { files, packages }: Reading): Promise<readonly string[]> {
  const site = parentOf(metadata);
  for (const name of ["METADATA", "PKG-INFO", "."]) {
    const path = name === "." ? metadata : childOf(metadata, name);
    if (!(await files.isFile(path))) continue;
    const inner = (await packages.filesOf(path, files)) ?? [];
    const parts = inner.filter((one) => isWithin(one, site)).map((one) => one.slice(site.length + 1));
    const described = new Set(parts.flatMap((part) => /^[^/]+\.(?:dist|egg)-info(?=\/|$)/u.exec(part) ?? []));
    if (described.size !== 1) return [];
    const modules = parts.filter((part) => /^[^/.]+(?:\/.*)?\.(?:py|so)$|^[^/.]+\.[^/]*\.so$/u.test(part));
    return [...new Set(modules.map((part) => withoutSuffix(part.split("/")[0] ?? "")))];
  }
  return [];
}

/** Most distributions are named as their package, but for case and punctuation. */
async function guessTops(name: string, site: AbsPath, files: ProcessFiles): Promise<readonly string[]> {
  const wanted = normaliseName(name);
  const tops: string[] = [];
  for (const entry of await files.names(site)) {
    if (normaliseName(withoutSuffix(entry)) === wanted && !/\.(?:dist|egg)-info$/u.test(entry)) {
      tops.push(withoutSuffix(entry));
    }
  }
  const nested = name.replaceAll(".", "/");
  return tops.length === 0 && nested !== name && (await files.isDirectory(toAbsPath(nested, site))) ? [nested] : tops;
}

/** The directories above its packages, which it shares with others. */
function namespacesOf({ site, tops }: Distribution): readonly AbsPath[] {
  const above: AbsPath[] = [];
  for (const top of tops) {
    for (let at = parentOf(top); at !== site && isWithin(at, site); at = parentOf(at)) above.push(at);
  }
  return above;
}

/** Top-level names of a distribution: those it states, or the first components of what it recorded. */
export function topsOf(distribution: Distribution): readonly AbsPath[] {
  if (distribution.recorded === undefined) return distribution.tops;
  const tops = new Set<AbsPath>();
  for (const path of distribution.recorded) {
    if (!/\.(?:py|so)$/u.test(path) || !isWithin(path, distribution.site)) continue;
    const first = path.slice(distribution.site.length + 1).split("/")[0] ?? "";
    tops.add(childOf(distribution.site, withoutSuffix(first)));
  }
  return [...tops];
}

function longestHolder(directories: readonly AbsPath[], path: AbsPath): AbsPath | undefined {
  return directories
    .filter((directory) => path !== directory && isWithin(path, directory))
    .sort((left, right) => right.length - left.length)[0];
}

function withoutSuffix(path: string): string {
  const slash = path.lastIndexOf("/");
  const dot = path.indexOf(".", slash + 1);
  return dot <= slash + 1 ? path : path.slice(0, dot);
}

function groupBy(
  distributions: readonly Distribution[],
  keysOf: (distribution: Distribution) => readonly string[],
): ReadonlyMap<string, readonly Distribution[]> {
  const groups = new Map<string, Distribution[]>();
  for (const distribution of distributions) {
    for (const key of new Set(keysOf(distribution))) {
      const group = groups.get(key) ?? [];
      group.push(distribution);
      groups.set(key, group);
    }
  }
  return groups;
}
