import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, compareBytes, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { bundleDirectories } from "./bundle-settings.ts";
import { compareVersions, meets } from "./gem-versions.ts";

/** An installed gem, as its specification describes it. */
export interface Gem {
  readonly name: string;
  readonly version: string;
  readonly specification: AbsPath;
  /** True for gems of Ruby's own library, which have a specification and no directory of their own. */
  readonly isDefault: boolean;
  /** Where its files lie, though nothing may be there. */
  readonly root: AbsPath;
  /** The compiled file for it; undefined when there is none. */
  readonly extension: AbsPath | undefined;
  /** Directories that go onto `$LOAD_PATH`, compiled parts first. */
  readonly requirePaths: readonly AbsPath[];
  /** Programs that are installed on the PATH, where something starts them: names of files in `exe` or `bin`. */
  readonly programs: readonly string[];
  /** The dependencies that it needs at run time. */
  readonly dependencies: readonly GemDependency[];
}

export interface GemDependency {
  readonly name: string;
  readonly requirements: readonly string[];
}

export interface GemIndex {
  /** Directories in which gems are installed, those that exist, in order. */
  readonly directories: readonly AbsPath[];
  /** By name, then the newest version first. */
  readonly all: readonly Gem[];
  /**
   * The newest version that meets the requirements, else the newest; never one of Ruby's own library where another is
   * there.
   */
  find(name: string, requirements?: readonly string[]): Gem | undefined;
  /** Gems that have a file which `require` would take for the feature, of each name the newest. */
  providers(feature: string): Promise<readonly Gem[]>;
}

const notFound: readonly Gem[] = [];

