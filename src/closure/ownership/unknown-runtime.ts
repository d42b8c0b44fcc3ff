import {
  type AbsPath,
  baseName,
  childOf,
  compareBytes,
  isWithin,
  parentOf,
  type RootFs,
  toAbsPath,
} from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { ClosureEntry, InstalledPackage, PackageDatabase, ProcessContext, Yield } from "../model/closure.ts";
import type { Plugins } from "../model/plugins.ts";
import { hasMarker } from "./markers.ts";

/** Files that document, build, test or install, and those that belong to other programs. */
const notRead =
  /^\/usr\/(?:local\/)?(?:include|src|games|share\/(?:applications|bash-completion|bug|doc|doc-base|emacs|icons|info|lintian|locale|man|menu|metainfo|mime|pixmaps|zsh))\/|^\/etc\/(?:alternatives|apt|bash_completion\.d|cron\.\w+|default|init\.d|logrotate\.d|systemd)\/|^\/(?:usr\/)?lib\/(?:systemd|tmpfiles\.d|sysusers\.d|udev)\/|^\/var\/lib\/(?:dpkg|apt)\/|\/(?:pkgconfig|cmake)\/|\/(?:tests?|examples?|demos?|include)\/|\.(?:a|la|h|hpp|hxx|o|cmt|cmti|mli|pc)$/u;
const programDirectory = /^(?:\/usr(?:\/local)?)?\/s?bin$/u;
const maximumFiles = 200_000;
const unknownWhy = ", and no rules say what this run-time loads";

interface Tree {
  /** `sbcl`, or the directory that the program lies in. */
  readonly name: string;
  readonly files: readonly AbsPath[];
}

/**
 * The files that a run-time without a plug-in may load: the files of the package that owns it and of those that are
 * built from the same source and that it depends on, without documents, headers and static libraries; without an owner,
 * what lies in its own directory or is named after it. Its objects come with their libraries.
 */
export async function* unknownRuntime(
  proc: ProcessContext,
  {
    program,
    plugins,
    wrapper,
  }: {
    readonly program: AbsPath;
    readonly plugins: Pick<Plugins, "packages" | "knownFiles">;
    /** The script that runs the program: parts of the run-time are what its package asks for. */
    readonly wrapper?: AbsPath;
  },
): AsyncIterable<Yield> {
  const known = plugins.knownFiles?.(program);
  const trees =
    known === undefined
      ? await treesOf(proc.root, { program, wrapper }, plugins.packages)
      : [{ name: program, files: known }];
  const files = new Map<AbsPath, string>();
  for (const { name, files: own } of trees) {
    for (const path of own) {
      if (path !== program && !notRead.test(path) && files.size < maximumFiles) files.set(path, name);
    }
  }
  let count = 0;
  for (const [path, name] of files) {
    const stat = await proc.root.lstat(path);
    if (stat === undefined || (stat.kind !== "file" && stat.kind !== "symlink")) continue;
    if (programDirectory.test(parentOf(path))) continue;
    count++;
    const why = `may read it: it is of ${name}${unknownWhy}`;
    yield { need: { path, role: "file", evidence: "package", why, layer: "interpreter", optional: true } };
    const isObject = stat.kind === "file" && ((stat.mode & 0o111) !== 0 || /\.so(?:\.[\d.]+)?$/u.test(path));
    if (isObject) yield* libraryNeeds(proc, path);
  }
  if (count === 0) return;
  yield {
    finding: {
      severity: "warning",
      code: "RUNTIME_UNKNOWN",
      path: program,
      message: `cannot tell what ${program} loads: no rules for this run-time, so all of ${trees.map(({ name }) => name).join(", ")} ships (${count === 1 ? "1 file" : `${String(count)} files`})`,
      hint: "leave out what it does not need with closure.exclude, and name what it lacks under closure.include",
    },
  };
}

/**
 * The files of a closure that are in for no other reason than this, by the program: the image has no packages to ask.
 */
export function knownFilesOf(entries: readonly ClosureEntry[]): (program: AbsPath) => readonly AbsPath[] | undefined {
  const files = new Map<string, AbsPath[]>();
  for (const { path, reason } of entries) {
    if (!reason.why.endsWith(unknownWhy)) continue;
    const known = files.get(reason.from);
    if (known === undefined) files.set(reason.from, [path]);
    else known.push(path);
  }
  return (program) => files.get(program);
}

