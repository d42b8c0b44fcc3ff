import type { Finding, Runtime } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf } from "../../rootfs/rootfs.ts";
import { computedRequire } from "../shared/computed-require.ts";
import {
  encodingDirectories,
  encodingModules,
  isExcludedFromSafe,
  nameTables,
  startUpFiles,
  startUpModules,
  tablesAskedFor,
  type UnicodeTables,
  unicodeModules,
  wantsEveryEncoding,
  wantsRegexEngine,
} from "./core.ts";
import { type DriverScan, isOfDbi, isServerOfDbi, ownDrivers, scanDrivers } from "./drivers.ts";
import { type Because, createEmitter } from "./emitter.ts";
import { type Area, areaOf, type Installation } from "./installation.ts";
import { libraryCandidates } from "./libraries.ts";
import { createModules } from "./modules.ts";
import { coreLandmarks, withArchitecture } from "./search-path.ts";
import { hasPerlShebang, type PerlScan, scanPerl } from "./source-scan.ts";

/** The run-time of one Perl process. */
export function createRuntime(installation: Installation): Runtime {
  const { process, command, files, path: perlPath, script } = installation;
  const emitter = createEmitter(installation);
  const modules = createModules(installation, emitter);
  /** Names that a source must have and nothing had yet, by source: a directory that is added later may hold them. */
  const missing = new Map<AbsPath, Map<string, number>>();
  /** Sources of the application that starting the program loads. */
  const loaded = new Set<AbsPath>();
  const leadsTo = new Map<AbsPath, readonly string[]>();
  const reported = new Set<string>();
  const opened = new Set<string>();
  let touchesPath = false;
  /** Some source takes names of encodings from elsewhere, or names a rare one, whether or not it is the one that uses Encode. */
  let wantsAll = false;
  /** DBI is there and its drivers wait until it is known which ones are asked for. */
  let hasDrivers = false;
  let takesAnyDriver = process.prune !== "reachable" || isServerOfDbi(command.modules, process.env);
  const drivers = new Set(ownDrivers);

  async function reachScan(scan: PerlScan, path: AbsPath, area: Area): Promise<void> {
    for (const text of scan.libraries) {
      const found = libraryCandidates(text, { file: path, script, workdir: process.workdir });
      if (found === undefined) touchesPath ||= area === "app";
      const all: AbsPath[] = [];
      for (const candidate of found ?? []) all.push(...(await withArchitecture(candidate, files)));
      modules.add(all);
    }
    if (area === "app") touchesPath ||= scan.touchesPath;
    for (const { name, line, kind } of scan.modules) {
      if (kind === "text" && process.prune === "reachable" && area !== "app") continue;
      // The table of Encode names what programs may ask for.
      if (kind === "text" && area === "core" && process.stdlib === "reachable" && name.startsWith("Encode::")) continue;
      const evidence = kind === "text" ? "string" : "proved";
      const isFound = await modules.reach(name, {
        evidence,
        why: `${kind === "text" ? "names" : "loads"} ${name} (line ${line})`,
      });
      if (isFound || kind !== "certain" || area !== "app") continue;
      missing.set(path, new Map([...(missing.get(path) ?? []), [name, line]]));
    }
    leadsTo.set(
      path,
      scan.modules.filter(({ kind }) => kind === "certain").map(({ name }) => name),
    );
    for (const file of scan.files) {
      const beside = file.startsWith("./") || file.startsWith("../") ? `${process.workdir}/${file}` : file;
      const because: Because = { evidence: "proved", why: `loads ${file}` };
      if (!(await modules.reachFile(file, because))) await modules.reachFile(beside, because);
    }
    for (const directory of scan.directories) {
      // Encode itself puts names together of what programs ask it for.
      const isGated = area === "core" && directory === "Encode" && process.stdlib !== "full";
      if (directory === "DBD" && isOfDbi(path)) hasDrivers = true;
      else if (!isGated) await reachDirectory(directory);
    }
    await reachDrivers(area === "core" || isOfDbi(path) ? undefined : scanDrivers(scan.code));
    const isAsked = !path.endsWith("/re.pm") && wantsRegexEngine(scan.code);
    if (isAsked) await once("re", async () => modules.reachSpared("re"));
    await openGates(scan.code, area);
  }

  async function reachDrivers(scan: DriverScan | undefined): Promise<void> {
    takesAnyDriver ||= scan?.isOpen === true;
    for (const name of scan?.names ?? []) drivers.add(name);
    if (!hasDrivers) return;
    if (takesAnyDriver) return once("drivers", async () => reachDirectory("DBD"));
    for (const name of drivers) {
      await modules.reach(`DBD::${name}`, { evidence: "string", why: `connects to a source of ${name}` });
    }
  }

  /** Which module of a directory is meant is known only when the program runs. */
  async function reachDirectory(relative: string): Promise<void> {
    const because: Because = { evidence: "string", why: `loads a module of ${relative}` };
    const star = relative.indexOf("*");
    for (const directory of modules.directories()) {
      const own = star === -1 ? relative : relative.slice(0, Math.max(0, star - 1));
      for (const name of await files.names(own === "" ? directory : childOf(directory, own))) {
        if (star !== -1 && /^\w+$/u.test(name)) await once(`${own}/${name}${relative.slice(star + 1)}`);
        else if (star === -1 && /^\w+\.pm$/u.test(name)) {
          await modules.reach(`${relative}/${name.slice(0, -3)}`.replaceAll("/", "::"), because);
        }
      }
    }

    async function once(next: string): Promise<void> {
      if (opened.has(next)) return;
      opened.add(next);
      await reachDirectory(next);
    }
  }

  /** What the core holds for those that ask for it: tables of characters and of encodings. */
  async function openGates(code: string, area: Area): Promise<void> {
    if (area === "core") return;
    if (process.stdlib === "reachable") await openTables(tablesAskedFor(code, perlPath.version));
    if (process.stdlib === "full") return;
    const usesEncode = opened.has("encode") || /\bEncode\b|:encoding\((?!utf-?8)/iu.test(code);
    wantsAll ||= process.stdlib === "safe" || wantsEveryEncoding(code);
    if (!usesEncode) return;
    await once("encode", async () => reachEncodings(encodingModules));
    if (wantsAll) await once("every encoding", async () => reachEncodings(encodingDirectories));
  }

  async function openTables(wanted: UnicodeTables): Promise<void> {
    if (wanted === "names") await once("names", async () => reachUnicode((path) => nameTables.has(path)));
    if (wanted === "all") await once("unicode", async () => reachUnicode((path) => !isExcludedFromSafe(path)));
  }

  async function once(gate: string, open: () => Promise<void>): Promise<void> {
    if (opened.has(gate)) return;
    opened.add(gate);
    await open();
  }

  /** Tables below the directories of the core: of two with one name the first is read. */
  async function reachUnicode(keepsTable: (relative: string) => boolean): Promise<void> {
    const because: Because = { evidence: "rule", why: "looks up properties and names of characters in it" };
    for (const name of unicodeModules) await modules.reach(name, because);
    const taken = new Set<string>();
    for (const directory of perlPath.core) {
      const keeps = (path: AbsPath): boolean => {
        const relative = path.slice(directory.length + 1);
        if (!relative.startsWith("unicore/") || !keepsTable(relative) || taken.has(relative)) return false;
        taken.add(relative);
        return true;
      };
      await emitter.directory(directory, { keeps, role: "file", because });
    }
  }

  async function reachEncodings(names: readonly string[]): Promise<void> {
    const because: Because = { evidence: "rule", why: "loads it by the name of an encoding" };
    await modules.reach("Encode", because);
    for (const name of names) await modules.reach(`Encode::${name}`, because);
  }

  /** The core without what no program loads: also no file that an earlier directory of the core has under the same name. */
  async function reachCore(): Promise<void> {
    const because: Because = { evidence: "rule", why: "has it in its standard library" };
    const isFull = process.stdlib === "full";
    const taken = new Set<string>();
    for (const directory of perlPath.core) {
      const keeps = (path: AbsPath): boolean => {
        const relative = path.slice(directory.length + 1);
        if (isFull) return true;
        if (isExcludedFromSafe(relative) || taken.has(relative)) return false;
        taken.add(relative);
        return true;
      };
      await emitter.directory(directory, { keeps, role: "file", because });
    }
    await keepLandmarks();
  }

  /** What tells a directory of the core from others, so that the image's are known again. */
  async function keepLandmarks(): Promise<void> {
    for (const directory of perlPath.core) {
      for (const name of coreLandmarks) {
        const path = childOf(directory, name);
        if (!(await files.isFile(path))) continue;
        emitter.file(path, "file", { evidence: "rule", why: "has its core where it lies" });
        break;
      }
    }
  }

  async function reachStart(): Promise<void> {
    if (process.stdlib === "reachable") {
      const because: Because = { evidence: "rule", why: "loads it for what the language itself has" };
      for (const name of startUpModules) await modules.reach(name, because);
      for (const name of startUpFiles) await modules.reachFile(name, because);
      await keepLandmarks();
    } else {
      await reachCore();
    }
    const onPath: Because = { evidence: "rule", why: "has it on its search path" };
    await modules.reachFile("sitecustomize.pl", { evidence: "rule", why: "runs it at its start" });
    if (command.isDebugged) await modules.reachFile("perl5db.pl", { evidence: "proved", why: "debugs with it" });
    if (process.prune !== "none") return;
    for (const directory of perlPath.directories) {
      if (areaOf(installation, directory) === "site") {
        await emitter.directory(directory, { keeps: () => true, role: "file", because: onPath });
      }
    }
  }

  return {
    async *start() {
      await reachStart();
      if (command.modules.includes("re")) await modules.reachSpared("re");
      for (const name of command.modules)
        await modules.reach(name, { evidence: "proved", why: `is told to load ${name}` });
      const code = scanPerl(command.code ?? "");
      await reachScan(code, process.program, "app");
      yield* emitter.take();
      for (const path of [...(script === undefined ? [] : [script]), ...process.entries]) {
        loaded.add(path);
        const why = path === script ? "runs the script of its arguments" : "is told to load it";
        yield { need: { path, role: "module", evidence: "proved", why } };
      }
    },
    async *needs(path) {
      const text = await files.readText(path);
      if (text === undefined) return;
      const isSource =
        /\.(?:pm|pl|al|psgi|cgi|ph|t|PL)$/u.test(baseName(path)) || loaded.has(path) || hasPerlShebang(text);
      if (!isSource) return;
      const scan = scanPerl(text);
      const area = areaOf(installation, path);
      await reachScan(scan, path, area);
      yield* emitter.take();
      if (area !== "app" || !loaded.has(path)) return;
      for (const line of scan.computed) yield { finding: computedRequire(path, line) };
    },
    async *settle() {
      for (const [path, names] of missing) {
        for (const [name, line] of names) {
          if (await modules.reach(name, { evidence: "proved", why: `loads ${name} (line ${line})` }))
            names.delete(name);
        }
        const isLoaded = isLoadedAtStart(path);
        for (const [name, line] of names) {
          if (!isLoaded || reported.has(`${path} ${name}`)) continue;
          reported.add(`${path} ${name}`);
          yield { finding: missingModule(path, { name, line }), from: path };
        }
      }
      // Somebody connects where nobody reads it.
      takesAnyDriver ||= hasDrivers && drivers.size === ownDrivers.length;
      await reachDrivers(undefined);
      yield* emitter.take();
    },
  };

  /** True when the program loads the source before it runs its first statement. */
  function isLoadedAtStart(path: AbsPath): boolean {
    if (loaded.has(path) || path === process.program) return true;
    const seen = new Set<AbsPath>([...loaded, process.program]);
    for (const one of seen) {
      for (const name of leadsTo.get(one) ?? []) {
        const end = `/${name.replaceAll("::", "/")}.pm`;
        for (const other of leadsTo.keys()) if (other.endsWith(end)) seen.add(other);
      }
    }
    return seen.has(path);
  }

  function missingModule(path: AbsPath, { name, line }: { readonly name: string; readonly line: number }): Finding {
    return {
      // A program that changes @INC may know better.
      severity: touchesPath ? "warning" : "error",
      code: "PERL_MODULE_MISSING",
      path,
      message: `cannot load ${name}: line ${line} of ${path} uses it, not found on @INC (${modules.directories().join(":")})`,
      hint: "install the package that has it in the builder, or add its directory to PERL5LIB",
    };
  }
}
