import { defaultPath } from "../../rootfs/default-path.ts";
import { type AbsPath, baseName, type FileStat, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ProcessContext, Yield } from "../model/closure.ts";
import type { LoaderOptions } from "../model/loader.ts";
import { bareStart, type Process, type StartOptions } from "../model/process.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { View, Walk } from "../model/view.ts";
import { unknownRuntime } from "../ownership/unknown-runtime.ts";
import { launchedCommand } from "./launchers.ts";
import { takePackageUnit } from "./package-unit.ts";
import { callFunction, withClient } from "./runtime-interface-client.ts";
import { maxShebangDepth, parseEnvArgument, parseShebang, type Shebang, shebangBytes } from "./shebang.ts";
import type { Ask, Worklist } from "./worklist.ts";

/** Scripts may start each other with ever more arguments. */
const maxLaunchDepth = 8;

const machines: Readonly<Record<string, number>> = {
  "386": 3,
  amd64: 62,
  arm: 40,
  arm64: 183,
  ppc64le: 21,
  riscv64: 243,
  s390x: 22,
};

/** The directories that programs of a view are looked up in, in order: those of the builder, then of the image. */
export function searchPath(request: ClosureRequest, view: View): readonly AbsPath[] {
  const texts = [view.searchPath ?? "", request.process.env["PATH"] ?? ""].filter((text) => text !== "");
  const directories = (texts.length === 0 ? [defaultPath] : texts).flatMap((text) => text.split(":"));
  const named = directories.filter((directory) => directory !== "");
  return [...new Set(named.map((directory) => toAbsPath(directory, request.process.workdir)))];
}

/** The file that execvp(3) would run for `name`; undefined when there is none. `first` comes before the directories of PATH. */
export async function findProgram(
  request: ClosureRequest,
  view: View,
  name: string,
  first: readonly AbsPath[] = [],
): Promise<AbsPath | undefined> {
  if (name.includes("/")) return toAbsPath(name, request.process.workdir);
  for (const directory of [...first, ...searchPath(request, view)]) {
    const path = toAbsPath(name, directory);
    const { stat } = await view.walk(path);
    if (stat?.kind === "file" && (stat.mode & 0o111) !== 0) return path;
  }
  return undefined;
}

/** What running a program brings: a script its interpreter, an ELF file its loader, libraries and run-time. */
export async function startProgram(work: Worklist, ask: Ask, walk: Walk & { readonly stat: FileStat }): Promise<void> {
  const { view, need } = ask;
  const start = ask.start ?? launchOf(ask);
  const { args, isImage, hasApp } = start;
  const key = [view.name, need.path, isImage ? "image" : "", hasApp ? "app" : "", ...args].join("\0");
  if (!work.isNew(`program\0${key}`)) return;
  if (walk.stat.kind === "directory") return refuse(work, ask, "it is a directory");
  if ((walk.stat.mode & 0o111) === 0) return refuse(work, ask, "its mode has no execute bit");
  const head = (await view.root.readFile(walk.real, { offset: 0, length: shebangBytes })) ?? new Uint8Array();
  const shebang = parseShebang(head);
  if (shebang !== undefined) return startScript(work, { ...ask, start }, { real: walk.real, shebang });

  const elf = await work.readElf(view, walk.real);
  const interpreter = work.plugins.interpreters.find((one) =>
    one.claims({ path: need.path, realPath: walk.real, elf }),
  );
  if (elf === undefined && interpreter === undefined) {
    const problem = await work.plugins.describeElf?.(view.root, walk.real);
    return refuse(work, ask, problem ?? 'it is neither an ELF file nor a script that starts with "#!"');
  }
  if (elf !== undefined && elf.machine !== (machines[work.request.architecture] ?? elf.machine)) {
    return refuse(work, ask, `it is not a program for ${work.request.architecture}`, "PROGRAM_ARCHITECTURE");
  }
  const { env, workdir } = work.request.process;
  const root = view.root;
  const options = { ...loaderOptions(work, view, need.path), env: loaderEnv(work.request, walk.stat) };
  const readElf: ProcessContext["readElf"] = (path) => work.readElf(view, path);
  const loader = elf?.loader === undefined ? undefined : await work.plugins.openProcess(options);
  const plain: ProcessContext = {
    root,
    program: need.path,
    realProgram: walk.real,
    elf,
    args,
    env,
    workdir,
    entries: hasApp ? work.request.process.entries : [],
    appRoot: hasApp ? work.request.process.appRoot : undefined,
    stdlib: work.request.process.stdlib,
    prune: work.request.process.prune,
    bytecode: work.request.process.bytecode,
    architecture: work.request.architecture,
    nameServices: work.request.system.nss,
    memory: work.plugins.memory,
    readElf,
    findLibrary: async (soname, requester) => loader?.find(soname, requester),
    findProgram: async (name, directories) => findProgram(work.request, view, name, directories),
  };
  // What the run-time starts on its way, such as a helper, calls no function.
  const client = isImage && start.launchDepth === 0 ? await callFunction(work, interpreter, plain) : undefined;
  const context = client === undefined ? plain : withClient(plain, client, work.request);
  const process: Process = {
    key,
    view,
    program: need.path,
    realProgram: walk.real,
    start,
    context,
    loader,
    interpreter,
    runtime: await interpreter?.start(context),
    client,
    rulesSeen: 0,
  };
  work.processes.set(key, process);
  const node = work.nodes.get(walk.real);
  if (node !== undefined && process.runtime !== undefined) node.layer ??= "interpreter";
  const asker = { view, from: walk.real, process };
  if (loader !== undefined) await work.askAll(await loader.startUp(), asker);
  await applyRules(work, process);
  if (process.runtime !== undefined) await work.askAll(process.runtime.start(), asker);
  await takeUnknownRuntime(work, process, asker);
  await takeUnit(work, process);
  await startCommand(work, process);
}

