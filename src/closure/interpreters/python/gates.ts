/** Imports that only happen when a program uses a certain part of a module. */
interface Gate {
  /** The module whose imports wait; those below it as well when it ends in `.*`. */
  readonly from: string;
  /** What it imports: a module and everything below. */
  readonly imports: readonly string[];
  /** One of these must stand in a source beyond the standard library; none means that it never happens on Linux. */
  readonly words: readonly string[];
}

const gates: readonly Gate[] = [
  { from: "asyncio.*", imports: ["asyncio.windows_events", "asyncio.windows_utils"], words: [] },
  { from: "concurrent.futures", imports: ["concurrent.futures.process"], words: ["ProcessPoolExecutor"] },
  { from: "ctypes.util", imports: ["ctypes._aix", "ctypes.macholib"], words: [] },
  { from: "datetime", imports: ["_pydatetime"], words: [] },
  { from: "decimal", imports: ["_pydecimal"], words: [] },
  { from: "multiprocessing.connection", imports: ["xmlrpc"], words: ["XmlListener", "XmlClient"] },
  { from: "multiprocessing.*", imports: ["multiprocessing.popen_spawn_win32"], words: [] },
  { from: "platform", imports: ["plistlib", "ctypes", "_ios_support"], words: [] },
  { from: "importlib", imports: ["importlib._bootstrap", "importlib._bootstrap_external"], words: [] },
  { from: "random", imports: ["statistics"], words: [] },
  {
    from: "shutil",
    imports: ["bz2", "lzma", "tarfile", "zipfile"],
    words: ["make_archive", "unpack_archive", "get_archive_formats", "get_unpack_formats"],
  },
  { from: "sysconfig", imports: ["_osx_support", "_aix_support"], words: [] },
  { from: "urllib.request", imports: ["nturl2path"], words: [] },
  { from: "zipfile", imports: ["bz2", "lzma"], words: ["ZIP_BZIP2", "ZIP_LZMA", "extractall"] },
];

/** Modules that the standard library imports in functions that are for people at a terminal, or for its own tests. */
const terminalModules: ReadonlySet<string> = new Set([
  "_pyrepl",
  "doctest",
  "idlelib",
  "pdb",
  "pydoc",
  "pydoc_data",
  "readline",
  "rlcompleter",
  "turtle",
  "turtledemo",
]);

/** Of the same kind, when it is the standard library that imports them. */
const commandModules: ReadonlySet<string> = new Set([
  "_pyio",
  "_py_abc",
  "argparse",
  "code",
  "getopt",
  "optparse",
  "test",
  "tkinter",
  "unittest",
]);

/** True for modules that only a person at a terminal meets, when something imports them in a function or branch. */
export function isTerminalOnly(module: string, isStdlib: boolean): boolean {
  const [top = ""] = module.split(".");
  return terminalModules.has(top) || (isStdlib && commandModules.has(top));
}

/** The words for which an import of the standard library waits; undefined when it happens at once. */
export function wordsFor(from: string, imported: string): readonly string[] | undefined {
  for (const gate of gates) {
    const isFrom = gate.from.endsWith(".*")
      ? from.startsWith(gate.from.slice(0, -1)) || from === gate.from.slice(0, -2)
      : from === gate.from;
    if (isFrom && gate.imports.some((name) => imported === name || imported.startsWith(`${name}.`))) return gate.words;
  }
  return undefined;
}

/** Work that waits until a source has one of its words. */
export interface Waiting<Task> {
  /** True when a word was met already; otherwise the task is kept, for good when there are no words. */
  wait(words: readonly string[], task: Task): boolean;
  /** Reads a source and answers the tasks that it sets free, each once. */
  meet(text: string): readonly Task[];
}

export function createWaiting<Task>(): Waiting<Task> {
  const met = new Set<string>();
  const tasks = new Map<string, Set<Task>>();
  const watched = new Set(gates.flatMap((gate) => gate.words));
  return {
    wait(words, task) {
      if (words.some((word) => met.has(word))) return true;
      for (const word of words) {
        const waiting = tasks.get(word) ?? new Set<Task>();
        tasks.set(word, waiting.add(task));
        watched.add(word);
      }
      return false;
    },
    meet(text) {
      const free = new Set<Task>();
      for (const word of watched) {
        if (met.has(word) || !text.includes(word)) continue;
        met.add(word);
        for (const task of tasks.get(word) ?? []) free.add(task);
      }
      return [...free];
    },
  };
}
