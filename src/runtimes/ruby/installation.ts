import type { ProcessContext } from "../../closure/model/closure.ts";
import { sharedFiles } from "../../rootfs/listings.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type RubyCommand, readRubyCommand } from "./command-line.ts";
import { type GemIndex, gemDirectories, indexGems } from "./gems.ts";

/** The facts of a Ruby process before any source is read. */
export interface Installation {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly command: RubyCommand;
  /** Where the program starts. */
  readonly workdir: AbsPath;
  /** `$LOAD_PATH` when the program starts, only what exists, in order. */
  readonly loadPath: readonly AbsPath[];
  /** Those of them that `-I` and RUBYLIB name: the author's own, where gems do not lie there. */
  readonly named: readonly AbsPath[];
  /** Those of them that hold Ruby's own library, sources and compiled parts. */
  readonly core: readonly AbsPath[];
  /** The directory of `rbconfig.rb` and compiled parts. */
  readonly archDirectory: AbsPath;
  /** The version of the library, such as `3.3.0`. */
  readonly apiVersion: string;
  readonly gems: GemIndex;
  readonly script: AbsPath | undefined;
  /** False with `--disable-gems`. */
  readonly hasGems: boolean;
  /** It stands for several processes, each with a script of its own. */
  readonly hasManyScripts?: boolean;
}

/** Whose a file is. */
export type Area = "core" | "site" | "app";

/**
 * `defaultArgs` are what the program is started with where nothing else is said. Undefined when the interpreter has no
 * library.
 */
export async function openInstallation(
  proc: ProcessContext,
  defaultArgs: readonly string[],
): Promise<Installation | undefined> {
  const files = sharedFiles(proc.root);
  const own = readRubyCommand(proc.args);
  const isBare = own.script === undefined && own.code === undefined;
  const options = readRubyCommand((proc.env["RUBYOPT"] ?? "").split(/\s+/u).filter((part) => part !== ""));
  const command: RubyCommand = {
    ...own,
    script: isBare ? defaultArgs[0] : own.script,
    directories: [...own.directories, ...options.directories],
    libraries: [...options.libraries, ...own.libraries],
    disabled: new Set([...own.disabled, ...options.disabled]),
  };
  const workdir = command.directory === undefined ? proc.workdir : toAbsPath(command.directory, proc.workdir);
  const compiled = await compiledLoadPath(proc, files);
  const archDirectory = await archDirectoryOf(compiled, files);
  if (archDirectory === undefined) return undefined;
  const apiVersion = [...compiled, archDirectory].map(versionIn).find((found) => found !== undefined) ?? "";
  const library = compiled.filter((path) => baseName(path) === apiVersion && isLibrary(path, archDirectory));
  const core = [...new Set([...library, archDirectory])];
  const given = [...command.directories, ...(proc.env["RUBYLIB"] ?? "").split(":")].filter((part) => part !== "");
  const named = given.map((part) => toAbsPath(part, workdir)).filter((path) => !compiled.includes(path));
  const loadPath = [...new Set([...named, ...compiled, archDirectory])];
  const directories = await gemDirectories({ proc, files, workdir, core, apiVersion });
  const gems = await indexGems(directories, { files, apiVersion });
  const script = command.script === undefined ? undefined : await scriptPath(proc, command, workdir);
  const hasGems = !command.disabled.has("gems") && !command.disabled.has("all");
  return { proc, files, command, workdir, loadPath, named, core, archDirectory, apiVersion, gems, script, hasGems };
}

/**
 * The directories that are compiled into libruby, or into a program that holds it, in the order of `$LOAD_PATH`: site,
 * vendor, Ruby's own, each with its directory for the architecture (loadpath.c of ruby).
 */
async function compiledLoadPath(proc: ProcessContext, files: ProcessFiles): Promise<readonly AbsPath[]> {
  const soname = proc.elf?.needed.find((name) => name.startsWith("libruby"));
  const library = soname === undefined ? undefined : await proc.findLibrary(soname);
  const elf = library === undefined ? proc.elf : await proc.readElf(library);
  const found: AbsPath[] = [];
  for (const text of (await elf?.strings("ruby")) ?? []) {
    if (!/^\/[\w.+/-]*ruby[\w.+/-]*$/u.test(text)) continue;
    const path = toAbsPath(text);
    if (!found.includes(path) && (await files.isDirectory(path))) found.push(path);
  }
  return found;
}

/** The first directory that has `rbconfig.rb`; some distributions have it one level below the library. */
async function archDirectoryOf(compiled: readonly AbsPath[], files: ProcessFiles): Promise<AbsPath | undefined> {
  for (const path of compiled) {
    if (await files.isFile(childOf(path, "rbconfig.rb"))) return path;
  }
  for (const path of compiled) {
    for (const name of await files.names(path)) {
      if (/linux/u.test(name) && (await files.isFile(childOf(childOf(path, name), "rbconfig.rb")))) {
        return childOf(path, name);
      }
    }
  }
  return undefined;
}

function versionIn(path: AbsPath): string | undefined {
  return /\/(\d+\.\d+\.\d+)(?=\/|$)/u.exec(path)?.[1];
}

function isLibrary(path: AbsPath, archDirectory: AbsPath): boolean {
  if (path === archDirectory) return true;
  return !/\/(?:site_ruby|vendor_ruby|gems)(?:\/|$)/u.test(path) && !path.startsWith(`${archDirectory}/`);
}

async function scriptPath(proc: ProcessContext, command: RubyCommand, workdir: AbsPath): Promise<AbsPath> {
  const name = command.script ?? "";
  const path = toAbsPath(name, workdir);
  if (!command.searchesPath || name.includes("/")) return path;
  return (await proc.findProgram(name)) ?? path;
}

/** By the closest directory that holds the file. What RubyGems itself is made of is Ruby's own wherever it lies. */
export function areaOf({ proc, core, loadPath, named, gems, apiVersion }: Installation, file: AbsPath): Area {
  let best: { readonly area: Area; readonly length: number } = { area: "app", length: 0 };
  const offer = (area: Area, directory: AbsPath): void => {
    if (directory.length > best.length && isWithin(file, directory)) best = { area, length: directory.length };
  };
  const { appRoot } = proc;
  if (appRoot !== undefined) offer("app", appRoot);
  for (const directory of core) offer("core", directory);
  for (const directory of loadPath) {
    if (core.includes(directory)) continue;
    const isNamed = named.includes(directory) && !gems.directories.some((gem) => isWithin(directory, gem));
    const isApp = isNamed || (appRoot !== undefined && isWithin(directory, appRoot));
    offer(isApp ? "app" : "site", directory);
    const ownGems = childOf(directory, "rubygems");
    if (isWithin(file, ownGems) || file === `${ownGems}.rb`) return "core";
  }
  for (const directory of gems.directories) offer("site", directory);
  for (const directory of core) offer("site", childOf(childOf(parentOf(directory), "gems"), apiVersion));
  return best.area;
}