/** The package of a program that no run-time claims, or of the script that a run-time runs. */
async function takeUnit(work: Worklist, process: Process): Promise<void> {
  const { start, interpreter, realProgram } = process;
  if (work.request.closure.dlopen === "off") return;
  if (start.script !== undefined) await takePackageUnit(work, process, start.script);
  else if (interpreter === undefined) await takePackageUnit(work, process, realProgram);
}

/** A run-time of which no plug-in knows the rules: an interpreter, the script that stands for one, or what that script runs. */
async function takeUnknownRuntime(work: Worklist, process: Process, asker: Omit<Ask, "need">): Promise<void> {
  const { start, interpreter, realProgram, view, context } = process;
  const isUnknown = interpreter === undefined && (start.isInterpreter || start.behind !== undefined);
  const program = start.wrapper ?? (isUnknown ? realProgram : undefined);
  if (program === undefined || !work.isNew(`unknown\0${view.name}\0${program}`)) return;
  const { plugins } = work;
  const wrapper = start.behind;
  const yields = unknownRuntime(context, { program, plugins, ...(wrapper === undefined ? {} : { wrapper }) });
  await work.askAll(yields, { ...asker, from: program === realProgram ? asker.from : program });
}

/** How the loader of a program of a view is simulated. */
export function loaderOptions(work: Worklist, view: View, program: AbsPath): LoaderOptions {
  const { env, workdir } = work.request.process;
  const { libraryPath, root } = view;
  return {
    root,
    program,
    env,
    workdir,
    readElf: (path) => work.readElf(view, path),
    describeElf: async (path) => work.plugins.describeElf?.(root, path),
    ...(libraryPath === undefined ? {} : { builderLibraryPath: libraryPath }),
  };
}

/**
 * What the loader sees of the environment: nothing that could replace libraries of a program which gains rights by being started
 * (ld.so(8), "secure-execution mode"; musl does the same). Root gains none. File capabilities count for nothing: no image keeps them, and
 * not every tree can tell.
 */
function loaderEnv({ process }: ClosureRequest, stat: FileStat): Readonly<Record<string, string>> {
  const gains = (stat.mode & 0o6000) !== 0;
  if (!gains || /^(?:root|0)(?::|$)/.test(process.user)) return process.env;
  const { LD_LIBRARY_PATH: _path, LD_PRELOAD: _preload, ...others } = process.env;
  return others;
}

/** What loading an object into a process brings: its libraries, and what the dlopen rules know of all of them. */
export async function loadObject(work: Worklist, ask: Ask, real: AbsPath): Promise<void> {
  const { process, view, need } = ask;
  if (process?.loader === undefined || !work.isNew(`object\0${process.key}\0${need.path}`)) return;
  await work.askAll(await process.loader.loadObject(need.path), { view, from: real, process });
  await applyRules(work, process);
}

async function applyRules(work: Worklist, process: Process): Promise<void> {
  const { dlopen } = work.request.closure;
  if (dlopen === "off") return;
  const objects = process.loader?.loaded() ?? [process.program];
  for (const path of objects.slice(process.rulesSeen)) {
    process.rulesSeen++;
    const elf = await work.readElf(process.view, path);
    if (elf === undefined) continue;
    const { real } = await process.view.walk(path);
    for (const rule of work.plugins.rules) {
      if (!rule.applies({ path, elf })) continue;
      const yields = rule.needs({ path, elf }, process.context);
      await work.askAll(dlopen === "notes" ? onlyDeclared(yields) : yields, {
        view: process.view,
        from: real,
        process,
      });
    }
  }
}

async function* onlyDeclared(yields: AsyncIterable<Yield>): AsyncIterable<Yield> {
  for await (const one of yields) {
    if (!("need" in one) || one.need.evidence === "declared") yield one;
  }
}

