import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** A release of CPython as its file names tell it. */
export interface PythonVersion {
  /** `3.13`. */
  readonly number: string;
  /** `3.13`, or `3.13t` for builds without the global lock: the name of the library folder after `python`. */
  readonly folder: string;
  /** The tag of bytecode and extension modules: `cpython-313`. */
  readonly tag: string;
}

const programName = /^(?:platform-)?python(?:3(?:\.\d+t?)?)?$/u;
const libraryName = /^libpython(3\.\d+t?)(?:d|m)?\.so/u;

/** True when a file's name is that of the interpreter, so that its arguments are those of `python3`. */
export function isPythonName(path: AbsPath): boolean {
  return programName.test(baseName(path));
}

/** True when a program loads the interpreter as a library. */
export function needsLibPython(elf: ElfFile): boolean {
  return elf.needed.some((soname) => libraryName.test(soname));
}

/**
 * Reads the version from the program's name, from the library that it needs, or from the only one that is installed.
 */
export async function findVersion(
  program: { readonly path: AbsPath; readonly realPath: AbsPath; readonly elf: ElfFile | undefined },
  files: ProcessFiles,
): Promise<PythonVersion | undefined> {
  for (const path of [program.realPath, program.path]) {
    const named = /^python(3\.\d+t?)$/u.exec(baseName(path))?.[1];
    if (named !== undefined) return versionOf(named);
  }
  for (const soname of program.elf?.needed ?? []) {
    const needed = libraryName.exec(soname)?.[1];
    if (needed !== undefined) return versionOf(needed);
  }
  const prefixes = [parentOf(parentOf(program.realPath)), toAbsPath("/usr/local"), toAbsPath("/usr")];
  for (const prefix of prefixes) {
    for (const folder of ["lib", "lib64"]) {
      const found = await newestIn(childOf(prefix, folder), files);
      if (found !== undefined) return versionOf(found);
    }
  }
  return undefined;
}

async function newestIn(directory: AbsPath, files: ProcessFiles): Promise<string | undefined> {
  const found: string[] = [];
  for (const name of await files.names(directory)) {
    const version = /^python(3\.\d+t?)$/u.exec(name)?.[1];
    if (version === undefined) continue;
    const home = childOf(directory, name);
    if (await files.isFile(childOf(home, "os.py"))) found.push(version);
  }
  return found.sort((left, right) => minorOf(left) - minorOf(right)).at(-1);
}

function minorOf(version: string): number {
  return Number.parseInt(version.slice(2), 10);
}

function versionOf(folder: string): PythonVersion {
  return { folder, number: folder.replace("t", ""), tag: `cpython-${folder.replace(".", "")}` };
}
