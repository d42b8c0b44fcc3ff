import { machineOf } from "../../formats/elf/machine-numbers.ts";
import { launchedCommand } from "../../formats/text/launchers.ts";
import {
  maxShebangDepth,
  parseEnvArgument,
  parseShebang,
  type Shebang,
  shebangBytes,
} from "../../formats/text/shebang.ts";
import { madeOnce } from "../../rootfs/made-once.ts";
import type { ResolvedPath } from "../../rootfs/resolved-path.ts";
import { type AbsPath, baseName, type FileStat, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Finding, Yield } from "../model/closure.ts";
import { pointerOf } from "../model/graph.ts";
import type { LoaderProcess } from "../model/loader.ts";
import { bareStart, type Process, type StartOptions } from "../model/process.ts";
import type { ClosureRequest } from "../model/request.ts";
import { embedRuntimes, embeds } from "./embedded-runtimes.ts";
import { launchOf } from "./launch.ts";
import { takePackageUnit } from "./package-unit.ts";
import { contextOf, findProgram, loaderOptions, searchPath } from "./process-context.ts";
import { callFunction, withRuntimeInterfaceClient } from "./runtime-interface-client.ts";
import { type Demand, isSuggested, type Worklist } from "./worklist.ts";

/** The needs of running a program: a script needs its interpreter, an ELF file its loader, libraries and run-time. */
export async function startProgram(
  work: Worklist,
  demand: Demand,
  resolved: ResolvedPath & { readonly stat: FileStat },
): Promise<void> {
  const { view, need } = demand;
  const start = await startOf(work, demand);
  const { args, isImage, hasApp } = start;
  const kinds = [isImage ? "image" : "", hasApp ? "app" : "", start.isSuggested ? "suggested" : ""];
  const alike = [view.name, need.path, ...kinds, start.workdir ?? "", JSON.stringify(start.env)].join("\0");
  const key = [alike, ...args].join("\0");
  if (!work.isNew(`program\0${key}`)) return;
  if (resolved.stat.kind === "directory") return refuse(work, demand, "it is a directory");
  if ((resolved.stat.mode & 0o111) === 0) return refuse(work, demand, "its mode has no execute bit");
  const head = (await view.root.readFile(resolved.real, { offset: 0, length: shebangBytes })) ?? new Uint8Array();
  const shebang = parseShebang(head);
  if (shebang !== undefined) return startScript(work, { ...demand, start }, { real: resolved.real, shebang });

  const elf = await work.readElf(view, resolved.real);
  const plugin = work.plugins.runtimes.find((one) => one.claims({ path: need.path, realPath: resolved.real, elf }));
  if (elf === undefined && plugin === undefined) {
    const problem = await work.plugins.describeElf?.(view.root, resolved.real);
    // Kernels are told of archives of Java and programs of Windows: what a script runs may work elsewhere.
    if (demand.proc?.runtime !== undefined && /^(?:PK|MZ)/u.test(new TextDecoder("latin1").decode(head)))
      return refuse(work, demand, "the kernel has to be told what runs it", "PROGRAM_NOT_EXECUTABLE", "warning");
    return refuse(work, demand, problem ?? 'it is neither an ELF file nor a script that starts with "#!"');
  }
  if (elf !== undefined && elf.machine !== (machineOf(work.request.architecture) ?? elf.machine)) {
    return refuse(work, demand, `it is not a program for ${work.request.architecture}`, "PROGRAM_ARCHITECTURE");
  }
  const options = { ...loaderOptions(work, view, need.path), env: loaderEnv(work.request, resolved.stat) };
  // What a run-time loads depends on the script. Other processes of a program load the same, whatever their arguments.
  const open = async (): Promise<LoaderProcess> => work.plugins.openProcess(options);
  const loader =
    elf?.loader === undefined ? undefined : await madeOnce(work.loaders, plugin === undefined ? alike : key, open);
  const isEmbedder = await embeds(work, { view, real: resolved.real }, { plugin, elf, loader });
  const plain = contextOf(work, { ...demand, start }, { realProgram: resolved.real, elf, loader, plugin, isEmbedder });
  // A program that the run-time starts on its way, such as a helper, calls no function.
  const runtimeInterfaceClient =
    isImage && start.launchDepth === 0 ? await callFunction(work, plugin, plain) : undefined;
  const context =
    runtimeInterfaceClient === undefined
      ? plain
      : withRuntimeInterfaceClient(plain, runtimeInterfaceClient, work.request);
  const proc: Process = {
    key,
    view,
    program: need.path,
    realProgram: resolved.real,
    start,
    context,
    loader,
    plugin,
    isEmbedder,
    runtime: await plugin?.start(context),
    runtimeInterfaceClient,
    rulesSeen: 0,
  };
  work.processes.set(key, proc);
  const node = work.nodes.get(resolved.real);
  if (node !== undefined && proc.runtime !== undefined) node.layer ??= "interpreter";
  const requester = { view, from: resolved.real, proc };
  if (loader !== undefined) await work.enqueueAll(await loader.startUp(), requester);
  await applyRules(work, proc);
  if (proc.runtime !== undefined) await work.enqueueAll(proc.runtime.start(), requester);
  await takeUnknownRuntime(work, proc, requester);
  await takeUnit(work, proc);
  await startCommand(work, proc);
}

