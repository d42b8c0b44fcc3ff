/**
 * Functions of importlib, runpy and pkgutil that are given the name of a module, perhaps with an attribute: `a.b:c`.
 */
export const importCalls: ReadonlySet<string> = new Set(["import_module", "__import__", "run_module", "resolve_name"]);

/** Functions of importlib.metadata and pkg_resources that are given the name of a distribution. */
export const metadataCalls: ReadonlySet<string> = new Set([
  "version",
  "distribution",
  "metadata",
  "requires",
  "files",
  "get_distribution",
  "require",
]);

/** Functions whose literal first argument names a module, a library or a distribution. */
export const watchedCalls: ReadonlySet<string> = new Set([
  ...importCalls,
  ...metadataCalls,
  "find_library",
  "CDLL",
  "PyDLL",
  "LoadLibrary",
  "dlopen",
  "load_entry_point",
]);

/** Functions of os, subprocess, asyncio and shutil whose first argument names a program, or is a command. */
export const programCalls: ReadonlySet<string> = new Set(
  (
    "Popen call check_call check_output create_subprocess_exec create_subprocess_shell execl execlp execv execvp getoutput " +
    "getstatusoutput popen run spawnlp spawnv spawnvp system which"
  ).split(" "),
);

/** Settings of Django, pytest, Sphinx, MkDocs and those who do as they do. */
export const packageLists: ReadonlySet<string> = new Set(["INSTALLED_APPS", "pytest_plugins", "extensions", "plugins"]);
/** Functions and classes of ctypes, cffi and sqlite3. */
export const libraryOpeners: ReadonlySet<string> = new Set([
  "dlopen",
  "CDLL",
  "PyDLL",
  "cdll",
  "LoadLibrary",
  "load_extension",
]);
/** Functions of os, glob and pathlib. */
const directoryListers: ReadonlySet<string> = new Set(["listdir", "scandir", "iterdir", "glob", "iglob", "rglob"]);
/** Functions of os that start programs, whatever they are given, and the module that has no others. */
const processStarters: ReadonlySet<string> = new Set(
  (
    "execl execle execlp execlpe execv execve execvp execvpe posix_spawn posix_spawnp spawnl spawnle spawnlp spawnlpe " +
    "spawnv spawnve spawnvp spawnvpe subprocess"
  ).split(" "),
);
/** Of importlib.metadata and pkg_resources. */
const entryPointLoaders: ReadonlySet<string> = new Set(["entry_points", "iter_entry_points", "get_entry_map"]);

/** The words anywhere in a source that are facts about it. */
export interface Marks {
  importsComputed: boolean;
  looksUpComputed: boolean;
  opensLibraries: boolean;
  listsModules: boolean;
  listsDirectory: boolean;
  startsPrograms: boolean;
  listsPackages: boolean;
  loadsEntryPoints: boolean;
  installsFinder: boolean;
  touchesPath: boolean;
}

/** Marks that a word alone sets, wherever it stands. */
export const markOfWord: ReadonlyMap<string, keyof Marks> = new Map(
  (
    [
      ["opensLibraries", libraryOpeners],
      ["listsModules", new Set(["iter_modules", "walk_packages"])],
      ["startsPrograms", processStarters],
      ["listsDirectory", directoryListers],
      ["installsFinder", new Set(["meta_path"])],
      ["loadsEntryPoints", entryPointLoaders],
      ["listsPackages", packageLists],
    ] as const
  ).flatMap(([mark, words]) => [...words].map((word) => [word, mark] as const)),
);

/** All words that a scan of a source takes note of, by their first letter: a bit for each length. */
const tellingLengths = new Uint32Array(128);
for (const word of [
  ..."import from def path __path__ contents".split(" "),
  ...watchedCalls,
  ...programCalls,
  ...markOfWord.keys(),
]) {
  const first = word.charCodeAt(0);
  tellingLengths[first] = (tellingLengths[first] ?? 0) | (1 << word.length);
}

/** False for most words: none of those that a scan takes note of begins with this character and has this length. */
export function mayTell(first: number, length: number): boolean {
  return length < 32 && ((tellingLengths[first] ?? 0) & (1 << length)) !== 0;
}
