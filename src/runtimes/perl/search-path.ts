import type { ProcessContext } from "../../closure/model/closure.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PerlCommand } from "./command-line.ts";

/** Where a perl looks for modules. */
export interface PerlPath {
  /** `@INC` when the program starts, only what exists, in order. */
  readonly directories: readonly AbsPath[];
  /** Those of them that hold perl's own modules. */
  readonly core: readonly AbsPath[];
  /** Those of them that `-I` and PERL5LIB name and no manager fills: the author's own. */
  readonly own: readonly AbsPath[];
  /** `5.40`, as directories of the core are named; `5.0` where none tells. */
  readonly version: string;
}

/**
 * `@INC` as it is compiled into the program, or into the libperl that it needs, behind `-I` and PERL5LIB. Only the
 * directories are read from there; their order is that in which perl tries kinds of directories: site, vendor, core
 * (perlrun(1), perlvar(1)).
 */
export async function findPerlPath(proc: ProcessContext, command: PerlCommand, files: ProcessFiles): Promise<PerlPath> {
  const compiled: { readonly path: AbsPath; readonly isCore: boolean }[] = [];
  for (const path of await compiledDirectories(proc, files)) {
    if (await files.isDirectory(path)) compiled.push({ path, isCore: await isCore(path, files) });
  }
  const isDebian = compiled.some(({ path }) => path.endsWith("/perl-base"));
  const ranked = compiled.toSorted(
    (left, right) => rank(left, isDebian) - rank(right, isDebian) || archRank(left.path) - archRank(right.path),
  );
  const given = [...command.directories, ...(proc.env["PERL5LIB"] ?? "").split(":")].filter((part) => part !== "");
  const directories = new Set<AbsPath>();
  for (const part of given) {
    for (const path of await withArchitecture(toAbsPath(part, proc.workdir), files)) directories.add(path);
  }
  const own: AbsPath[] = [];
  for (const path of directories) {
    const isInstalled = path.includes("/perl5") || compiled.some((one) => isWithin(path, one.path));
    // Whoever installs modules makes `auto` beside them.
    if (!isInstalled && !(await files.isDirectory(childOf(path, "auto")))) own.push(path);
  }
  for (const { path } of ranked) directories.add(path);
  const core = ranked.flatMap((one) => (one.isCore ? [one.path] : []));
  return {
    directories: [...directories],
    core,
    own,
    version: core.flatMap((path) => /\/(5\.\d+)(?:\.\d+)?(?:\/|$)/u.exec(path)?.[1] ?? [])[0] ?? "5.0",
  };
}

/** A directory of `use lib` or PERL5LIB with those for its version and architecture, which come first (lib(3perl)). */
export async function withArchitecture(path: AbsPath, files: ProcessFiles): Promise<readonly AbsPath[]> {
  if (!(await files.isDirectory(path))) return [];
  const own: AbsPath[] = [];
  for (const name of await files.names(path)) {
    if (!/^5\.\d|-linux|^linux-/u.test(name) || !(await files.isDirectory(childOf(path, name)))) continue;
    own.push(childOf(path, name));
    for (const inner of await files.names(childOf(path, name))) {
      if (/-linux|^linux-/u.test(inner)) own.push(childOf(childOf(path, name), inner));
    }
  }
  return [...own.toSorted((left, right) => right.length - left.length), path];
}

/** The directories that a program or library of Perl has compiled in. The same one runs every script. */
async function compiledDirectories(proc: ProcessContext, files: ProcessFiles): Promise<ReadonlySet<AbsPath>> {
  const library = proc.elf?.needed.find((name) => name.startsWith("libperl.so"));
  const path = library === undefined ? proc.realProgram : await proc.findLibrary(library);
  if (path === undefined) return new Set();
  const known = knownDirectories.get(proc.root) ?? new Map<AbsPath, ReadonlySet<AbsPath>>();
  knownDirectories.set(proc.root, known);
  const found = known.get(path) ?? directoriesIn(latin1((await files.readBytes(path)) ?? new Uint8Array()));
  known.set(path, found);
  return found;
}

const knownDirectories = new WeakMap<ProcessContext["root"], Map<AbsPath, ReadonlySet<AbsPath>>>();

function directoriesIn(text: string): ReadonlySet<AbsPath> {
  const found = new Set<AbsPath>();
  for (const [, word = ""] of text.matchAll(/[^\x20-\x7e](\/[\w.+/-]{4,200})(?=[^\x20-\x7e])/gu)) {
    if (/perl/u.test(word)) found.add(toAbsPath(word));
  }
  return found;
}

/** Modules one of which every directory of the core has. */
export const coreLandmarks: readonly string[] = ["strict.pm", "Config.pm"];

async function isCore(path: AbsPath, files: ProcessFiles): Promise<boolean> {
  const names = await files.names(path);
  return coreLandmarks.some((name) => names.has(name));
}

function rank({ path, isCore: core }: { readonly path: AbsPath; readonly isCore: boolean }, isDebian: boolean): number {
  if (path === "/etc/perl") return 0;
  if (core) return path.endsWith("/perl-base") ? 3 : 4;
  if (isDebian && path.endsWith("/site_perl")) return 5;
  return /\/site_perl(?:\/|$)/u.test(path) || path.startsWith("/usr/local/") ? 1 : 2;
}

/** Directories for one architecture come first. */
function archRank(path: AbsPath): number {
  if (/linux/u.test(path) || path.includes("/lib64/")) return 0;
  return parentOf(path).startsWith("/usr/lib") ? 1 : 2;
}
