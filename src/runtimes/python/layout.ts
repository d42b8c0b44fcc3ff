import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PythonVersion } from "./version.ts";

/** A virtual environment (PEP 405). */
export interface VirtualEnvironment {
  readonly root: AbsPath;
  /** The `pyvenv.cfg`. */
  readonly config: AbsPath;
  readonly usesSystemSite: boolean;
}

/** Where an installation keeps its parts. */
export interface PythonLayout {
  readonly version: PythonVersion;
  /** `sys.base_prefix`. */
  readonly basePrefix: AbsPath;
  /** Directory of the standard library. */
  readonly stdlib: AbsPath;
  /** Directory of the extension modules of the standard library; it is a landmark, though it may be empty. */
  readonly dynload: AbsPath | undefined;
  /** Where a zipped standard library would be looked for. */
  readonly zip: AbsPath;
  readonly venv: VirtualEnvironment | undefined;
}

/**
 * Finds the installation as CPython's getpath does: the virtual environment by `pyvenv.cfg` beside or above the
 * program, then the prefix by `os.py`, upwards from the program's place and finally in the usual prefixes. Undefined
 * when no standard library is found.
 */
export async function findLayout(
  proc: ProcessContext,
  version: PythonVersion,
  files: ProcessFiles,
): Promise<PythonLayout | undefined> {
  const home = proc.env["PYTHONHOME"];
  const environment = home ? undefined : await findEnvironment(proc.program, files);
  const starts = [
    ...(home ? [toAbsPath(home.split(":")[0] ?? home)] : []),
    ...(environment?.home === undefined ? [] : [environment.home]),
    parentOf(proc.realProgram),
    parentOf(proc.program),
  ];
  const prefixes = [...starts.flatMap(ancestorsOf), toAbsPath("/usr/local"), toAbsPath("/usr")];
  for (const prefix of prefixes) {
    for (const folder of ["lib", "lib64"]) {
      const stdlib = toAbsPath(`${folder}/python${version.folder}`, prefix);
      if (!(await hasLandmark(stdlib, files))) continue;
      return {
        version,
        basePrefix: prefix,
        stdlib,
        dynload: await findDynload(prefix, version, files),
        zip: toAbsPath(`${folder}/python${version.folder.replace(".", "")}.zip`, prefix),
        venv: environment?.venv,
      };
    }
  }
  return undefined;
}

async function findEnvironment(
  program: AbsPath,
  files: ProcessFiles,
): Promise<{ readonly venv: VirtualEnvironment; readonly home: AbsPath | undefined } | undefined> {
  const directory = parentOf(program);
  for (const root of [parentOf(directory), directory]) {
    const config = childOf(root, "pyvenv.cfg");
    const text = await files.readText(config);
    if (text === undefined) continue;
    const settings = readSettings(text);
    const home = settings.get("home");
    return {
      venv: { root, config, usesSystemSite: settings.get("include-system-site-packages")?.toLowerCase() === "true" },
      home: home?.startsWith("/") === true ? toAbsPath(home) : undefined,
    };
  }
  return undefined;
}

function readSettings(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals > 0) settings.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return settings;
}

async function hasLandmark(stdlib: AbsPath, files: ProcessFiles): Promise<boolean> {
  return (await files.isFile(childOf(stdlib, "os.py"))) || files.isFile(childOf(stdlib, "os.pyc"));
}

async function findDynload(prefix: AbsPath, version: PythonVersion, files: ProcessFiles): Promise<AbsPath | undefined> {
  for (const folder of ["lib", "lib64"]) {
    const dynload = toAbsPath(`${folder}/python${version.folder}/lib-dynload`, prefix);
    if (await files.isDirectory(dynload)) return dynload;
  }
  return undefined;
}

/** The directory itself and everything above it; a directory `/usr/bin` gives `/usr/bin`, `/usr`, `/`. */
function ancestorsOf(directory: AbsPath): readonly AbsPath[] {
  const ancestors = [directory];
  for (let at = directory; baseName(at) !== ""; ) {
    at = parentOf(at);
    ancestors.push(at);
  }
  return ancestors;
}
