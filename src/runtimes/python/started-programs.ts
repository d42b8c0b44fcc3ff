import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { CallSyntax } from "../../languages/call-syntax.ts";
import { canBeBrought, canBeStarted, isShell, programsNamedIn } from "../../languages/command-words.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { startedByOwn } from "../../languages/given-to-own.ts";
import { listedPrograms } from "../../languages/listed-programs.ts";
import { isOpenCommand, startedCommandsIn, startsIn, untoldProgram } from "../../languages/started-commands.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { callsByFullName } from "./call-names.ts";
import type { Installation } from "./installation.ts";
import { readCode } from "./notebooks.ts";
import type { LiteralCall, SourceScan } from "./source-scan.ts";
import { programCalls } from "./source-words.ts";

/** Functions that hand a text to the shell. */
const shellCalls: ReadonlySet<string> = new Set([
  "create_subprocess_shell",
  "getoutput",
  "getstatusoutput",
  "popen",
  "system",
]);
/** How Python starts programs: subprocess, os, asyncio, and methods named `run` that are given a command. */
export const pythonCalls: CallSyntax = {
  // Whether the line is a comment is asked last: it is the slowest question, and most places are no call.
  calls:
    /(?<!\w|def )(?:(?:subprocess\.)?(?:Popen|check_call|check_output|getoutput|getstatusoutput)|subprocess\.(?:run|call)|os\.(?:system|popen|posix_spawnp?|(?:exec|spawn)[lv]p?e?)|(?:asyncio\.)?create_subprocess_(?:exec|shell)|getattr\(\s*(?:subprocess|os)\s*,\s*["'](?:run|call|Popen|check_call|check_output|system|popen)["']\s*\))(?<!^[ \t]{0,80}#.{0,400})\s*\(\s*(?:args\s*=\s*|(?:os\.)?P_\w+\s*,\s*)?|(?<=\w)\.subprocess_(?:exec|shell)\(\s*[^,\n]{1,100},\s*|(?<=[\w)\]])\.(?:run|sudo|local|exec_run)\((?<!^[ \t]{0,80}#.{0,400})\s*(?=[rf]?["'](?:[a-z][\w.+-]{0,40}(?:["']|[ \t])|\{[^{}"'\n]{1,60}\}[ \t])|["'][^"'\n]?["']\.join\()|\b\w+\.(?:run|sudo|local)\((?<!^[ \t]{0,80}#.{0,400})\s*(?=f["']\{sys\.executable\})/gmu,
  quoted: /(?!)/gu,
  handedOn:
    /(?<![\w.])(?:subprocess\.(?:run|call|Popen|check_call|check_output|getoutput)|os\.(?:system|popen|exec[lv]p?e?))(?<!^[ \t]{0,80}#.{0,400})(?:\s*,\s*(?:args\s*=\s*)?\(?\s*(?=[["'])|(?=\s*(?:[,)\]}]|$))(?<!=[ \t]{0,4}(?:[\w.]{1,30}\([ \t]{0,4})?(?:subprocess|os)\.\w{1,20}))/gmu,
  hole: /\{[^{}"'\n]*\}|%\(\w+\)[sdr]|%[sdr]/gu,
  variable: /^\s*\*?([A-Za-z_]\w*)\s*[,)]/u,
  text: /"""([^"\\]*(?:(?:\\[^]|"(?!""))[^"\\]*){0,100000})"""|'''([^'\\]*(?:(?:\\[^]|'(?!''))[^'\\]*){0,100000})'''|"([^"\\]*(?:\\[^][^"\\]*){0,100000})"|'([^'\\]*(?:\\[^][^'\\]*){0,100000})'/uy,
  definition: /\bdef[ \t]+([A-Za-z_]\w*)/gu,
  join: /^\s*(?:[+%]|\.format\()/u,
  self: { atPlace: /^sys\.executable(?!\w)/u, inText: /\{sys\.executable\}/gu },
  isAlwaysShell: (call) =>
    /^(?:\w*\.)?(?:system|popen|getoutput|getstatusoutput|run\(f|\w+_shell)|\bshell\s*=\s*True/u.test(call),
};
/** Of each process, so that a package is asked for once. */
const known = new WeakMap<ProcessContext, DependencyPrograms>();
const shell = toAbsPath("/bin/sh");

/** The programs that a source of the application starts by name, and the shell with the commands that it is given. */
export async function reachStartedPrograms(
  scan: SourceScan,
  path: AbsPath,
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const code = callsByFullName(await readCode(path, installation));
  out.push(...(await programsFor(installation).startedBy(code, { path, syntax: pythonCalls, isApp: true })));
  for (const call of scan.calls) {
    if (!programCalls.has(call.callee) || (!scan.startsPrograms && isCommon(call.callee))) continue;
    const need = await needOf(call, installation);
    if (need !== undefined) out.push({ need });
  }
  if (!isStartingIn(scan)) return;
  for (const named of scan.paths.filter(isProgramPath).map((one) => toAbsPath(one))) {
    if (isShell(named) || !(await canBeStarted(named, installation.files))) continue;
    const because = { evidence: "string", why: `starts programs, and names ${named}`, optional: true } as const;
    out.push({ need: { path: named, role: "program", ...because } });
  }
}

function programsFor({ proc, files }: Installation): DependencyPrograms {
  const programs = known.get(proc) ?? new DependencyPrograms({ proc, files });
  known.set(proc, programs);
  return programs;
}

function isStartingIn(scan: SourceScan): boolean {
  return scan.startsPrograms || scan.calls.some(({ callee }) => isRare(callee));
}

function isProgramPath(text: string): boolean {
  return /^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.+-]+$/u.test(text);
}

/** What is known of the sources of a package, as far as they were read. */
interface PackageStarts {
  isStarting: boolean;
  /** Programs that sources name by their places, until one of the sources starts some. */
  readonly named: { readonly text: string; readonly from: AbsPath }[];
  hasShell: boolean;
}

/** Of each process, by the distribution or the top-level package of sources. */
const packages = new WeakMap<ProcessContext, Map<string, PackageStarts>>();

/**
 * The programs of packages that the package of a source depends on, and those that it names by their places. Of a
 * source that is loaded, those that its texts begin with count as well.
 */
export async function reachPackagedPrograms(
  scan: SourceScan,
  { path, isLoaded }: { readonly path: AbsPath; readonly isLoaded: boolean },
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const { proc, files, distributions } = installation;
  const isStarting = isStartingIn(scan);
  const dependencies = programsFor(installation);
  for (const need of await dependencies.dataOf(scan.names, path)) out.push({ need });
  const code = isStarting ? ((await files.readText(path)) ?? "") : "";
  const commands = startedCommandsIn(code, pythonCalls);
  for (const one of await dependencies.begunBy(path, commands.some(isOpenCommand))) out.push(one);
  const texts = scan.paths.filter(isProgramPath);
  if (!isStarting && texts.length === 0) return;
  const [owner] = distributions.ownersOf(path);
  const starts = startsOf(proc, owner?.name || path);
  starts.isStarting ||= isStarting;
  for (const text of texts) if (await files.isFile(toAbsPath(text))) starts.named.push({ text, from: path });
  if (!starts.isStarting) return;
  for (const { text, from } of starts.named.splice(0)) {
    const because = { evidence: "string", why: `starts programs, and names ${text}`, optional: true } as const;
    out.push({ need: { path: toAbsPath(text), role: "program", ...because }, from });
    if (!isShell(text)) continue;
    out.push({ unknown: { ...untoldProgram, what: `a command for ${text}` }, from });
    if (starts.hasShell) continue;
    starts.hasShell = true;
    const sources = (owner?.recorded ?? (await packageSources(path, installation))).filter((one) =>
      one.endsWith(".py"),
    );
    for (const program of await programsNamedIn(sources, { proc, files })) {
      const why = `gives commands to ${text}, and has texts that begin with ${baseName(program)}`;
      out.push({ need: { path: program, role: "program", evidence: "string", why, optional: true }, from });
    }
  }
  if (!isStarting) return;
  for (const need of await dependencies.of(path)) out.push({ need });
  if (!isLoaded) return;
  for (const call of scan.calls) {
    if (!programCalls.has(call.callee) || (!scan.startsPrograms && isCommon(call.callee))) continue;
    const need = call.complete ? await needOf(call, installation) : undefined;
    if (need !== undefined && !isShell(need.path) && (await canBeBrought(need.path, files))) out.push({ need });
  }
  for (const need of await dependencies.installedFor(code, path)) out.push({ need });
  const given = await startedByOwn(code, pythonCalls, { commands, proc });
  const started = (await startsIn(code, pythonCalls, proc)).filter((one) => "need" in one);
  const listed = [...given.map((need) => ({ need })), ...started, ...(await listedPrograms(code, pythonCalls, proc))];
  for (const one of listed) {
    if (!("need" in one)) out.push(one);
    else if (isShell(one.need.path)) continue;
    else if ((await canBeBrought(one.need.path, files)) || isOfSame(one.need.path, path, installation)) out.push(one);
  }
}

/** True for a script of the source's own distribution, or of one that it depends on. */
function isOfSame(program: AbsPath, source: AbsPath, { distributions }: Installation): boolean {
  const near = new Set(distributions.ownersOf(source).flatMap(({ name, requires }) => [name, ...requires]));
  return distributions.ownersOf(program).some(({ name }) => name !== "" && near.has(name));
}

function startsOf(proc: ProcessContext, key: string): PackageStarts {
  const all = packages.get(proc) ?? new Map<string, PackageStarts>();
  packages.set(proc, all);
  const starts = all.get(key) ?? { isStarting: false, named: [], hasShell: false };
  all.set(key, starts);
  return starts;
}

/** The sources of the distribution's package of a source; without one, those beside it. */
async function packageSources(path: AbsPath, { proc, files }: Installation): Promise<readonly AbsPath[]> {
  const packaged = await new PackageLookup(proc).filesOf(path, files);
  const directory = parentOf(path);
  return packaged ?? [...(await files.names(directory))].map((name) => childOf(directory, name));
}

/** True for names that functions of all kinds have. */
function isCommon(callee: string): boolean {
  return callee === "run" || callee === "call" || callee === "which";
}

function isRare(callee: string): boolean {
  return programCalls.has(callee) && !isCommon(callee);
}

async function needOf({ callee, text, isList }: LiteralCall, { proc }: Installation): Promise<Need | undefined> {
  const isCommand = isList !== true && (shellCalls.has(callee) || /\s/u.test(text));
  const name = isCommand ? shell : text;
  if (name === "" || (!isCommand && !/^[\w./+-]+$/u.test(name))) return undefined;
  const path = await proc.findProgram(name);
  if (path === undefined) return undefined;
  const why = `runs ${text}`;
  const args = isCommand ? { args: ["-c", text] } : {};
  return { path, role: "program", evidence: "string", why, optional: true, ...args };
}