/** Where RubyGems looks: GEM_HOME, GEM_PATH, its own directory, those of distributions, those of Bundler. */
export async function gemDirectories({
  proc,
  files,
  workdir,
  core,
  apiVersion,
}: {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly workdir: AbsPath;
  readonly core: readonly AbsPath[];
  readonly apiVersion: string;
}): Promise<readonly AbsPath[]> {
  const given = [proc.env["GEM_HOME"] ?? "", ...(proc.env["GEM_PATH"] ?? "").split(":")];
  const homes = proc.env["HOME"] === undefined ? [] : [`${proc.env["HOME"]}/.local/share/gem/ruby/${apiVersion}`];
  const architectures = core.map((path) => /\/lib\/([\w-]+-linux-gnu\w*)\//u.exec(path)?.[1]);
  const architecture = architectures.find((name) => name !== undefined) ?? "";
  const candidates = [
    ...given.filter((part) => part !== "").map((part) => toAbsPath(part, workdir)),
    ...(await bundleDirectories({ proc, files, workdir, apiVersion })),
    ...homes.map((part) => toAbsPath(part)),
    ...core.map((path) => toAbsPath(`gems/${apiVersion}`, parentOf(path))),
    ...[
      `/var/lib/gems/${apiVersion}`,
      `/usr/local/lib/ruby/gems/${apiVersion}`,
      `/usr/lib/ruby/gems/${apiVersion}`,
      `/usr/lib/${architecture}/ruby/gems/${apiVersion}`,
      `/usr/share/rubygems-integration/${apiVersion}`,
      "/usr/share/rubygems-integration/all",
      `/usr/lib/${architecture}/rubygems-integration/${apiVersion}`,
      "/usr/local/share/gems",
      "/usr/share/gems",
    ].map((part) => toAbsPath(part)),
  ];
  const found: AbsPath[] = [];
  for (const path of new Set(candidates)) {
    if (await files.isDirectory(childOf(path, "specifications"))) found.push(path);
  }
  return found;
}

/** Gems of directories: every process of a root asks for the same. */
const indices = new WeakMap<ProcessFiles, Map<string, Promise<GemIndex>>>();

/** Reads every specification of the directories. */
export async function indexGems(
  directories: readonly AbsPath[],
  { files, apiVersion }: { readonly files: ProcessFiles; readonly apiVersion: string },
): Promise<GemIndex> {
  const known = indices.get(files) ?? new Map<string, Promise<GemIndex>>();
  indices.set(files, known);
  const key = [apiVersion, ...directories].join("\0");
  const index = known.get(key) ?? readGems(directories, { files, apiVersion });
  known.set(key, index);
  return index;
}

async function readGems(
  directories: readonly AbsPath[],
  { files, apiVersion }: { readonly files: ProcessFiles; readonly apiVersion: string },
): Promise<GemIndex> {
  const all: Gem[] = [];
  for (const base of directories) {
    const specifications = childOf(base, "specifications");
    for (const directory of [specifications, childOf(specifications, "default")]) {
      for (const name of await files.names(directory)) {
        const path = childOf(directory, name);
        const gem = name.endsWith(".gemspec") ? await readGem(path, { base, apiVersion, files }) : undefined;
        if (gem !== undefined) all.push(gem);
      }
    }
    const checkouts = toAbsPath("bundler/gems", base);
    for (const name of await files.names(checkouts)) {
      const root = childOf(checkouts, name);
      for (const file of await files.names(root)) {
        const path = childOf(root, file);
        const gem = file.endsWith(".gemspec") ? await readGem(path, { base, apiVersion, files }) : undefined;
        if (gem !== undefined) all.push({ ...gem, root, requirePaths: [childOf(root, "lib")] });
      }
    }
  }
  const sorted = all.toSorted(
    (left, right) =>
      compareBytes(left.name, right.name) ||
      Number(left.isDefault) - Number(right.isDefault) ||
      compareVersions(right.version, left.version) ||
      compareBytes(left.specification, right.specification),
  );
  const byName = new Map<string, Gem[]>();
  for (const gem of sorted) byName.set(gem.name, [...(byName.get(gem.name) ?? []), gem]);
  const providers = new Map<string, readonly Gem[]>();
  const installed = sorted.filter(({ isDefault }) => !isDefault);
  let byEntry: Promise<ReadonlyMap<string, readonly Gem[]>> | undefined;

  /** Gems that may have a feature, in their order. */
  async function candidates(feature: string): Promise<readonly Gem[]> {
    const first = firstName(feature);
    if (first === undefined) return installed;
    byEntry ??= gemsByEntry(installed, files);
    const entries = await byEntry;
    const names = first.isLast ? endingsOf(feature).map((ending) => `${first.name}${ending}`) : [first.name];
    const found = new Set(names.flatMap((name) => entries.get(name) ?? []));
    return names.length === 1 ? [...found] : installed.filter((gem) => found.has(gem));
  }

  async function readProviders(feature: string): Promise<readonly Gem[]> {
    const found: Gem[] = [];
    for (const gem of await candidates(feature)) {
      if (found.some((one) => one.name === gem.name)) continue;
      if ((await featureBelow(gem.requirePaths, feature, files)) !== undefined) found.push(gem);
    }
    return found;
  }

  return {
    directories,
    all: sorted,
    find(name, requirements = []) {
      const versions = byName.get(name) ?? notFound;
      return versions.find((gem) => meets(gem.version, requirements)) ?? versions[0];
    },
    async providers(feature) {
      const known = providers.get(feature) ?? (await readProviders(feature));
      providers.set(feature, known);
      return known;
    },
  };
}

/** Gems by the names in their directories of the load path: hundreds of gems are asked for thousands of features. */
async function gemsByEntry(gems: readonly Gem[], files: ProcessFiles): Promise<ReadonlyMap<string, readonly Gem[]>> {
  const found = new Map<string, Gem[]>();
  for (const gem of gems) {
    const names = new Set<string>();
    for (const directory of gem.requirePaths) for (const name of await files.names(directory)) names.add(name);
    for (const name of names) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [gem]);
      else known.push(gem);
    }
  }
  return found;
}

function endingsOf(feature: string): readonly string[] {
  return /\.(?:rb|so)$/u.test(feature) ? [""] : [".rb", ".so"];
}

/**
 * The file that `require` takes for a feature: a source in any of the directories, then a compiled part in any of them
 * (`rb_find_file_ext`).
 */
