import type { ProcessContext } from "../../closure/model/closure.ts";
import { defaultScript } from "../../languages/default-script.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { type PerlCommand, readPerlCommand } from "./command-line.ts";
import { findPerlPath, type PerlPath } from "./search-path.ts";

/** The facts of a Perl process before any source is read. */
export interface Installation {
  readonly proc: ProcessContext;
  readonly command: PerlCommand;
  readonly files: ProcessFiles;
  readonly path: PerlPath;
  /** The program's source; undefined for `-e` and standard input. */
  readonly script: AbsPath | undefined;
}

/** Whose a file is. */
export type Area = "core" | "site" | "app";

/** Undefined when the interpreter has no library. */
export async function openInstallation(proc: ProcessContext): Promise<Installation | undefined> {
  const files = processFiles(proc.root);
  const own = readPerlCommand(proc.args);
  const options = readPerlCommand((proc.env["PERL5OPT"] ?? "").split(/\s+/u).filter((part) => part !== ""));
  const named = own.script ?? (own.code === undefined ? (await defaultScript(proc, ".pl"))[0] : undefined);
  const command: PerlCommand = {
    ...own,
    script: named,
    directories: [...own.directories, ...options.directories],
    modules: [...options.modules, ...own.modules],
  };
  const path = await findPerlPath(proc, command, files);
  if (path.core.length === 0) return undefined;
  const script = named === undefined ? undefined : await scriptPath(proc, command, named);
  return { proc, command, files, path, script };
}

/** `-S` looks a name without a slash up on PATH. */
async function scriptPath(proc: ProcessContext, command: PerlCommand, name: string): Promise<AbsPath> {
  const path = toAbsPath(name, proc.workdir);
  if (!command.searchesPath || name.includes("/")) return path;
  return (await proc.findProgram(baseName(path))) ?? path;
}

/** By the closest directory of `@INC` that holds the file; the application's own come first. */
export function areaOf({ path, proc }: Installation, file: AbsPath): Area {
  let best: { readonly area: Area; readonly length: number } = { area: "app", length: 0 };
  const offer = (area: Area, directory: AbsPath): void => {
    if (directory.length > best.length && isWithin(file, directory)) best = { area, length: directory.length };
  };
  if (proc.appRoot !== undefined) offer("app", proc.appRoot);
  for (const directory of path.directories) {
    const isInApp = proc.appRoot !== undefined && isWithin(directory, proc.appRoot) && !directory.includes("/perl5");
    const isApp = isInApp || path.own.includes(directory);
    offer(path.core.includes(directory) ? "core" : isApp ? "app" : "site", directory);
  }
  return best.area;
}