async function startOf(work: Worklist, demand: Demand): Promise<StartOptions> {
  const start = demand.start ?? launchOf(work, demand);
  if (!isSuggested(demand)) return { ...start, isSuggested: false, isHelper: false };
  const isMeant = pointerOf(demand.from) !== undefined || (await work.isAuthors(demand.view, toAbsPath(demand.from)));
  return { ...start, isSuggested: true, isHelper: start.isHelper ?? !isMeant };
}

/** The package of a program that no run-time claims, or of the script that a run-time runs. */
async function takeUnit(work: Worklist, proc: Process): Promise<void> {
  const { start, plugin, realProgram, isEmbedder } = proc;
  if (work.request.closure.dlopen === "off") return;
  if (start.script !== undefined) await takePackageUnit(work, proc, start.script);
  else if (plugin === undefined || isEmbedder) await takePackageUnit(work, proc, realProgram);
}

/** A run-time without a plug-in: an interpreter, the script that stands for one, or what that script runs. */
async function takeUnknownRuntime(work: Worklist, proc: Process, requester: Omit<Demand, "need">): Promise<void> {
  const { start, plugin, realProgram, view, context } = proc;
  const isUnknown = plugin === undefined && (start.isInterpreter || start.behind !== undefined);
  const program = start.wrapper ?? (isUnknown ? realProgram : undefined);
  if (program === undefined || !work.isNew(`unknown\0${view.name}\0${program}`)) return;
  const packages = await work.systemPackages(view);
  const wrapper = start.behind;
  const unknown = { program, packages, ...(wrapper === undefined ? {} : { wrapper }) };
  const yields = work.plugins.unknownRuntime(context, unknown);
  await work.enqueueAll(yields, { ...requester, from: program === realProgram ? requester.from : program });
}

/**
 * The environment as the loader sees it: nothing that could replace libraries of a program which gains rights by being
 * started (ld.so(8), "secure-execution mode"). Root gains none. File capabilities do not count: no image keeps them.
 */
function loaderEnv({ process: proc }: ClosureRequest, stat: FileStat): Readonly<Record<string, string>> {
  const gains = (stat.mode & 0o6000) !== 0;
  if (!gains || /^(?:root|0)(?::|$)/.test(proc.user)) return proc.env;
  const { LD_LIBRARY_PATH: _path, LD_PRELOAD: _preload, ...others } = proc.env;
  return others;
}

/** The needs of loading an object into a process: its libraries, and those of the dlopen rules. */
export async function loadObject(work: Worklist, demand: Demand, real: AbsPath): Promise<void> {
  const { proc, view, need } = demand;
  if (proc?.loader === undefined || !work.isNew(`object\0${proc.key}\0${need.path}`)) return;
  await work.enqueueAll(await proc.loader.loadObject(need.path), { view, from: real, proc });
  await applyRules(work, proc);
}

