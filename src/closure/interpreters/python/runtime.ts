import { type AbsPath, baseName, childOf, isWithin, toAbsPath } from "../../../rootfs/rootfs.ts";
import { walk } from "../../../rootfs/walk.ts";
import type { Runtime, Yield } from "../../closure.ts";
import { areaOf, type Installation } from "./installation.ts";
import { type Because, createReach } from "./reach.ts";
import { type ReadSource, reachLiteral, readSource } from "./source-needs.ts";
import { isExcludedFromSafe, startUpModules } from "./stdlib.ts";

const skippedInApp: ReadonlySet<string> = new Set([
  "__pycache__",
  "node_modules",
  ".git",
  "tests",
  "test",
  ".tox",
  ".venv",
]);
const testFile = /^(?:test_.*|.*_test|conftest)\.py$/u;

/** The run-time of one Python process. */
export function createRuntime(installation: Installation): Runtime {
  const { process, files, layout, searchPath, command } = installation;
  const reach = createReach(installation);
  /** Sources of the application that were read, and those at which it starts. */
  const read = new Map<AbsPath, ReadSource>();
  const entries = new Set<AbsPath>();
  const reported = new Set<string>();

  async function reachLandmarks(out: Yield[]): Promise<void> {
    const landmark = (path: AbsPath, why: string): void => {
      out.push({ need: { path, role: "file", evidence: "rule", why, layer: "interpreter" } });
    };
    if (layout.dynload !== undefined) landmark(layout.dynload, "is a landmark of the installation");
    if (await files.isFile(layout.zip)) landmark(layout.zip, "is the zipped standard library");
    if (layout.venv !== undefined) {
      landmark(layout.venv.config, "makes a virtual environment of its directory");
      const lib64 = childOf(layout.venv.root, "lib64");
      if ((await process.root.lstat(lib64))?.kind === "link") landmark(lib64, "is a library folder of the environment");
    }
    for (const path of searchPath.archives) landmark(path, "is an archive on sys.path");
  }

  async function reachStdlib(out: Yield[]): Promise<void> {
    const because: Because = { evidence: "rule", why: `is in the standard library of Python ${layout.version.number}` };
    const inSite = (path: AbsPath) => searchPath.siteDirectories.some((site) => isWithin(path, site));
    const keeps = (path: AbsPath): boolean => {
      if (inSite(path) || path.includes("/site-packages/") || path.includes("/dist-packages/")) return false;
      return process.stdlib === "full" || !isExcludedFromSafe(path.slice(layout.stdlib.length + 1));
    };
    if (process.stdlib === "reachable") {
      for (const name of startUpModules) {
        await reach.name(name, { evidence: "rule", why: "is loaded when Python starts or fails" }, out);
      }
      await reach.file(
        childOf(layout.stdlib, "os.py"),
        { evidence: "rule", why: "is a landmark of the installation" },
        out,
      );
      return;
    }
    await reach.directory(layout.stdlib, keeps, because, out);
    if (layout.dynload !== undefined && !isWithin(layout.dynload, layout.stdlib)) {
      const keepsExtension = (path: AbsPath) =>
        process.stdlib === "full" || !isExcludedFromSafe(`lib-dynload/${baseName(path)}`);
      await reach.directory(layout.dynload, keepsExtension, because, out);
    }
  }

  async function reachSites(out: Yield[]): Promise<void> {
    if (process.prune === "none") {
      for (const site of searchPath.siteDirectories) {
        await reach.directory(site, () => true, { evidence: "rule", why: "is on sys.path" }, out);
      }
    }
    for (const { path, directories, code } of searchPath.pathFiles) {
      const owners = installation.distributions.ownersOf(path).filter((owner) => owner.metadata !== undefined);
      const isNamed = [...searchPath.editable.keys()].length > 0 && code.includes("__editable__");
      // Code of a distribution that nobody uses is not run; it ships with the distribution.
      if (owners.length > 0 && directories.length === 0 && !isNamed) continue;
      await reach.file(path, { evidence: "rule", why: "adds to sys.path" }, out);
      for (const [, name = ""] of code.matchAll(/\bimport[ \t]+([\w.]+)/gu)) {
        await reach.name(name, { evidence: "proved", why: `imports ${name}` }, out);
      }
    }
    for (const name of ["sitecustomize", "usercustomize"]) {
      const found = await installation.finder.find(name);
      if (found?.file === undefined) continue;
      await reach.file(found.file, { evidence: "rule", why: "is run when Python starts" }, out);
    }
  }

  async function reachTarget(out: Yield[]): Promise<void> {
    const { target } = command;
    const because: Because = { evidence: "declared", why: "is what the command runs" };
    if (target.kind === "script") {
      const script = toAbsPath(target.path, process.workdir);
      const isDirectory = await files.isDirectory(script);
      await startAt(isDirectory ? childOf(script, "__main__.py") : script, because, out);
    } else if (target.kind === "module") {
      const found = await reach.name(target.name, because, out);
      const main = found !== undefined && found.directories.length > 0 ? `${target.name}.__main__` : target.name;
      const run = await reach.name(main, because, out);
      if (process.stdlib === "reachable") await reach.name("runpy", because, out);
      if (run?.name !== main) out.push(missingModule(target.name));
      else if (run.file !== undefined) entries.add(run.file);
    } else if (target.kind === "code") {
      const source = { path: toAbsPath("-c", process.workdir), text: target.source, isMain: true };
      const found = await readSource(
        { ...source, identity: { name: "__main__", package: "" } },
        installation,
        reach,
        out,
      );
      for (const path of found.leadsTo) entries.add(path);
    }
  }

  async function startAt(path: AbsPath, because: Because, out: Yield[]): Promise<void> {
    entries.add(path);
    await reach.file(path, because, out);
    if (path.endsWith(".py")) return;
    out.push({ need: { path, role: "module", ...because } });
  }

  /** Servers are told the application as `module:attribute`, and settings by variables. */
  async function reachWords(out: Yield[]): Promise<void> {
    const words = [...command.rest, ...Object.values(process.env).flatMap((value) => value.split(/\s+/u))];
    const nowhere = { imports: [], calls: [], names: [], importsComputed: false, touchesPath: false };
    const source = { path: process.workdir, text: "", identity: { name: "", package: "" }, isMain: false };
    for (const word of words) {
      const value = word.startsWith("-") ? word.slice(word.indexOf("=") + 1) : word;
      const name = /^[\w.]+(?=\(|:|$)/u.exec(value)?.[0];
      if (name === undefined) continue;
      const script = toAbsPath(value, process.workdir);
      if (value.endsWith(".py") && (await files.isFile(script))) {
        await startAt(script, { evidence: "declared", why: `is named by the argument ${word}` }, out);
        continue;
      }
      const literal = name.includes(".") ? name : `${name}:`;
      const found = await reachLiteral(literal, source, nowhere, { installation, reach, out });
      if (found?.file !== undefined && areaOf(installation, found.file) === "app") entries.add(found.file);
    }
    const settings = childOf(process.workdir, "gunicorn.conf.py");
    if (await files.isFile(settings)) await startAt(settings, { evidence: "rule", why: "is read by gunicorn" }, out);
  }

  async function reachApp(out: Yield[]): Promise<void> {
    for (const path of process.entries)
      await startAt(path, { evidence: "declared", why: "is an entry of the application" }, out);
    const { appRoot } = process;
    const isTraced = process.prune === "reachable" && process.stdlib === "reachable" && entries.size > 0;
    if (appRoot === undefined || isTraced) return;
    const venv = layout.venv?.root;
    const enters = (path: AbsPath) => path === appRoot || (path !== venv && !skippedInApp.has(baseName(path)));
    for await (const { path, stat } of walk(process.root, appRoot, enters)) {
      const isSource = stat.kind === "file" && path.endsWith(".py") && !testFile.test(baseName(path));
      if (!isSource || areaOf(installation, path) !== "app") continue;
      await reach.file(path, { evidence: "rule", why: "is a source of the application" }, out);
    }
  }

  function missingModule(name: string): Yield {
    return {
      finding: {
        severity: "error",
        code: "IMPORT_MISSING",
        message: `cannot import ${name}: not found on sys.path (${searchPath.directories.join(":")})`,
        hint: "install the package that has it in the builder, or add it to the app's requirements",
      },
    };
  }

  return {
    async *start() {
      const out: Yield[] = [];
      await reachLandmarks(out);
      await reachStdlib(out);
      await reachSites(out);
      await reachTarget(out);
      if (command.target.kind !== "none") await reachWords(out);
      await reachApp(out);
      yield* out;
    },
    async *needs(path) {
      const text = await files.readText(path);
      if (text === undefined) return;
      const out: Yield[] = [];
      const identity = reach.identify(path);
      const found = await readSource({ path, text, identity, isMain: entries.has(path) }, installation, reach, out);
      if (areaOf(installation, path) === "app") read.set(path, found);
      yield* out;
    },
    // oxlint-disable-next-line typescript/require-await -- the port is asynchronous for others
    async *settle() {
      const touchesPath = [...read.values()].some((source) => source.touchesPath);
      for (const path of tracedFrom(entries, read)) {
        for (const name of read.get(path)?.missing ?? []) {
          if (reported.has(`${path} ${name}`)) continue;
          reported.add(`${path} ${name}`);
          yield {
            finding: {
              // A program that changes sys.path may know better.
              severity: touchesPath ? "warning" : "error",
              code: "IMPORT_MISSING",
              path,
              message: `cannot import ${name}: needed by ${path}, not found on sys.path (${searchPath.directories.join(":")})`,
              hint: "install the package that has it in the builder, or add it to the app's requirements",
            },
          };
        }
      }
    },
  };
}

/** The application's sources that running the entries leads to. */
function tracedFrom(entries: ReadonlySet<AbsPath>, read: ReadonlyMap<AbsPath, ReadSource>): ReadonlySet<AbsPath> {
  const traced = new Set(entries);
  for (const path of traced) for (const next of read.get(path)?.leadsTo ?? []) traced.add(next);
  return traced;
}
