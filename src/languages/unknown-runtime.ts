import type { ProcessContext, Yield } from "../closure/model/closure.ts";
import type { PackagesOfSystem, UnknownProgram } from "../closure/model/plugins.ts";
import { sourceName } from "../formats/text/source-name.ts";
import { besideProgram, maximumFiles, type ProgramTree } from "../rootfs/beside-program.ts";
import { type AbsPath, compareBytes, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";

/** Files that document, build, test or install, and those that belong to other programs. */
const notRead =
  /^\/usr\/(?:local\/)?(?:include|src|games|share\/(?:applications|bash-completion|bug|doc|doc-base|emacs|icons|info|lintian|locale|man|menu|metainfo|mime|pixmaps|zsh))\/|^\/etc\/(?:alternatives|apt|bash_completion\.d|cron\.\w+|default|init\.d|logrotate\.d|systemd)\/|^\/(?:usr\/)?lib\/(?:systemd|tmpfiles\.d|sysusers\.d|udev)\/|^\/var\/lib\/(?:dpkg|apt)\/|\/(?:lib(?:32|64|x32)?(?:\/[^/]+-linux-\w+)?|share)\/(?:pkgconfig|cmake)\/|\/(?:tests?|examples?|demos?|include)\/|\.(?:a|la|h|hpp|hxx|o|cmt|cmti|mli|pc)$/u;
const programDirectory = /^(?:\/usr(?:\/local)?)?\/s?bin$/u;
const unknownWhy = ", and no rules say what this run-time loads";

/**
 * The files that a run-time without a plug-in may load: the files of the package that owns it and of those that are
 * built from the same source and that it depends on, without documents, headers and static libraries; without an owner,
 * what lies in its own directory or is named after it. Its objects come with their libraries.
 */
export async function* unknownRuntime(
  proc: ProcessContext,
  { program, packages, wrapper }: UnknownProgram,
): AsyncIterable<Yield> {
  const trees = await treesOf(proc.root, { program, wrapper }, packages);
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

/**
 * The unit of the package that owns the program; with it packages of its source that the package of a script which runs
 * it depends on.
 */
async function treesOf(
  root: RootFs,
  { program, wrapper }: { readonly program: AbsPath; readonly wrapper: AbsPath | undefined },
  packages: PackagesOfSystem,
): Promise<readonly ProgramTree[]> {
  const owner = packages.ownerOf(program);
  if (owner === undefined) return wrapper === undefined ? besideProgram(root, program) : [];
  // Programs of every system are not a run-time of an application.
  if (owner.isEssential?.() === true) return [];
  const user = wrapper === undefined ? undefined : packages.ownerOf(wrapper);
  const wanted = user === undefined ? [] : packages.dependenciesOf(user);
  const own = wanted.filter((one) => sourceName(one) === sourceName(owner));
  const chosen = new Set([owner, ...own].flatMap((one) => packages.unitOf(one).packages));
  return [...chosen].toSorted((left, right) => compareBytes(left.name, right.name));
}
