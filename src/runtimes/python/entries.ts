import type { Yield } from "../../closure/model/closure.ts";
import { isScriptOf } from "../../languages/started-script.ts";
import { type AbsPath, baseName, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { reachNamedInData, settingsFile, toolFile } from "./app-data.ts";
import type { CodecReach } from "./codec-reach.ts";
import { type Because, type Emitter, rule } from "./emitter.ts";
import { areaOf, type Installation, installedByAuthor } from "./installation.ts";
import { reachListedDependencies } from "./listed-dependencies.ts";
import { reachLiteral } from "./literals.ts";
import { notebook } from "./notebooks.ts";
import { isTest } from "./prune.ts";
import type { Reach } from "./reach.ts";

/** Directories of an application whose sources its program does not import. */
const unreadInApp: ReadonlySet<string> = new Set([
  ".git",
  ".ipynb_checkpoints",
  ".tox",
  ".venv",
  "__pycache__",
  "node_modules",
  "test",
  "tests",
]);
const testFile = /^(?:test_.*|.*_test|conftest)\.py$/u;

export interface Entries {
  /** Sources at which the program starts. */
  readonly starts: ReadonlySet<AbsPath>;
  /** Those of them that run as `__main__`. */
  readonly mains: ReadonlySet<AbsPath>;
  /** The code of `-c`, if that is what runs. */
  readonly code: string | undefined;
}

export interface EntryReach {
  readonly emitter: Emitter;
  readonly reach: Reach;
  /** Undefined where every process has all encodings. */
  readonly codecs: CodecReach | undefined;
  /** Takes the words of settings. */
  readonly words: Set<string>;
}

/** The places where import tracing starts: those that the command line, the variables and the spec name. */
export async function reachEntries(
  installation: Installation,
  { emitter, reach, codecs, words }: EntryReach,
  out: Yield[],
): Promise<Entries> {
  const { proc, files, command } = installation;
  const starts = new Set<AbsPath>();
  const mains = new Set<AbsPath>();
  const start = async (path: AbsPath, because: Because): Promise<void> => {
    starts.add(path);
    if (path.endsWith(".py")) await emitter.file(path, "module", because, out);
    else out.push({ need: { path, role: "module", ...because } });
  };
  const startMain = async (path: AbsPath, because: Because): Promise<void> => {
    mains.add(path);
    await start(path, because);
  };

  const because: Because = { evidence: "declared", why: "is told to run it" };
  const { target } = command;
  if (target.kind === "script") {
    const script = toAbsPath(target.path, proc.workdir);
    await startMain((await files.isDirectory(script)) ? childOf(script, "__main__.py") : script, because);
  } else if (target.kind === "module") {
    const package_ = await reach.name(target.name, because, out);
    const isPackage = package_?.name === target.name && package_.directories.length > 0;
    const name = isPackage ? `${target.name}.__main__` : target.name;
    const found = await reach.name(name, because, out);
    if (found?.name !== name) out.push(missingTarget(target.name, installation));
    else if (found.file !== undefined) {
      starts.add(found.file);
      mains.add(found.file);
    }
  }
  if (target.kind !== "none") {
    for (const found of await reachWords(installation, reach, out)) starts.add(found);
    for (const path of await namedScripts(installation)) await startMain(path, rule("is told to read it"));
  }
  for (const path of proc.entries) {
    await startMain(path, { evidence: "declared", why: "is told to start at it" });
  }
  const enters = entersApp(installation, await namedTests(installation));
  await reachApp(installation, { emitter, enters }, out);
  await reachListedDependencies(installation, reach, out);
  await reachNamedInData(installation, { reach, codecs, words, out, enters });
  return { starts, mains, code: target.kind === "code" ? target.source : undefined };
}

/** Servers are told the application as `module:attribute`, and frameworks their settings by variables. */
async function reachWords(installation: Installation, reach: Reach, out: Yield[]): Promise<readonly AbsPath[]> {
  const { proc, command } = installation;
  const words = [...command.rest, ...Object.values(proc.env).flatMap((value) => value.split(/\s+/u))];
  const location = {
    path: proc.workdir,
    identity: { name: "", package: "" },
    isMain: false,
    importsComputed: false,
    listsPackages: false,
    loadsGroups: () => Promise.resolve(false),
    isDeclared: true,
  };
  const starts: AbsPath[] = [];
  for (const word of words) {
    const value = word.startsWith("-") ? word.slice(word.indexOf("=") + 1) : word;
    const name = /^[\w.]+(?=\(|:|$)/u.exec(value)?.[0];
    if (name === undefined) continue;
    const literal = name.includes(".") ? name : `${name}:`;
    const found = await reachLiteral(literal, location, { installation, reach, out });
    if (found?.file !== undefined && areaOf(installation, found.file) === "app") starts.push(found.file);
  }
  return starts;
}

/** Scripts among the arguments, and the settings that gunicorn reads where it starts. */
async function namedScripts({ proc, command, files }: Installation): Promise<readonly AbsPath[]> {
  const scripts: AbsPath[] = [];
  for (const word of [...command.rest, "gunicorn.conf.py"]) {
    const path = toAbsPath(word.startsWith("-") ? word.slice(word.indexOf("=") + 1) : word, proc.workdir);
    if (path.endsWith(".py") && (await files.isFile(path))) scripts.push(path);
  }
  return scripts;
}

/**
 * Every source of the application, and of what its author installed from a directory, that is not a test: what ships
 * may be run, by a name that no source has.
 */
async function reachApp(
  installation: Installation,
  { emitter, enters }: { readonly emitter: Emitter; readonly enters: (path: AbsPath) => boolean },
  out: Yield[],
): Promise<void> {
  const { proc } = installation;
  const { appRoot } = proc;
  if (appRoot === undefined) return;
  const because = { evidence: "bound", why: "may import it from the application" } as const;
  const builds = childOf(appRoot, "setup.py");
  for await (const { path, stat } of walk(proc.root, appRoot, enters)) {
    if (stat.kind !== "file" || path === builds || areaOf(installation, path) !== "app") continue;
    const tests = testFile.test(baseName(path)) && !path.slice(appRoot.length).split("/").some(isTestDirectory);
    if (path.endsWith(".py") && !tests) await emitter.file(path, "module", because, out);
    else if (notebook.test(path) || (await isScriptOf(path, /\bpython/u, installation.files)))
      out.push({ need: { path, role: "module", ...because } });
  }
  for (const path of installedByAuthor(installation)) {
    const isModule = path.endsWith(".py") && areaOf(installation, path) === "site" && !isTest(path);
    if (isModule && (await installation.files.isFile(path))) await emitter.file(path, "module", because, out);
  }
}

/** Directories of an application that may hold what it runs; of tests, those that it names. */
function entersApp({ proc, layout }: Installation, tests: ReadonlySet<string>): (path: AbsPath) => boolean {
  return (path) => {
    const name = baseName(path);
    return path === proc.appRoot || (path !== layout.venv?.root && (tests.has(name) || !unreadInApp.has(name)));
  };
}

function isTestDirectory(name: string): boolean {
  return name === "test" || name === "tests";
}

/** Directories of tests that the command line or settings name: the program is there to run them. */
async function namedTests({ proc, command, files }: Installation): Promise<ReadonlySet<string>> {
  const found = new Set(command.rest.map((word) => word.replace(/^\.\/|\/.*$/gu, "")).filter(isTestDirectory));
  const { appRoot } = proc;
  for (const name of appRoot === undefined ? [] : [...(await files.names(appRoot))].sort()) {
    if (appRoot === undefined || !settingsFile.test(name) || toolFile.test(name)) continue;
    const text = (await files.readText(childOf(appRoot, name))) ?? "";
    for (const [, named = ""] of text.matchAll(/[:=-][ \t]{0,9}["'[]{0,2}(?:\.\/)?(tests?)(?=["'\]\s/,]|$)/gu))
      found.add(named);
  }
  return found;
}

function missingTarget(name: string, { searchPath }: Installation): Yield {
  return {
    finding: {
      severity: "error",
      code: "IMPORT_MISSING",
      message: `cannot run module ${name}: not found on sys.path (${searchPath.directories.join(":")})`,
      hint: "install the package that has it in the builder, or add it to the app's requirements",
    },
  };
}
