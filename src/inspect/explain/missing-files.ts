import type { ClosureRequest } from "../../closure/model/request.ts";
import type { View } from "../../closure/model/view.ts";
import { sourceOfCompiled } from "../../rootfs/compiled-files.ts";
import { useOf } from "../../rootfs/file-use.ts";
import { type Glob, matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { type AbsPath, childOf, isWithin, parentOf, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { compiledFiles } from "../../runtimes/compiled.gen.ts";
import { packageRegisters } from "../../runtimes/registers.gen.ts";
import type { Observation } from "./observed.ts";
import { isNamed, namesIn } from "./output-names.ts";

/** A path that a program looked for in the finished root in vain, and that a builder has. */
export interface MissingFile {
  /** The missing path: the file, or the link on the way to it. */
  readonly path: AbsPath;
  readonly kind: "file" | "directory" | "symlink";
  /** The program that looked for it; empty when it could not be told. */
  readonly program: string;
  /** The package that has it in the builder, as `dpkg:libc6`. */
  readonly owner?: string;
  /** The entry of `closure.exclude` that takes it away. */
  readonly excludedBy?: number;
  /** True when the program's own output names it. */
  readonly isNamed: boolean;
  /** True for a part of the run-time's own library, of which the level ships what is reached alone. */
  readonly isCut?: true;
  /** True for a file that the image's program did not ask for by its name: it read the directory alone. */
  readonly isListed?: true;
}

export interface MissingFileSearch {
  readonly request: ClosureRequest;
  /** The builder as the image's programs would see it. */
  readonly view: View;
  /** Paths of the image. */
  readonly shipped: ReadonlySet<string>;
  /** The observations in the finished root. */
  readonly seen: readonly Observation[];
}

/** Kernel interfaces and what the run itself brings, such as memory on `/tmp`: never files of a builder. */
const foreign: readonly AbsPath[] = ["/dev", "/proc", "/run/secrets", "/sys", "/tmp"].map((path) => toAbsPath(path));

/** Caches of glibc, which looks at what they hold instead, and the zone, which is UTC unless the spec has another. */
const dispensable = /^\/etc\/(?:ld\.so\.cache|localtime)$|\/gconv\/gconv-modules\.cache$/;

/**
 * Of the paths that a failed program looked for in vain, those that the builder has, likeliest cause first: what the
 * spec itself takes away, then what the program's output names, then what was looked for last. Programs that read a
 * directory to know what is in it ask for nothing that is not there; of such a directory only what the output names
 * counts.
 */
export async function findMissingFiles(search: MissingFileSearch, output: string): Promise<readonly MissingFile[]> {
  const names = namesIn(output);
  const found = new Map<AbsPath, MissingFile>();
  const add = (missing: Omit<MissingFile, "isNamed" | "excludedBy">, asked: AbsPath, isNamed: boolean): void => {
    if (found.has(missing.path)) return;
    const excludedBy = exclusionOf(search.request, [missing.path, asked]);
    found.set(missing.path, { ...missing, isNamed, ...(excludedBy === undefined ? {} : { excludedBy }) });
  };
  for (const { kind, program, path } of search.seen.toReversed()) {
    if (kind === "missing") {
      const lack = await lackOf(search, path);
      if (lack !== undefined) add({ ...lack, program }, path, isNamed(lack.path, names) || isNamed(path, names));
    } else if (kind === "listed") {
      for (const lack of await lacksIn(search, path)) {
        if (isNamed(lack.path, names)) add({ ...lack, program }, lack.path, true);
      }
    }
  }
  const rank = (missing: MissingFile): number => (missing.excludedBy === undefined ? 2 : 0) + (missing.isNamed ? 0 : 1);
  return [...found.values()].toSorted((left, right) => rank(left) - rank(right));
}

/**
 * Files and directories that a program opened in the builder and looked for in vain in the finished root, by asking for
 * them or by reading the directory that they would be in; of a file that it made there, the directory. Of a directory
 * that it read in both and that is empty in the image, the first file. In the order in which the builder's run opened
 * them.
 */
export async function compareRuns(
  search: MissingFileSearch,
  inBuilder: readonly Observation[],
  output = "",
): Promise<readonly MissingFile[]> {
  const names = namesIn(output);
  /** With the program that looked for it. */
  const vain = new Map<AbsPath, string>();
  const asked = new Set<AbsPath>();
  for (const { kind, path, program } of search.seen) {
    if (kind !== "missing" && kind !== "listed") continue;
    const { real } = await search.view.resolve(path);
    if (kind === "missing") asked.add(path).add(real);
    for (const way of [kind === "listed" ? listing(real) : real, path]) vain.set(way, vain.get(way) ?? program);
  }
  const found = new Map<AbsPath, MissingFile>();
  /** What they lead to, where they are links. */
  const meant = new Set<AbsPath>();
  const isLookedFor = (lack: AbsPath, path: AbsPath): boolean => {
    const ways = waysTo(search, lack);
    return [...ways, path].some((way) => vain.has(way)) || vain.has(listing(parentOf(ways[0] ?? lack)));
  };
  for (const { kind, program, path } of inBuilder) {
    if (kind === "listed" && vain.has(listing((await search.view.resolve(path)).real))) {
      const [first] = await allLackedIn(search, path);
      if (first !== undefined && !found.has(first.path)) {
        const excludedBy = exclusionOf(search.request, [first.path]);
        const rule = excludedBy === undefined ? {} : { excludedBy };
        found.set(first.path, { ...first, program, isNamed: isNamed(first.path, names), ...rule, isListed: true });
      }
      continue;
    }
    // A run-time reads directories that may be missing: of those, what the output names counts.
    if (kind !== "opened" && !(kind === "listed" && isNamed(path, names))) continue;
    const lack =
      (await lackOf(search, sourceOfCompiled(compiledFiles, path) ?? path)) ?? (await lackAbove(search, path));
    if (lack === undefined || found.has(lack.path) || meant.has(lack.path) || !isLookedFor(lack.path, path)) continue;
    const { real } = await search.view.resolve(lack.path);
    meant.add(real);
    const excludedBy = exclusionOf(search.request, [lack.path, path]);
    const named = isNamed(lack.path, names) || isNamed(path, names);
    // What is deeper than a directory that it looked for is known by reading the directories on the way.
    const isAsked = isRegister(lack.path)
      ? asked.has(path) || asked.has(lack.path)
      : [path, lack.path, parentOf(lack.path)].some((way) => vain.has(way));
    found.set(lack.path, {
      ...lack,
      // A program that is missing was not started by itself.
      program: [lack.path, path, real].some((one) => one === program) ? (vain.get(path) ?? "") : program,
      isNamed: named,
      ...(excludedBy === undefined ? {} : { excludedBy }),
      ...(isAsked ? {} : { isListed: true }),
    });
  }
  return [...found.values()];
}

/** What a run-time reads of each package that is there, needed or not. */
function isRegister(path: AbsPath): boolean {
  return packageRegisters.some(({ paths }) => paths.test(path));
}

/** The directory that a file was made in, which the builder has and the image lacks. */
async function lackAbove(
  search: MissingFileSearch,
  path: AbsPath,
): Promise<Pick<MissingFile, "path" | "kind"> | undefined> {
  let at = path;
  while ((await search.view.resolve(at)).stat === undefined) at = parentOf(at);
  return at === path || at === rootPath ? undefined : lackOf(search, at);
}

/** A key for a directory that was read, apart from the paths that were asked for. */
function listing(directory: AbsPath): AbsPath {
  return childOf(directory, "\0");
}

/** The path and those above it that the image lacks, topmost first. */
function waysTo({ shipped }: MissingFileSearch, path: AbsPath): readonly AbsPath[] {
  const ways: AbsPath[] = [];
  for (let at = path; at !== rootPath && !shipped.has(at); at = parentOf(at)) ways.unshift(at);
  return ways;
}

/** The path that the builder has and the image lacks; undefined when the builder lacks it, or the image has it all. */
async function lackOf(
  { view, shipped }: MissingFileSearch,
  path: AbsPath,
): Promise<Pick<MissingFile, "path" | "kind"> | undefined> {
  if (dispensable.test(path) || foreign.some((directory) => isWithin(path, directory))) return undefined;
  const { real, stat, links } = await view.resolve(path);
  if (stat?.kind !== "file" && stat?.kind !== "directory") return undefined;
  const absent = links.filter((one) => !shipped.has(one.path));
  // A program goes by the name that it is started by.
  const command = absent.find((one) => useOf(one.path) === "command");
  if (command !== undefined) return { path: command.path, kind: "symlink" };
  // So does a library, and what loads it: behind the name is a file with a version in its name.
  const library = absent.find((one) => /\.so(?:\.\d+)*$/u.test(one.path));
  if (library !== undefined && !shipped.has(real)) return { path: library.path, kind: "symlink" };
  if (!shipped.has(real)) return isRedundant(real, shipped) ? undefined : { path: real, kind: stat.kind };
  const [link] = absent;
  return link === undefined ? undefined : { path: link.path, kind: "symlink" };
}

/** Bytecode without which its source does, and the source map of a file that ships: it is for who reads its errors. */
function isRedundant(path: AbsPath, shipped: ReadonlySet<string>): boolean {
  const source = sourceOfCompiled(compiledFiles, path) ?? /^(.+\.(?:[cm]?js|css))\.map$/u.exec(path)?.[1];
  return source !== undefined && shipped.has(source);
}

/** The files of a directory of which the image has none. */
async function allLackedIn(
  search: MissingFileSearch,
  directory: AbsPath,
): Promise<readonly Pick<MissingFile, "path" | "kind">[]> {
  const { real } = await search.view.resolve(directory);
  const names = (await search.view.root.readDirectory(real)) ?? [];
  return names.some((name) => search.shipped.has(childOf(real, name))) ? [] : lacksIn(search, directory);
}

/** The entries of a directory that the image lacks. */
async function lacksIn(
  search: MissingFileSearch,
  directory: AbsPath,
): Promise<readonly Pick<MissingFile, "path" | "kind">[]> {
  const { real, stat } = await search.view.resolve(directory);
  if (stat?.kind !== "directory") return [];
  const children = (await search.view.root.readDirectory(real)) ?? [];
  const lacks = await Promise.all(
    children
      .map((name) => childOf(real, name))
      .filter((child) => !search.shipped.has(child))
      .map((child) => lackOf(search, child)),
  );
  return lacks.flatMap((lack) => lack ?? []);
}

const globs = new Map<string, Glob>();

function exclusionOf({ closure }: ClosureRequest, paths: readonly AbsPath[]): number | undefined {
  const index = closure.exclude.findIndex((one) => {
    const glob = globs.get(one.path) ?? parseGlob(one.path);
    globs.set(one.path, glob);
    return paths.some((path) => matchGlob(glob, path));
  });
  return index === -1 ? undefined : index;
}