async function startScript(
  work: Worklist,
  ask: Ask & { readonly start: StartOptions },
  script: { readonly real: AbsPath; readonly shebang: Shebang },
): Promise<void> {
  const { view, need, start } = ask;
  const { shebang, real } = script;
  if (shebang.hasCarriageReturn) {
    return report(work, ask, {
      code: "SHEBANG_CRLF",
      message: `cannot run ${need.path}: its first line ends in CR LF, so that the kernel looks for "${shebang.interpreter}\\r"`,
      hint: "save the script with LF line ends",
    });
  }
  if (start.shebangDepth >= maxShebangDepth) {
    return report(work, ask, {
      code: "SHEBANG_TOO_DEEP",
      message: `cannot run ${need.path}: more than ${maxShebangDepth} scripts interpret each other`,
      hint: "name a program that is no script in the first line",
    });
  }
  const interpreter = toAbsPath(shebang.interpreter, work.request.process.workdir);
  const rest = [need.path, ...start.args];
  const argument = shebang.argument === undefined ? [] : [shebang.argument];
  const why = `names ${interpreter} in its first line`;
  const isEnv = baseName(interpreter) === "env";
  const next: StartOptions = isEnv ? bareStart : interpreterStart(start, { real, args: [...argument, ...rest] });
  work.ask({
    view,
    need: { path: interpreter, role: "program", evidence: "proved", why },
    from: real,
    start: next,
  });
  if (!isEnv) return;
  const command = parseEnvArgument(shebang.argument);
  if (command === undefined) return;
  const args = [...command.slice(1), ...rest];
  await askCommand(
    work,
    { ...ask, from: real },
    { command: command[0] ?? "", start: interpreterStart(start, { real, args }) },
  );
}

/** What the first line of a script names. A script that is named as an interpreter itself stands for one. */
function interpreterStart(
  { wrapper, ...start }: StartOptions,
  { real, args }: { readonly real: AbsPath; readonly args: readonly string[] },
): StartOptions {
  const own = start.isInterpreter ? real : wrapper;
  return {
    ...start,
    args,
    shebangDepth: start.shebangDepth + 1,
    isInterpreter: true,
    script: start.script ?? real,
    ...(own === undefined ? {} : { wrapper: own }),
  };
}

/** A program that is started with known arguments goes on as the process that starts it: the application may be behind it. */
function launchOf({ need, process }: Ask): StartOptions {
  if (need.args === undefined || process === undefined) return bareStart;
  const { wrapper, ...start } = process.start;
  if (start.launchDepth >= maxLaunchDepth) return bareStart;
  const behind = wrapper ?? start.behind;
  return {
    ...start,
    args: need.args,
    isInterpreter: false,
    script: undefined,
    shebangDepth: 0,
    launchDepth: start.launchDepth + 1,
    ...(behind === undefined ? {} : { behind }),
  };
}

/** Programs that run what their arguments name. */
async function startCommand(work: Worklist, process: Process): Promise<void> {
  const { start, view, realProgram, program } = process;
  const command = launchedCommand(baseName(program), start.args);
  if (command === undefined) return;
  const ask: Ask = { view, from: realProgram, need: { path: program, role: "program", evidence: "proved", why: "" } };
  await askCommand(work, ask, { command: command[0] ?? "", start: { ...start, args: command.slice(1) } });
}

async function askCommand(
  work: Worklist,
  ask: Ask,
  { command, start }: { readonly command: string; readonly start: StartOptions },
): Promise<void> {
  const path = await findProgram(work.request, ask.view, command);
  const why = `runs ${command}, which its arguments name`;
  if (path === undefined) {
    return report(work, ask, {
      code: "PROGRAM_MISSING",
      message: `cannot find ${command}: ${ask.need.path} runs it, not in ${searchPath(work.request, ask.view).join(":")}`,
    });
  }
  work.ask({ view: ask.view, need: { path, role: "program", evidence: "proved", why }, from: ask.from, start });
}

function refuse(
  work: Worklist,
  ask: Ask,
  reason: string,
  code: "PROGRAM_NOT_EXECUTABLE" | "PROGRAM_ARCHITECTURE" = "PROGRAM_NOT_EXECUTABLE",
): void {
  report(work, ask, {
    code,
    message: `cannot run ${ask.need.path}: ${reason}`,
    hint:
      code === "PROGRAM_ARCHITECTURE"
        ? `build it for ${work.request.architecture}, or take it from a builder of that platform`
        : "name a program that the kernel can run",
  });
}

function report(
  work: Worklist,
  ask: Ask,
  found: {
    readonly code:
      | "PROGRAM_MISSING"
      | "PROGRAM_NOT_EXECUTABLE"
      | "PROGRAM_ARCHITECTURE"
      | "SHEBANG_CRLF"
      | "SHEBANG_TOO_DEEP";
    readonly message: string;
    readonly hint?: string;
  },
): void {
  work.report({ finding: { severity: "error", path: ask.need.path, ...found }, from: ask.from, isMissing: true });
}
