import type { Effects, Row } from "./effects.ts";

const node = "https://nodejs.org/api/";
const ecma = "https://tc39.es/ecma262/#sec-";
const children = `${node}child_process.html`;
const paths = `${node}path.html`;
const modules = `${node}modules.html`;
const machines = `${node}vm.html`;

function rowsOf(row: Omit<Row, "names">, ...names: readonly string[]): Row {
  return { names, ...row };
}

const rows: readonly Row[] = [
  // Modules.
  rowsOf({ effect: { verb: "load", argument: 0, mode: "require" }, gives: "module", source: modules }, "require"),
  rowsOf(
    { effect: { verb: "load", argument: 0, mode: "import" }, gives: "module", source: `${node}esm.html` },
    "import",
  ),
  rowsOf(
    { effect: { verb: "load", argument: 0, mode: "require" }, gives: "place", source: modules },
    "require.resolve",
  ),
  rowsOf(
    { effect: { verb: "load", argument: 0, mode: "import" }, gives: "place", source: `${node}esm.html` },
    "import.meta.resolve",
  ),
  rowsOf({ gives: "loader", isDistinct: true, source: `${node}module.html` }, "node:module.createRequire"),
  rowsOf(
    {
      effect: { verb: "load", argument: 0, mode: "import", isTried: true, least: 2 },
      source: `${node}module.html`,
    },
    "node:module.register",
  ),
  // Not documented, but what `require` stands on since the first version: lib/internal/modules/cjs/loader.js.
  rowsOf(
    { effect: { verb: "load", argument: 0, mode: "require", isMixed: true }, source: modules },
    "node:module._load",
    "Module._load",
  ),
  // Programs.
  rowsOf(
    { effect: { verb: "start", argument: 0 }, isDistinct: true, source: children },
    "node:child_process.spawn",
    "node:child_process.spawnSync",
    "node:child_process.execFile",
    "node:child_process.execFileSync",
  ),
  rowsOf(
    {
      effect: { verb: "start", argument: 0 },
      isDistinct: true,
      source: "https://github.com/sindresorhus/execa/blob/main/docs/api.md",
    },
    "execa.execa",
    "execa.execaSync",
  ),
  rowsOf({ effect: { verb: "shell", argument: 0 }, source: children }, "node:child_process.exec"),
  rowsOf({ effect: { verb: "shell", argument: 0 }, isDistinct: true, source: children }, "node:child_process.execSync"),
  rowsOf({ effect: { verb: "script", argument: 0 }, isDistinct: true, source: children }, "node:child_process.fork"),
  rowsOf(
    { effect: { verb: "script", argument: 0 }, isDistinct: true, source: `${node}worker_threads.html` },
    "node:worker_threads.Worker",
  ),
  // Code.
  rowsOf({ effect: { verb: "evaluate", argument: 0 }, gives: "evaluated", source: `${ecma}eval-x` }, "eval"),
  rowsOf(
    { effect: { verb: "evaluate", argument: -1, isMixed: true }, source: `${ecma}function-constructor` },
    "Function",
  ),
  rowsOf(
    { effect: { verb: "evaluate", argument: 0, isMixed: true }, isDistinct: true, source: machines },
    "node:vm.compileFunction",
    "node:vm.runInContext",
    "node:vm.runInNewContext",
    "node:vm.runInThisContext",
    "node:vm.Script",
  ),
  // Paths.
  rowsOf({ gives: "join", isDistinct: true, source: paths }, "node:path.join"),
  rowsOf({ gives: "resolve", isDistinct: true, source: paths }, "node:path.resolve"),
  rowsOf({ gives: "parent", isDistinct: true, source: paths }, "node:path.dirname"),
  rowsOf({ gives: "first", isDistinct: true, source: paths }, "node:path.normalize", "node:path.toNamespacedPath"),
  rowsOf({ gives: "first", isDistinct: true, source: `${node}url.html` }, "node:url.fileURLToPath"),
  rowsOf({ gives: "file url", isDistinct: true, source: `${node}url.html` }, "node:url.pathToFileURL"),
  rowsOf({ gives: "url", isDistinct: true, source: `${node}url.html` }, "node:url.URL", "URL"),
  rowsOf(
    { gives: "first", isDistinct: true, source: `${node}fs.html` },
    "node:fs.realpathSync",
    "node:fs.realpath",
    "node:fs.realpathSync.native",
  ),
  rowsOf({ gives: "working directory", source: `${node}process.html` }, "process.cwd"),
  rowsOf({ gives: "found", source: `${node}fs.html` }, "node:fs.glob", "node:fs.globSync"),
  // The same function under another name or with another `this`.
  rowsOf({ gives: "first", isDistinct: true, source: `${node}util.html` }, "node:util.promisify"),
  rowsOf({ gives: "receiver", isDistinct: true, source: `${ecma}function.prototype.bind` }, "Function.prototype.bind"),
  rowsOf({ gives: "first", source: `${ecma}promise.resolve` }, "Promise.resolve"),
  // Texts.
  rowsOf(
    { gives: "receiver", isDistinct: true, source: `${ecma}string.prototype.tostring` },
    "String.prototype.toString",
  ),
  rowsOf({ gives: "first", source: `${ecma}string-constructor-string-value` }, "String", "String.raw"),
  rowsOf(
    { gives: "replaced", isDistinct: true, source: `${ecma}string.prototype.replace` },
    "String.prototype.replace",
  ),
  rowsOf(
    { gives: "cut", isDistinct: true, source: `${ecma}string.prototype.slice` },
    "String.prototype.slice",
    "String.prototype.substring",
  ),
  rowsOf({ isDistinct: true, source: `${ecma}string.prototype.split` }, "String.prototype.split"),
  // Lists and tables.
  rowsOf(
    { gives: "more", isDistinct: true, source: `${ecma}array.prototype.concat` },
    "Array.prototype.concat",
    "Array.prototype.filter",
    "Array.prototype.sort",
    "Array.prototype.reverse",
  ),
  rowsOf(
    { gives: "element", isDistinct: true, source: `${ecma}array.prototype.find` },
    "Array.prototype.find",
    "Array.prototype.at",
    "Array.prototype.pop",
    "Array.prototype.shift",
  ),
  rowsOf(
    { gives: "mapped", isDistinct: true, source: `${ecma}array.prototype.map` },
    "Array.prototype.map",
    "Array.prototype.flatMap",
  ),
  rowsOf({ gives: "keys", source: `${ecma}object.keys` }, "Object.keys"),
  rowsOf({ gives: "values", source: `${ecma}object.values` }, "Object.values"),
  rowsOf({ gives: "entries", source: `${ecma}object.entries` }, "Object.entries"),
  rowsOf({ gives: "first", source: `${ecma}object.freeze` }, "Object.freeze", "Set"),
];