async function applyRules(work: Worklist, proc: Process): Promise<void> {
  const { dlopen } = work.request.closure;
  if (dlopen === "off") return;
  const { env, workdir, certainty, isRuntime } = proc.context;
  const withoutArguments = { ...proc.context, args: [] };
  const alike = JSON.stringify([proc.view.name, proc.program, env, workdir, certainty, isRuntime]);
  for (const path of (proc.loader?.loaded() ?? [proc.program]).slice(proc.rulesSeen)) {
    proc.rulesSeen++;
    const isFirst = work.isNew(`rules\0${path}\0${alike}`);
    const elf = await work.readElf(proc.view, path);
    if (elf === undefined) continue;
    const { real } = await proc.view.resolve(path);
    await embedRuntimes(work, proc, { elf, real });
    for (const rule of work.plugins.rules) {
      if ((!isFirst && rule.readsArguments !== true) || !rule.applies({ path, elf })) continue;
      const yields = rule.needs({ path, elf }, rule.readsArguments === true ? proc.context : withoutArguments);
      const taken = dlopen === "notes" ? onlyDeclared(yields) : yields;
      await work.enqueueAll(taken, { view: proc.view, from: real, proc });
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
  demand: Demand & { readonly start: StartOptions },
  script: { readonly real: AbsPath; readonly shebang: Shebang },
): Promise<void> {
  const { view, need, start } = demand;
  const { shebang, real } = script;
  if (shebang.hasCarriageReturn) {
    return report(work, demand, {
      code: "SHEBANG_CRLF",
      message: `cannot run ${need.path}: its first line ends in CR LF, so that the kernel looks for "${shebang.interpreter}\\r"`,
      hint: "save the script with LF line ends",
    });
  }
  if (start.shebangDepth >= maxShebangDepth) {
    return report(work, demand, {
      code: "SHEBANG_TOO_DEEP",
      message: `cannot run ${need.path}: more than ${maxShebangDepth} scripts interpret each other`,
      hint: "name a program that is not a script in the first line",
    });
  }
  const interpreter = toAbsPath(shebang.interpreter, work.request.process.workdir);
  const rest = [need.path, ...start.args];
  const argument = shebang.argument === undefined ? [] : [shebang.argument];
  const why = `names ${interpreter} in its first line`;
  const isEnv = baseName(interpreter) === "env";
  const next: StartOptions = isEnv ? bareStart : interpreterStart(start, { real, args: [...argument, ...rest] });
  work.enqueue({
    view,
    need: { path: interpreter, role: "program", evidence: "proved", why },
    from: real,
    start: next,
  });
  if (!isEnv) return;
  const command = parseEnvArgument(shebang.argument);
  if (command === undefined) return;
  const args = [...command.slice(1), ...rest];
  await enqueueCommand(
    work,
    { ...demand, from: real },
    { command: command[0] ?? "", start: interpreterStart(start, { real, args }) },
  );
}

/** Starts the interpreter in the first line of a script. A script that is named as an interpreter stands for one. */
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

/** Programs that run what their arguments name. */
async function startCommand(work: Worklist, proc: Process): Promise<void> {
  const { start, view, realProgram, program } = proc;
  const command = launchedCommand(baseName(program), start.args);
  if (command === undefined) return;
  const demand: Demand = {
    view,
    from: start.startedBy ?? realProgram,
    need: { path: program, role: "program", evidence: "proved", why: "" },
  };
  await enqueueCommand(work, demand, { command: command[0] ?? "", start: { ...start, args: command.slice(1) } });
}

async function enqueueCommand(
  work: Worklist,
  demand: Demand,
  { command, start }: { readonly command: string; readonly start: StartOptions },
): Promise<void> {
  // A script may give it a word that is known only when it runs: one of a directory (`env -i "/etc/init.d/$1"`).
  if (command === "" || /["'$`*]|\/$/u.test(command)) {
    const message = `cannot tell what ${demand.need.path} runs: its command is known only when it runs`;
    const hint = "list the programs that it can be under `binaries`";
    return report(work, demand, { severity: "warning", code: "SHELL_COMMAND_COMPUTED", message, hint });
  }
  const path = await findProgram(work.request, demand.view, command);
  const why = `runs ${command}, which its arguments name`;
  const isFile = path !== undefined && (await demand.view.resolve(path)).stat?.kind === "file";
  // What a script starts so may never run: the builder lacks it as well.
  const severity = start.launchDepth > 0 ? "warning" : "error";
  if (path === undefined || (!isFile && severity === "warning")) {
    return report(work, demand, {
      severity,
      code: "PROGRAM_MISSING",
      message: `cannot find ${command}: ${demand.need.path} runs it, not in ${searchPath(work.request, demand.view).join(":")}`,
    });
  }
  work.enqueue({
    view: demand.view,
    need: { path, role: "program", evidence: "proved", why },
    from: demand.from,
    start,
  });
}

function refuse(
  work: Worklist,
  demand: Demand,
  reason: string,
  code: "PROGRAM_NOT_EXECUTABLE" | "PROGRAM_ARCHITECTURE" = "PROGRAM_NOT_EXECUTABLE",
  severity: "error" | "warning" = "error",
): void {
  report(work, demand, {
    severity,
    code,
    message: `cannot run ${demand.need.path}: ${reason}`,
    hint:
      code === "PROGRAM_ARCHITECTURE"
        ? `build it for ${work.request.architecture}, or take it from a builder of that platform`
        : "name a program that the kernel can run",
  });
}

function report(
  work: Worklist,
  demand: Demand,
  found: Omit<Finding, "path" | "severity"> & Partial<Pick<Finding, "severity">>,
): void {
  const finding: Finding = { severity: "error", path: demand.need.path, ...found };
  work.report({ finding, from: demand.from, isMissing: true, isSuggested: isSuggested(demand) });
}
