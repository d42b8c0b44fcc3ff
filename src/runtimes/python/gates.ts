import { withoutDocumentation } from "./documentation.ts";
import type { Area } from "./installation.ts";

/** Imports in functions and branches that only happen when a program uses a certain part of a module. */
export interface Gate {
  /**
   * The module of the standard library whose imports wait; those below it as well when it ends in `.*`; `*` for every
   * module.
   */
  readonly from: string;
  /** The imported module and everything below it. */
  readonly imports: readonly string[];
  /** One of these must stand in a source of another package; none means that it never happens on Linux. */
  readonly words: readonly string[];
  /** It only waits where one of these compiled modules is there, which is taken in its place. */
  readonly instead?: readonly string[];
}

/** Modules that can be run, with a function for it that others hardly call. */
const runnable: readonly string[] = (
  "ast asyncio.__main__ base64 calendar cProfile code compileall dis fileinput filecmp gzip inspect mimetypes modulefinder pdb " +
  "pickle pickletools platform profile py_compile pydoc quopri random site sqlite3.__main__ symtable tabnanny tarfile timeit " +
  "tokenize trace uuid webbrowser zipapp zipfile"
).split(" ");

/** Calls of `help` as statements of a function, and what else shows documentation. */
const helpCall = "    help(";

const helpWords: readonly string[] = [
  helpCall,
  "builtins.help",
  "pydoc.help",
  "pydoc.Helper",
  "pydoc.cli",
  "interact(",
];

const gates: readonly Gate[] = [
  ...runnable.map((from) => ({
    from,
    imports: ["argparse", "getopt", "optparse"],
    words: [`${from}.main`, `${from} import main`, `import ${from} as `, "run_module"],
  })),
  // Its functions for its own tests; what tests are made with has such imports of its own parts.
  { from: "*", imports: ["doctest", "test", "unittest"], words: [] },
  { from: "abc", imports: ["_py_abc"], words: [], instead: ["_abc"] },
  { from: "ast", imports: ["inspect"], words: ["get_docstring"] },
  // Its streams and servers take a context, or True, from their callers.
  {
    from: "asyncio.*",
    imports: ["ssl"],
    words: (
      "ssl SSL tls TLS open_connection create_connection start_server create_server connect_accepted_socket " +
      "unix_connection unix_server"
    ).split(" "),
  },
  { from: "asyncio.*", imports: ["asyncio.windows_events", "asyncio.windows_utils"], words: [] },
  { from: "concurrent.futures", imports: ["concurrent.futures.process"], words: ["ProcessPoolExecutor"] },
  { from: "ctypes.util", imports: ["ctypes._aix", "ctypes.macholib"], words: [] },
  { from: "datetime", imports: ["_pydatetime"], words: [] },
  { from: "decimal", imports: ["_pydecimal"], words: [] },
  { from: "multiprocessing.connection", imports: ["xmlrpc"], words: ["XmlListener", "XmlClient", "xmlrpc"] },
  { from: "multiprocessing.*", imports: ["multiprocessing.popen_spawn_win32"], words: [] },
  { from: "pkgutil", imports: ["inspect"], words: ["iter_modules", "walk_packages", "iter_importer_modules"] },
  { from: "platform", imports: ["plistlib", "ctypes", "_ios_support"], words: [] },
  { from: "importlib", imports: ["importlib._bootstrap", "importlib._bootstrap_external"], words: [] },
  // importlib.metadata and its backport ask finders for distributions; who invalidates caches, does so with its own.
  {
    from: "importlib._bootstrap_external",
    imports: ["importlib.metadata"],
    words: ["find_distributions", "invalidate_caches"],
  },
  // Only importlib.resources asks for them, and its backport.
  { from: "importlib._bootstrap_external", imports: ["importlib.readers"], words: ["get_resource_reader"] },
  { from: "random", imports: ["hashlib"], words: [], instead: ["_sha2", "_sha512"] },
  { from: "random", imports: ["statistics"], words: [] },
  {
    from: "shutil",
    imports: ["bz2", "lzma", "tarfile", "zipfile"],
    words: ["make_archive", "unpack_archive", "get_archive_formats", "get_unpack_formats"],
  },
  // A prompt: this and `help` are what site prepares for people.
  {
    from: "site",
    imports: ["_pyrepl", "readline", "rlcompleter"],
    words: ["InteractiveConsole", "__interactivehook__", "interact("],
  },
  { from: "_sitebuiltins", imports: ["pydoc"], words: helpWords },
  { from: "pydoc", imports: ["http", "pydoc_data"], words: [...helpWords, "pydoc.browse", "pydoc import"] },
  { from: "sysconfig", imports: ["_osx_support", "_aix_support"], words: [] },
  { from: "tracemalloc", imports: ["pickle"], words: ["tracemalloc"] },
  { from: "urllib.request", imports: ["nturl2path"], words: [] },
  // To say where the object of a warning was made, if that was recorded.
  { from: "warnings", imports: ["tracemalloc"], words: ["tracemalloc"] },
  { from: "warnings", imports: ["asyncio", "inspect"], words: ["deprecated"] },
  // An archive says itself how its members are packed, so that whoever opens one can meet them.
  { from: "zipfile", imports: ["bz2", "lzma"], words: ["zipfile", "unpack_archive"] },
  { from: "zipimport", imports: ["importlib.readers"], words: ["get_resource_reader"] },
];

