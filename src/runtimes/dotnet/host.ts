import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { zonesNeed } from "../../dlopen/zones-need.ts";
import { assetPath, fallbacks, parseDeps } from "../../formats/dotnet/deps.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import {
  type FoundFrameworks,
  type FrameworkOverrides,
  findFrameworks,
  newestIn,
  parseRuntimeConfig,
  type RuntimeConfig,
} from "./frameworks.ts";

/** A program of .NET, and how its host starts it. */
export interface DotnetProgram {
  /** The assembly; undefined where it is packed into the host. */
  readonly assembly: AbsPath | undefined;
  /** Where its files lie. */
  readonly directory: AbsPath;
  readonly config: RuntimeConfig;
  /** Files of the configuration that are there. */
  readonly configFiles: readonly AbsPath[];
  /** The text of its `deps.json`; undefined where there is none. */
  readonly depsText: string | undefined;
  /** Where shared frameworks lie; undefined for a program that has its run-time with it. */
  readonly install: AbsPath | undefined;
  readonly overrides: FrameworkOverrides;
  readonly probingPaths: readonly AbsPath[];
}

/** Reads the files beside an assembly, which have its name. */
export async function readProgram(
  files: ProcessFiles,
  assembly: AbsPath,
  start: Pick<DotnetProgram, "install" | "overrides"> & {
    readonly configPath?: AbsPath | undefined;
    readonly depsPath?: AbsPath | undefined;
    readonly probingPaths?: readonly AbsPath[];
  },
): Promise<DotnetProgram> {
  const stem = assembly.replace(/\.(?:dll|exe)$/u, "");
  const configPath = start.configPath ?? toAbsPath(`${stem}.runtimeconfig.json`);
  const depsPath = start.depsPath ?? toAbsPath(`${stem}.deps.json`);
  const [configText, depsText] = [await files.readText(configPath), await files.readText(depsPath)];
  const config = parseRuntimeConfig(configText ?? "");
  const directory = parentOf(assembly);
  return {
    assembly,
    directory,
    config,
    configFiles: [...(configText === undefined ? [] : [configPath]), ...(depsText === undefined ? [] : [depsPath])],
    depsText,
    install: start.install,
    overrides: start.overrides,
    probingPaths: [...(start.probingPaths ?? []), ...config.probingPaths.map((path) => toAbsPath(path, directory))],
  };
}

/** `linux-x64` and the like, by what the program is linked with. */
export function platformOf({ architecture, elf }: ProcessContext): string {
  const cpu = { amd64: "x64", arm64: "arm64", arm: "arm", "386": "x86" }[architecture] ?? architecture;
  return elf?.loader?.includes("/ld-musl-") === true ? `linux-musl-${cpu}` : `linux-${cpu}`;
}

