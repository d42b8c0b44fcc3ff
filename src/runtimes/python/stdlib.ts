/** Directories of the standard library that no program imports at run time, by their first component. */
const excludedDirectories: ReadonlySet<string> = new Set([
  "__phello__",
  "ensurepip",
  "idlelib",
  "lib2to3",
  "msilib",
  "pydoc_data",
  "test",
  "tkinter",
  "turtledemo",
]);

const excludedFiles: ReadonlySet<string> = new Set(["EXTERNALLY-MANAGED", "__hello__.py", "turtle.py"]);
const testDirectory = /(?:^|\/)(?:test|tests|idle_test)\//u;
const testExtension = /^(?:_test|_ctypes_test|_xxtestfuzz|xxlimited|xxsubtype|_tkinter\.)/u;
const buildMaterial = /\.(?:a|o|exe|bat|ps1|rst|h|c|pyi|wininst)$/u;

/**
 * True for a file of the standard library that level `safe` leaves out: test suites, IDLE, Tk, bundled wheels, build
 * configuration, help texts. `relative` is the path below the library's directory. What a program imports ships anyway.
 */
export function isExcludedFromSafe(relative: string): boolean {
  const [first = ""] = relative.split("/");
  return (
    excludedDirectories.has(first) ||
    excludedFiles.has(relative) ||
    first.startsWith("config-") ||
    testDirectory.test(relative) ||
    buildMaterial.test(relative) ||
    (first === "lib-dynload" && testExtension.test(relative.slice(first.length + 1)))
  );
}

/**
 * Imports at start-up, at the report of an error and by C code at any time, which no source shows. Those that a release
 * does not have are passed over.
 */
export const startUpModules: readonly string[] = [
  "encodings",
  "codecs",
  "io",
  "abc",
  "os",
  "site",
  "sitecustomize",
  "usercustomize",
  "_bootlocale",
  "_collections_abc",
  "_sitebuiltins",
  "_pylong",
  "genericpath",
  "posixpath",
  "stat",
  "importlib",
  "importlib.machinery",
  "importlib.util",
  "runpy",
  "threading",
  "warnings",
  "linecache",
  "traceback",
  "tokenize",
  "token",
  "ast",
  "_colorize",
  "textwrap",
  "contextlib",
  "stringprep",
  "unicodedata",
];

/**
 * The modules that a module needs by C code or by computed names. `*` at the end of a name means every module that
 * begins so.
 */
export const impliedModules: Readonly<Record<string, readonly string[]>> = {
  _asyncio: [
    "asyncio.base_futures",
    "asyncio.base_tasks",
    "asyncio.coroutines",
    "asyncio.events",
    "asyncio.exceptions",
  ],
  _decimal: ["numbers", "collections"],
  _elementtree: ["copy", "xml.etree.ElementPath"],
  _pickle: ["copyreg", "_compat_pickle"],
  _sqlite3: ["sqlite3.dump", "collections.abc"],
  _zoneinfo: ["zoneinfo._common", "zoneinfo._tzpath"],
  datetime: ["_strptime"],
  "importlib.resources": ["importlib.readers"],
  dbm: ["dbm.dumb", "dbm.gnu", "dbm.ndbm", "dbm.sqlite3"],
  pickle: ["_compat_pickle"],
  sysconfig: ["_sysconfigdata_*"],
  time: ["_strptime"],
  venv: ["ensurepip.__main__"],
  "xml.dom": ["xml.dom.minidom"],
  "xml.sax": ["xml.sax.expatreader"],
};

/**
 * Parts that level `safe` leaves out, by the modules that load them: of its own library's imports it reads none.
 */
export const excludedNeeds: Readonly<Record<string, readonly string[]>> = {
  doctest: ["pydoc_data.topics"],
  pdb: ["pydoc_data.topics"],
  pydoc: ["pydoc_data.topics"],
  venv: ["ensurepip.__main__"],
  "xmlrpc.server": ["pydoc_data.topics"],
};

/** Files outside the library that a module reads where they are. */
export const filesReadBy: Readonly<Record<string, readonly string[]>> = {
  // Of distributions that have it apart from the library; elsewhere it lies beside the module.
  ensurepip: ["/usr/share/python-wheels"],
  mimetypes: ["/etc/mime.types"],
};

/** Modules that CPython builds may hold inside the program, so that no file of them is to be found. */
const builtinModules: ReadonlySet<string> = new Set(
  (
    "_abc _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw " +
    "_collections _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _functools _gdbm " +
    "_hashlib _heapq _hmac _imp _interpchannels _interpqueues _interpreters _io _json _locale _lsprof _lzma _md5 " +
    "_multibytecodec _multiprocessing _opcode _operator _pickle _posixshmem _posixsubprocess _queue _random _scproxy _sha1 " +
    "_sha2 _sha256 _sha3 _sha512 _signal _socket _sqlite3 _sre _ssl _stat _statistics _string _struct _suggestions _symtable " +
    "_sysconfig _thread _tokenize _tracemalloc _types _typing _uuid _warnings _weakref _xxinterpchannels _xxsubinterpreters " +
    "_zoneinfo _zstd array atexit audioop binascii builtins cmath errno faulthandler fcntl gc grp itertools marshal math mmap " +
    "nis ossaudiodev parser posix pwd pyexpat readline resource select spwd sys syslog termios time unicodedata xxsubtype zlib"
  ).split(" "),
);

/** Modules of other systems, which portable programs import where they run on those. */
const foreignModules: ReadonlySet<string> = new Set([
  "_overlapped",
  "_winapi",
  "_winreg",
  "msvcrt",
  "nt",
  "winreg",
  "winsound",
]);

/** True when the absence of a file for a top-level module says nothing. */
export function mayLackFile(name: string): boolean {
  return builtinModules.has(name) || foreignModules.has(name) || name === "__main__" || name === "__future__";
}