/** What the functions of JavaScript and Node do with their arguments. */
export const javascriptEffects: Effects = {
  rows,
  aliases: new Map([
    ["module.require", "require"],
    ["process.mainModule.require", "require"],
    ["module.constructor", "node:module"],
    ["node:module.Module", "node:module"],
    ["node:process", "process"],
    ["node:fs.promises", "node:fs"],
    ["node:path.posix", "node:path"],
    ["node:path.join.posix", "node:path.join"],
    // As webpack writes it: https://webpack.js.org/api/module-variables/.
    ["__non_webpack_require__", "require"],
    ["global", "globalThis"],
    ["window", "globalThis"],
    ["self", "globalThis"],
  ]),
  othersNames: new Set(["exec"]),
  iterating: new Set(["every", "filter", "find", "findIndex", "flatMap", "forEach", "map", "some"]),
  waiting: new Set(["then"]),
};

/** The options that name modules which are loaded before the program (https://nodejs.org/api/cli.html), and how. */
export const preloadOptions: ReadonlyMap<string, "require" | "import"> = new Map([
  ["-r", "require"],
  ["--require", "require"],
  ["--import", "import"],
  ["--loader", "import"],
  ["--experimental-loader", "import"],
]);

/** The options whose value is code (https://nodejs.org/api/cli.html). */
export const codeOptions: ReadonlySet<string> = new Set(["-e", "-p", "-pe", "--eval", "--print"]);