/** True where a program does without ICU: by its configuration, else by the environment. */
export function isInvariant(config: RuntimeConfig, { env }: ProcessContext): boolean {
  const stated = config.properties["System.Globalization.Invariant"];
  if (typeof stated === "boolean") return stated;
  const text = typeof stated === "string" ? stated : (env["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] ?? "");
  return /^(?:1|true)$/iu.test(text);
}

/** The host's libraries, the frameworks, and what the program lists. */
export async function* programNeeds(program: DotnetProgram, proc: ProcessContext): AsyncIterable<Yield> {
  const files = processFiles(proc.root);
  for (const path of program.configFiles) yield own(path, "file", "is started with what it says");
  if (program.assembly !== undefined) yield own(program.assembly, "file", "runs it");
  const { install } = program;
  if (install === undefined) yield* localRuntime(program.directory, files);
  else yield* sharedRuntime({ ...program, install }, { proc, files });
  yield* listedFiles(program, { proc, files });
  yield* applicationFiles(program, proc);
  for (const hook of (proc.env["DOTNET_STARTUP_HOOKS"] ?? "").split(":")) {
    if (hook.startsWith("/")) yield own(toAbsPath(hook), "file", "runs it first, as DOTNET_STARTUP_HOOKS says");
  }
  const profiler = proc.env["CORECLR_PROFILER_PATH"] ?? "";
  if (proc.env["CORECLR_ENABLE_PROFILING"] === "1" && profiler !== "") {
    yield own(toAbsPath(profiler, proc.workdir), "object", "loads the profiler of CORECLR_PROFILER_PATH");
  }
  if (proc.env["DOTNET_SYSTEM_TIMEZONE_INVARIANT"] !== "1") yield { need: zonesNeed };
}

/** A run-time that was published with its program. */
async function* localRuntime(directory: AbsPath, files: ProcessFiles): AsyncIterable<Yield> {
  for (const name of await files.names(directory)) {
    if (/^lib(?:hostfxr|hostpolicy|coreclr)\.so$/u.test(name)) {
      yield own(childOf(directory, name), "object", "loads its part of the run-time beside it");
    }
  }
}

interface Surroundings {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
}

async function* sharedRuntime(
  program: DotnetProgram & { readonly install: AbsPath },
  { files }: Surroundings,
): AsyncIterable<Yield> {
  const { install } = program;
  const resolver = await newestIn(files, toAbsPath("host/fxr", install));
  const library = resolver && childOf(resolver, "libhostfxr.so");
  if (library === undefined || !(await files.isFile(library))) {
    yield missingRuntime(program, `no host/fxr/VERSION/libhostfxr.so in ${install}`);
    return;
  }
  yield own(library, "object", "finds the frameworks with it", "interpreter");
  const found = await findFrameworks(files, install, program);
  yield* missingFrameworks(found, program);
  for (const [name, directory] of found.directories) yield* frameworkFiles(name, directory, files);
}

/** A shared framework is one directory, and the host wants every file that its list names. */
async function* frameworkFiles(name: string, directory: AbsPath, files: ProcessFiles): AsyncIterable<Yield> {
  const why = `is of the framework ${name}`;
  for (const file of await files.names(directory)) {
    const path = childOf(directory, file);
    if (!(await files.isFile(path)) || /\.(?:xml|pdb|dbg)$/u.test(file)) continue;
    // It is loaded where LTTng is there, and only tried where it is not.
    const isLibrary = file.endsWith(".so") && file !== "libcoreclrtraceprovider.so";
    yield own(path, isLibrary ? "object" : "file", why, "interpreter");
  }
}

function* missingFrameworks({ missing }: FoundFrameworks, program: DotnetProgram): Iterable<Yield> {
  for (const { reference, available } of missing) {
    const there = available.length === 0 ? "there is none" : `there is ${available.join(", ")}`;
    yield missingRuntime(program, `${reference.name} ${reference.version} is asked for, and ${there}`);
  }
}

function missingRuntime(program: DotnetProgram, reason: string): Yield {
  const path = program.assembly ?? program.directory;
  return {
    finding: {
      severity: "error",
      code: "DOTNET_RUNTIME_MISSING",
      path,
      message: `cannot run ${path}: ${reason}`,
      hint: "install the run-time that its runtimeconfig.json names in the builder, or publish it self-contained",
    },
  };
}

/** The files in the list of dependencies: beside the program, or in directories of packages. */
async function* listedFiles(program: DotnetProgram, { proc, files }: Surroundings): AsyncIterable<Yield> {
  if (program.depsText === undefined) {
    // Without a list, every assembly and library beside the program may be loaded.
    for (const name of await files.names(program.directory)) {
      const path = childOf(program.directory, name);
      if (/\.(?:dll|so)$/u.test(name) && (await files.isFile(path))) yield assetNeed(path, name.endsWith(".so"));
    }
    return;
  }
  const { assets, libraries } = parseDeps(program.depsText, platformOf(proc));
  const paths = new Map(libraries.map(({ name, version, path }) => [`${name}/${version}`, path]));
  for (const asset of assets) {
    const location = toAbsPath(assetPath(asset), program.directory);
    const inPackage = `${paths.get(asset.library) ?? asset.library.toLowerCase()}/${asset.path}`;
    for (const path of [location, ...program.probingPaths.map((directory) => toAbsPath(inPackage, directory))]) {
      if (!(await files.isFile(path))) continue;
      yield assetNeed(path, asset.kind === "native" && /\.so(?:\.|$)/u.test(path));
      break;
    }
  }
}

function assetNeed(path: AbsPath, isLibrary: boolean): Yield {
  return own(path, isLibrary ? "object" : "file", "lists it among its dependencies", "dependencies");
}

/** Settings, pages and translations beside the program, where the spec does not give them as the app. */
async function* applicationFiles(program: DotnetProgram, proc: ProcessContext): AsyncIterable<Yield> {
  const { directory } = program;
  const isGiven = proc.appRoot !== undefined && isWithin(directory, proc.appRoot);
  if (isGiven || program.assembly === undefined || directory === "/" || proc.prune === "reachable") return;
  const usable = new Set(fallbacks(platformOf(proc)));
  const enters = (path: AbsPath): boolean =>
    baseName(parentOf(path)) !== "runtimes" || parentOf(parentOf(path)) !== directory || usable.has(baseName(path));
  for await (const { path, stat } of walk(proc.root, directory, enters)) {
    if (stat.kind !== "file" || path.endsWith(".pdb")) continue;
    yield own(path, "file", "has it beside it");
  }
}

function own(path: AbsPath, role: Need["role"], why: string, layer?: Need["layer"]): Yield {
  const isSure = role === "object" ? "declared" : "proved";
  return { need: { path, role, evidence: isSure, why, ...(layer === undefined ? {} : { layer }) } };
}
