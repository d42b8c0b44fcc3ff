import type { Evidence, Interpreter, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { zonesNeed } from "../../closure/model/time-zones.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { indexPackages } from "./packages.ts";
import { findTclPaths, pathsIn } from "./search-path.ts";
import { type RequiredPackage, scanTcl } from "./source-scan.ts";

/** Tcl 8 and 9, Tk's wish, and expect. */
export const tcl: Interpreter = {
  name: "tcl",
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && [path, realPath].some((name) => /^(?:tclsh|wish|expect)(?:-?[\d.]+)?$/u.test(baseName(name))),
  start: startTcl,
};

interface Because {
  readonly evidence: Evidence;
  readonly why: string;
}

async function startTcl(process: ProcessContext): Promise<Runtime> {
  const files = processFiles(process.root);
  const paths = await findTclPaths(process, files);
  const packages = await indexPackages(paths, files);
  const loaded = new Set<AbsPath>();
  const done = new Set<string>();
  const missing: { readonly path: AbsPath; readonly required: RequiredPackage }[] = [];
  const script = scriptOf(process.args);

  async function* start(): AsyncIterable<Yield> {
    const [own] = paths.libraries;
    if (own === undefined) {
      yield { finding: withoutLibrary(process.program) };
      return;
    }
    for (const directory of paths.libraries) yield* libraryNeeds(directory);
    if (process.prune === "none") {
      for (const directory of packages.directories()) yield* packageNeeds(directory, true);
    }
    if (script !== undefined)
      yield moduleNeed(pathOf(script), { evidence: "proved", why: "runs the script of its arguments" });
    for (const path of process.entries)
      yield moduleNeed(path, { evidence: "proved", why: "is an entry of the application" });
  }

  /** The scripts of Tcl and Tk themselves; encodings, messages and zones lie below them. */
  async function* libraryNeeds(directory: AbsPath): AsyncIterable<Yield> {
    if (done.has(directory)) return;
    done.add(directory);
    const isReachable = process.stdlib === "reachable";
    for await (const { path, stat } of walk(process.root, (await files.realPath(directory)) ?? directory)) {
      if (stat.kind !== "file" && stat.kind !== "link") continue;
      const relative = path.slice(((await files.realPath(directory)) ?? directory).length + 1);
      if (process.stdlib !== "full" && /\.[ch]$|^demos\//u.test(relative)) continue;
      if (isReachable && /^(?:encoding|msgs|tzdata|tcl\d|opt|http)/u.test(relative)) continue;
      yield fileNeed(childOf(directory, relative), { evidence: "rule", why: "has it in its script library" });
    }
    // Its existence alone says where encodings are.
    yield {
      need: {
        path: childOf(directory, "encoding"),
        role: "file",
        evidence: "rule",
        why: "looks for encodings in it",
        optional: true,
      },
    };
  }

  async function* partNeeds(part: string, why: string): AsyncIterable<Yield> {
    const [own] = paths.libraries;
    if (own === undefined || done.has(part) || process.stdlib !== "reachable") return;
    done.add(part);
    yield {
      need: { path: childOf(own, part), role: "tree", evidence: "rule", why, optional: true, layer: "interpreter" },
    };
  }

  async function* needs(path: AbsPath): AsyncIterable<Yield> {
    if (!/\.(?:tcl|tm|test|tk|exp|itcl)$/u.test(path) && !loaded.has(path)) return;
    const text = baseName(path) === "pkgIndex.tcl" ? undefined : await files.readText(path);
    if (text === undefined) return;
    const scan = scanTcl(text);
    const base = parentOf(path);
    const isInstalled = paths.autoPath.some((directory) => isWithin(path, directory));
    for (const directory of scan.directories)
      await packages.add(toAbsPath(directory, directory.startsWith("./") ? base : process.workdir));
    for (const required of scan.packages) {
      const isFound = yield* requiredNeeds(required);
      if (!isFound && required.isCertain && !isInstalled) missing.push({ path, required });
    }
    for (const file of scan.files) {
      const target = toAbsPath(file, file.startsWith("./") ? base : process.workdir);
      if (await files.isFile(target)) yield* partOf(target, { evidence: "proved", why: `loads ${file}` }, true);
    }
    if (scan.usesZones) {
      yield { need: zonesNeed };
      yield* partNeeds("tzdata", "looks up time zones");
    }
    if (scan.usesDates) yield* dateNeeds();
    if (scan.usesEncodings) yield* partNeeds("encoding", "converts by it");
    if (scan.usesLocales) yield* partNeeds("msgs", "has dates of a language in it");
  }

  /** The scripts of `clock` are loaded on its first use; what they require lies elsewhere in the library. */
  async function* dateNeeds(): AsyncIterable<Yield> {
    const [own] = paths.libraries;
    const clock = own === undefined ? undefined : childOf(own, "clock.tcl");
    if (clock === undefined || done.has(clock) || !(await files.isFile(clock))) return;
    done.add(clock);
    for (const required of scanTcl((await files.readText(clock)) ?? "").packages) yield* requiredNeeds(required);
  }

  async function* requiredNeeds({ name, line }: RequiredPackage): AsyncGenerator<Yield, boolean> {
    if (/^(?:Tcl|tcl::zlib|TclOO|zlib|tcl::oo|Expect)$/u.test(name)) return true;
    const found = packages.find(name);
    for (const { directory, files: own, isModule } of found) {
      const because: Because = { evidence: "proved", why: `requires ${name} (line ${line})` };
      for (const path of own) if (await files.isFile(path)) yield* partOf(path, because);
      if (!isModule) yield* packageNeeds(directory, process.prune !== "reachable");
    }
    return found.length > 0;
  }

  /** A package with its index, and the indexes around it, which lead to it. */
  async function* packageNeeds(directory: AbsPath, isWhole: boolean): AsyncIterable<Yield> {
    if (done.has(`package ${directory}`)) return;
    done.add(`package ${directory}`);
    for (const path of packages.indexesAround(directory)) {
      yield fileNeed(path, { evidence: "rule", why: "finds packages by it" });
    }
    if (!isWhole) return;
    const others = new Set(packages.directories());
    others.delete(directory);
    for await (const { path, stat } of walk(process.root, directory, (one) => !others.has(one))) {
      if (stat.kind === "file" && !others.has(path))
        yield* partOf(path, { evidence: "rule", why: `needs ${baseName(directory)}, to which it belongs` });
    }
  }

  /** Libraries bring scripts of their own, as that of Tk does. */
  async function* partOf(
    path: AbsPath,
    because: Because,
    isSource = /\.(?:tcl|tm)$/u.test(path),
  ): AsyncIterable<Yield> {
    if (!path.endsWith(".so")) {
      yield moduleNeed(path, because, isSource);
      return;
    }
    // A package for several versions of Tcl has a library for each.
    const version = /\/libtcl(9)/u.exec(path)?.[1];
    if (version !== undefined && !(paths.libraries[0] ?? "").includes("tcl9")) return;
    yield { need: { path, role: "object", ...because, ...layerOf(path) } };
    for (const text of await pathsIn(path, files)) {
      const directory = toAbsPath(text);
      if ((await files.names(directory)).has("tk.tcl")) yield* libraryNeeds(directory);
    }
  }

  async function* settle(): AsyncIterable<Yield> {
    for (const { path, required } of missing.splice(0)) {
      const isFound = yield* requiredNeeds(required);
      if (!isFound) yield { finding: missingPackage(path, required), from: path };
    }
  }

  function pathOf(text: string): AbsPath {
    return toAbsPath(text, process.workdir);
  }

  function moduleNeed(path: AbsPath, because: Because, isSource = true): Yield {
    if (isSource) loaded.add(path);
    return { need: { path, role: isSource ? "module" : "file", ...because, ...layerOf(path) } };
  }

  function fileNeed(path: AbsPath, because: Because): Yield {
    return { need: { path, role: "file", ...because, layer: "interpreter" } };
  }

  function layerOf(path: AbsPath): { readonly layer?: "dependencies" } {
    return paths.autoPath.some((directory) => directory !== "/" && isWithin(path, directory))
      ? { layer: "dependencies" }
      : {};
  }

  return { start, needs, settle };
}

/** The script of tclsh(1) and wish(1), or of `expect -f`. */
export function scriptOf(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "--") return args[index + 1];
    if (/^-(?:encoding|c|colormap|display|geometry|name|use|visual)$/u.test(word)) index++;
    else if (word === "-f" || word === "-b") return args[index + 1];
    else if (word !== "-" && !word.startsWith("-")) return word;
  }
  return undefined;
}

function withoutLibrary(program: AbsPath) {
  return {
    severity: "error",
    code: "TCL_LIBRARY_MISSING",
    path: program,
    message: `cannot find the scripts of ${program}: no directory that is compiled into its library holds init.tcl`,
    hint: "install the whole interpreter in the builder, or set TCL_LIBRARY",
  } as const;
}

function missingPackage(path: AbsPath, { name, line }: RequiredPackage) {
  return {
    severity: "warning",
    code: "MODULE_MISSING",
    path,
    message: `cannot find module ${name}: required at ${path}:${line}, no index of auto_path and no Tcl module has it`,
    hint: "install it in the builder, or set TCLLIBPATH",
  } as const;
}
