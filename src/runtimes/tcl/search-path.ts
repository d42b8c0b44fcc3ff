import type { ProcessContext } from "../../closure/model/closure.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import { existingDirectories } from "../../languages/existing-directories.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** Where a Tcl looks for its own scripts, packages and modules. */
export interface TclPaths {
  /** Directories of scripts that libraries bring: `init.tcl`, for Tk `tk.tcl`. The first is that of Tcl itself. */
  readonly libraries: readonly AbsPath[];
  /** `auto_path` when the program starts, only what exists. */
  readonly autoPath: readonly AbsPath[];
  /** `tcl::tm::path list`, only what exists. */
  readonly modulePath: readonly AbsPath[];
}

/**
 * TCL_LIBRARY, TCLLIBPATH and TCL8_6_TM_PATH, then what is compiled into libtcl: the directory of `init.tcl`, the
 * directories of packages, and those that follow from them (tclUnixInit.c, tclvars(n), tm(n)).
 */
export async function findTclPaths(proc: ProcessContext, files: ProcessFiles): Promise<TclPaths> {
  const { env, workdir } = proc;
  const texts: string[] = [];
  for (const soname of proc.elf?.needed.filter((name) => /^lib(?:tcl|tk|expect)/u.test(name)) ?? []) {
    const library = await proc.findLibrary(soname);
    if (library !== undefined) texts.push(...(await pathsIn(library, files)));
  }
  texts.push(...(await pathsIn(proc.realProgram, files)));
  const given = env["TCL_LIBRARY"] ?? "";
  const named = [given, ...texts.flatMap((text) => text.split(/[: ]/u))].filter((part) => part !== "");
  const libraries: AbsPath[] = [];
  for (const path of new Set(named.map((part) => toAbsPath(part, workdir)))) {
    const names = await files.names(path);
    if (names.has("init.tcl") || names.has("tk.tcl")) libraries.push(path);
  }
  libraries.sort((left, right) => rank(left) - rank(right));
  const own = libraries.slice(0, 1);
  const lists = texts.filter((text) => /[: ]\//u.test(text)).flatMap((text) => text.split(/[: ]/u));
  const parents = [...own.map(parentOf), toAbsPath("../lib", parentOf(proc.realProgram))];
  const packages = lists.filter((part) => part.startsWith("/")).map((part) => toAbsPath(part));
  const words = (env["TCLLIBPATH"] ?? "").split(/[\s{}]+/u).filter((part) => part !== "");
  const autoPath = [...words.map((part) => toAbsPath(part, workdir)), ...own, ...parents, ...packages];
  const version = /(\d)\.(\d+)$/u.exec(own[0] ?? "");
  const major = version?.[1] ?? "8";
  const modules: AbsPath[] = Object.keys(env)
    .filter((name) => /^TCL\d_\d+_TM_PATH$/iu.test(name))
    .flatMap((name) => (env[name] ?? "").split(":"))
    .filter((part) => part !== "")
    .map((part) => toAbsPath(part, workdir));
  for (const base of [...own, ...parents, ...packages]) {
    const directory = childOf(base, `tcl${major}`);
    for (const name of await files.names(directory)) {
      if (/^\d+\.\d+$|^site-tcl$/u.test(name)) modules.push(childOf(directory, name));
    }
    modules.push(directory);
  }
  return {
    libraries,
    autoPath: await existingDirectories(autoPath, files),
    modulePath: await existingDirectories(modules, files),
  };
}

/** Texts of paths in a library, also in its writable data, where Tcl keeps some. */
export async function pathsIn(path: AbsPath, files: ProcessFiles): Promise<readonly string[]> {
  const text = latin1((await files.readBytes(path)) ?? new Uint8Array());
  return [...text.matchAll(/(?<=\0)\/[\w.+/: -]{4,500}(?=\0|$)/gu)]
    .map(([found]) => found)
    .filter((found) => /tcl|tk|lib/iu.test(found));
}

function rank(path: AbsPath): number {
  return baseName(path).startsWith("tcl") ? 0 : 1;
}