/** The search of the loader from the place of the object. Only what a run could tell is not counted as missing. */
async function* libraryNeeds(proc: ProcessContext, path: AbsPath): AsyncIterable<Yield> {
  const elf = await proc.readElf(path);
  if (elf === undefined) return;
  if (elf.loader !== undefined) {
    const why = "is loaded by it";
    yield { need: { path: toAbsPath(elf.loader), role: "file", evidence: "proved", why, optional: true }, from: path };
  }
  for (const soname of elf.needed) {
    const library = await proc.findLibrary(soname, path);
    if (library === undefined) continue;
    const need = { path: library, role: "object", evidence: "proved", why: `needs ${soname}`, optional: true } as const;
    yield { need, from: path };
  }
}

async function treesOf(
  root: RootFs,
  { program, wrapper }: { readonly program: AbsPath; readonly wrapper: AbsPath | undefined },
  databases: readonly PackageDatabase[],
): Promise<readonly Tree[]> {
  for (const database of databases.toSorted((left, right) => compareBytes(left.name, right.name))) {
    if (database.kind !== "system" || !(await hasMarker(root, database))) continue;
    const all = new Map<string, InstalledPackage>();
    let owner: InstalledPackage | undefined;
    let user: InstalledPackage | undefined;
    for await (const one of database.read(root, wrapper === undefined ? [program] : [program, wrapper])) {
      if (!all.has(one.name)) all.set(one.name, one);
      if (owner === undefined && one.files.includes(program)) owner = one;
      if (user === undefined && wrapper !== undefined && one.files.includes(wrapper)) user = one;
    }
    if (owner === undefined) continue;
    // Programs of every system are not a run-time of an application.
    if (owner.isEssential?.() === true) return [];
    return sameSource(owner, { all, user }).map(({ name, files }) => ({ name, files }));
  }
  return wrapper === undefined ? besideProgram(root, program) : [];
}

/**
 * The owner, and packages of its source that it depends on, directly or through such packages; those too that the
 * package of a script that runs it depends on.
 */
function sameSource(
  owner: InstalledPackage,
  { all, user }: { readonly all: ReadonlyMap<string, InstalledPackage>; readonly user: InstalledPackage | undefined },
): readonly InstalledPackage[] {
  const sourceOf = ({ source, name }: InstalledPackage): string => (source ?? name).split(" ")[0] ?? name;
  const wanted = (user?.requires?.() ?? []).flatMap((name) => all.get(name) ?? []);
  const chosen = new Set([owner, ...wanted.filter((one) => sourceOf(one) === sourceOf(owner))]);
  for (const one of chosen) {
    for (const name of one.requires?.() ?? []) {
      const other = all.get(name);
      if (other !== undefined && sourceOf(other) === sourceOf(owner)) chosen.add(other);
    }
  }
  return [...chosen].toSorted((left, right) => compareBytes(left.name, right.name));
}

/**
 * `/opt/julia/bin/julia` has `/opt/julia`; `/usr/local/bin/janet` has what is called `janet*` in `/usr/local/lib` and
 * the like.
 */
async function besideProgram(root: RootFs, program: AbsPath): Promise<readonly Tree[]> {
  const bin = parentOf(program);
  const prefix = parentOf(bin);
  if (baseName(bin) !== "bin") return [];
  if (!/^\/(?:usr(?:\/local)?)?$/u.test(prefix)) return [{ name: prefix, files: await filesBelow(root, prefix) }];
  const stem = baseName(program).replace(/[-\d.]+$/u, "");
  if (stem.length < 2) return [];
  const trees: Tree[] = [];
  for (const location of ["lib", "share", "libexec"]) {
    const directory = childOf(prefix, location);
    for (const name of (await root.readDirectory(directory)) ?? []) {
      const path = childOf(directory, name);
      const rest = name.startsWith(stem) ? name.slice(stem.length) : undefined;
      if (rest !== undefined && /^[-\d.]*$/u.test(rest))
        trees.push({ name: path, files: await filesBelow(root, path) });
    }
  }
  return trees;
}

async function filesBelow(root: RootFs, directory: AbsPath): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for await (const { path, stat } of walk(root, directory)) {
    if (stat.kind !== "directory" && isWithin(path, directory)) found.push(path);
    if (found.length >= maximumFiles) break;
  }
  return found;
}