export async function featureBelow(
  directories: readonly AbsPath[],
  feature: string,
  files: ProcessFiles,
): Promise<AbsPath | undefined> {
  const first = firstName(feature);
  for (const ending of endingsOf(feature)) {
    for (const directory of directories) {
      // Hundreds of gems are asked for thousands of features: a listing that is at hand answers for nearly all.
      if (
        first !== undefined &&
        !(await files.names(directory)).has(first.isLast ? `${first.name}${ending}` : first.name)
      )
        continue;
      const path = toAbsPath(feature, directory);
      const whole = childOf(parentOf(path), `${baseName(path)}${ending}`);
      if (await files.isFile(whole)) return whole;
    }
  }
  return undefined;
}

/** What a directory of the load path has to have for a feature; undefined where that is not in the directory. */
function firstName(feature: string): { readonly name: string; readonly isLast: boolean } | undefined {
  const components = feature.split("/");
  const [name = ""] = components;
  return components.some((one) => one === "" || one === "." || one === "..")
    ? undefined
    : { name, isLast: components.length === 1 };
}

async function readGem(
  path: AbsPath,
  { base, apiVersion, files }: { readonly base: AbsPath; readonly apiVersion: string; readonly files: ProcessFiles },
): Promise<Gem | undefined> {
  const text = await files.readText(path);
  if (text === undefined) return undefined;
  const [, stubName, stubVersion, platform = "ruby", stubPaths] =
    /^# stub: (\S+) (\S+) (\S+) ?(.*)$/mu.exec(text) ?? [];
  const name =
    stubName ?? /\.name\s*=\s*["']([^"']+)["']/u.exec(text)?.[1] ?? baseName(path).replace(/\.gemspec$/u, "");
  const version = stubVersion ?? /\.version\s*=\s*["']([^"']+)["']/u.exec(text)?.[1] ?? "0";
  const fullName = platform === "ruby" ? `${name}-${version}` : `${name}-${version}-${platform}`;
  const root = toAbsPath(`gems/${fullName}`, base);
  const written = (stubPaths ?? "lib").split("\0").filter((part) => part !== "");
  const extension = await extensionOf(fullName, { base, apiVersion, files });
  const own = (written.length === 0 ? ["lib"] : written).map((part) => toAbsPath(part, root));
  return {
    name,
    version,
    specification: path,
    isDefault: path.startsWith(`${base}/specifications/default/`),
    root,
    extension,
    requirePaths: extension === undefined ? own : [extension, ...own],
    programs: programsIn(text),
    dependencies: dependenciesIn(text),
  };
}

/** `extensions/PLATFORM/API/NAME`, whatever the platform is called. */
async function extensionOf(
  fullName: string,
  { base, apiVersion, files }: { readonly base: AbsPath; readonly apiVersion: string; readonly files: ProcessFiles },
): Promise<AbsPath | undefined> {
  const extensions = childOf(base, "extensions");
  for (const platform of await files.names(extensions)) {
    for (const version of await files.names(childOf(extensions, platform))) {
      if (!version.startsWith(apiVersion)) continue;
      const path = childOf(childOf(childOf(extensions, platform), version), fullName);
      if (await files.isDirectory(path)) return path;
    }
  }
  return undefined;
}

function programsIn(text: string): readonly string[] {
  const [, list = ""] = /\.executables\s*=\s*\[([^\]]{0,4000})\]/u.exec(text) ?? [];
  return Array.from(list.matchAll(/["']([\w.-]+)["']/gu), ([, name = ""]) => name);
}

function dependenciesIn(text: string): readonly GemDependency[] {
  const call = /\badd_(?:runtime_)?dependency[ (]*(?:%q<([\w.-]+)>|["']([\w.-]+)["'])(?:\.freeze)?([^\n]*)/gu;
  return [...text.matchAll(call)].map(([, quoted, plain, rest = ""]) => ({
    name: quoted ?? plain ?? "",
    requirements: [...rest.matchAll(/["']([^"'\n]{1,60})["']/gu)].map((match) => match[1] ?? ""),
  }));
}
