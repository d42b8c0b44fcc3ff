import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PythonCommand } from "./command-line.ts";
import type { PythonLayout } from "./layout.ts";
import { type EditableTable, type PathFile, readPathFiles, type StandIn } from "./path-files.ts";

/** Where a process looks for modules. */
export interface SearchPath {
  /** `sys.path` when the program starts, only what exists, in order; then places that programs add themselves. */
  readonly directories: readonly AbsPath[];
  /** Directories that hold installed distributions. */
  readonly siteDirectories: readonly AbsPath[];
  /** Archives on `sys.path`. */
  readonly archives: readonly AbsPath[];
  readonly pathFiles: readonly PathFile[];
  /** The directories that editable installs keep elsewhere. */
  readonly editable: EditableTable;
  /** Packages that finders load for others, by the names of those. */
  readonly standIns: ReadonlyMap<string, StandIn>;
}

/** Computes `sys.path` as CPython and its `site` do, out of files, arguments and variables alone. */
export async function findSearchPath(
  proc: ProcessContext,
  command: PythonCommand,
  layout: PythonLayout,
  files: ProcessFiles,
): Promise<SearchPath> {
  const env = command.ignoresEnvironment ? {} : proc.env;
  const directories = new Set<AbsPath>();
  const archives = new Set<AbsPath>();
  const add = async (path: AbsPath): Promise<void> => {
    if (await files.isDirectory(path)) directories.add(path);
    else if (await files.isFile(path)) archives.add(path);
  };

  const first = await firstDirectory(proc, command, files);
  if (first !== undefined && !env["PYTHONSAFEPATH"]) await add(first);
  const fromEnv = (env["PYTHONPATH"] ?? "").split(":").filter((part) => part !== "");
  for (const part of fromEnv) await add(toAbsPath(part, proc.workdir));
  for (const path of [layout.zip, layout.stdlib, layout.dynload]) if (path !== undefined) await add(path);

  const siteDirectories = new Set<AbsPath>();
  const pathFiles: PathFile[] = [];
  const candidates = command.skipsSite ? [] : [...(await siteCandidates(proc, command, layout, files))];
  // Path files may add to the list while it is gone through.
  for (const site of candidates) {
    if (siteDirectories.has(site) || !(await files.isDirectory(site))) continue;
    siteDirectories.add(site);
    directories.add(site);
    for (const pathFile of await readPathFiles(site, files)) {
      pathFiles.push(pathFile);
      for (const directory of pathFile.directories) await add(directory);
      candidates.push(...pathFile.siteDirectories);
    }
  }
  const editable: EditableTable = {
    packages: new Map(pathFiles.flatMap((one) => [...one.editable.packages])),
    namespaces: new Map(pathFiles.flatMap((one) => [...one.editable.namespaces])),
  };
  // Servers that are told `module:attribute` put the working directory first themselves.
  const own = proc.appRoot === undefined ? [] : [proc.appRoot, childOf(proc.appRoot, "src")];
  for (const path of [proc.workdir, ...own, ...(await toldDirectories(proc, command, files))]) {
    if (path !== "/") await add(path);
  }
  for (const directory of directories) {
    const isApp = proc.appRoot !== undefined && isWithin(directory, proc.appRoot);
    const isSite = directory !== layout.stdlib && (await holdsDistributions(directory, { files, isApp }));
    if (isSite) siteDirectories.add(directory);
  }
  return {
    directories: [...directories],
    siteDirectories: [...siteDirectories],
    archives: [...archives],
    pathFiles,
    editable,
    standIns: new Map(pathFiles.flatMap((one) => [...one.standIns])),
  };
}

/** Who is told a source puts the directory above its packages first, as pytest does and Python itself. */
async function toldDirectories(
  proc: ProcessContext,
  command: PythonCommand,
  files: ProcessFiles,
): Promise<readonly AbsPath[]> {
  const words = command.rest.filter((word) => /^[^-].*\.py$/u.test(word)).map((word) => toAbsPath(word, proc.workdir));
  const directories: AbsPath[] = [];
  for (const path of [...proc.entries, ...words]) {
    let directory = parentOf(path);
    while (directory !== "/" && (await files.isFile(childOf(directory, "__init__.py"))))
      directory = parentOf(directory);
    directories.push(directory);
  }
  return directories;
}

async function firstDirectory(
  proc: ProcessContext,
  command: PythonCommand,
  files: ProcessFiles,
): Promise<AbsPath | undefined> {
  if (command.isSafePath) return undefined;
  if (command.target.kind !== "script") return proc.workdir;
  const script = toAbsPath(command.target.path, proc.workdir);
  const real = (await files.realPath(script)) ?? script;
  // A directory or archive that is run is searched itself.
  return (await files.isDirectory(real)) ? real : parentOf(real);
}

async function siteCandidates(
  proc: ProcessContext,
  command: PythonCommand,
  layout: PythonLayout,
  files: ProcessFiles,
): Promise<readonly AbsPath[]> {
  const { venv, basePrefix } = layout;
  const python = `python${layout.version.folder}`;
  const inVenv = venv === undefined ? [] : ["lib", "lib64"].map((lib) => `${venv.root}/${lib}/${python}/site-packages`);
  if (venv !== undefined && !venv.usesSystemSite) return inVenv.map((path) => toAbsPath(path));

  const home = proc.env["HOME"];
  const hasUserSite = home && !command.skipsUserSite && !proc.env["PYTHONNOUSERSITE"];
  const user = hasUserSite ? [`${home}/.local/lib/${python}/site-packages`] : [];
  // The distribution's own patch of `site` tells which directories are searched.
  const site = (await files.readText(childOf(layout.stdlib, "site.py"))) ?? "";
  const system = site.includes("dist-packages")
    ? [
        `${basePrefix}/local/lib/${python}/dist-packages`,
        `${basePrefix}/lib/python3/dist-packages`,
        `${basePrefix}/lib/${python}/dist-packages`,
      ]
    : (site.includes("RPM_BUILD_ROOT") ? ["/usr/local", basePrefix] : [basePrefix]).flatMap((prefix) =>
        ["lib", "lib64"].map((lib) => `${prefix}/${lib}/${python}/site-packages`),
      );
  const candidates = [...inVenv, ...user, ...system].map((path) => toAbsPath(path));
  return dropAliases(candidates, files);
}

/** `lib64` is often a link to `lib`: the second name of a directory adds nothing. */
async function dropAliases(paths: readonly AbsPath[], files: ProcessFiles): Promise<readonly AbsPath[]> {
  const seen = new Set<AbsPath>();
  const kept: AbsPath[] = [];
  for (const path of paths) {
    const real = await files.realPath(path);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    kept.push(path);
  }
  return kept;
}

/**
 * An installer records what it puts into a directory. Metadata that an application has beside its own sources records
 * nothing, and they stay the application's.
 */
async function holdsDistributions(
  directory: AbsPath,
  { files, isApp }: { readonly files: ProcessFiles; readonly isApp: boolean },
): Promise<boolean> {
  for (const name of await files.names(directory)) {
    if (!name.endsWith(".dist-info")) continue;
    if (!isApp || (await files.isFile(toAbsPath(`${name}/RECORD`, directory)))) return true;
  }
  return false;
}