const gateWords: readonly string[] = [...new Set(gates.flatMap((gate) => gate.words))];
/** All words at once, the longer ones first: many times faster than a look for each. */
const anyGateWord = new RegExp(
  [...gateWords]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&"))
    .join("|"),
  "gu",
);

/** Each gate with its top-level package, and the module below which it stands, if it ends in `.*`. */
const placedGates = gates.map((gate) => ({
  gate,
  top: topOf(gate.from),
  below: gate.from.endsWith(".*") ? gate.from.slice(0, -".*".length) : undefined,
}));

/** The gate at which an import waits; undefined when it happens at once. */
export function gateOf(from: string, imported: string): Gate | undefined {
  return placedGates.find(({ gate, below }) => {
    const isFrom =
      (gate.from === "*" && topOf(from) !== topOf(imported)) ||
      from === gate.from ||
      (below !== undefined && isBelow(from, below));
    return isFrom && gate.imports.some((name) => isBelow(imported, name));
  })?.gate;
}

function isBelow(module: string, parent: string): boolean {
  return module.startsWith(parent) && (module.length === parent.length || module[parent.length] === ".");
}

/** Imports that wait at their gates. */
export interface Waiting<Task> {
  /** True when the gate is open already; otherwise the task is kept, for good when the gate has no words. */
  wait(gate: Gate, task: Task): boolean;
  /** Takes the words of a module and answers the tasks that they set free, each once. */
  meet(words: ReadonlySet<string>, module: string, area: Area): readonly Task[];
}

/** The words of any gate that stand in a text, but for what is said of a class or a function. */
export function gateWordsIn(text: string): ReadonlySet<string> {
  const found = wordsIn(text);
  const callsHelp = /(?:^|[:;])[ \t]*help\(/mu;
  const mayCallHelp = text.includes("help(") && callsHelp.test(text);
  if (found.length === 0 && !mayCallHelp) return new Set();
  const code = withoutDocumentation(text);
  const inCode = found.filter((word) => code.includes(word));
  return new Set(callsHelp.test(code) ? [...inCode, helpCall] : inCode);
}

/** The words that stand in a text, in the order of `gateWords`: also those that begin within others. */
function wordsIn(text: string): readonly string[] {
  const longest = new Set<string>();
  for (let at = 0; ; ) {
    anyGateWord.lastIndex = at;
    const match = anyGateWord.exec(text);
    if (match === null) break;
    longest.add(match[0]);
    at = match.index + 1;
  }
  return gateWords.filter((word) => [...longest].some((one) => one.startsWith(word)));
}

/** The words of any gate that compiled code has among its strings, where names stand alone. */
export function gateWordsAmong(strings: readonly string[]): ReadonlySet<string> {
  const known = new Set(strings);
  return new Set(gateWords.filter((word) => known.has(word)));
}

export function createWaiting<Task>(): Waiting<Task> {
  const open = new Set<Gate>();
  const tasks = new Map<Gate, Task[]>();
  return {
    wait(gate, task) {
      if (open.has(gate)) return true;
      tasks.set(gate, [...(tasks.get(gate) ?? []), task]);
      return false;
    },
    meet(words, module, area) {
      if (area === "stdlib" || words.size === 0) return [];
      const free: Task[] = [];
      const own = topOf(module);
      for (const { gate, top } of placedGates) {
        if (open.has(gate) || top === own) continue;
        if (!gate.words.some((word) => words.has(word))) continue;
        open.add(gate);
        free.push(...(tasks.get(gate) ?? []));
      }
      return free;
    },
  };
}

function topOf(module: string): string {
  return module.split(".")[0] ?? module;
}
