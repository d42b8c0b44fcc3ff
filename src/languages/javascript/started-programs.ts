import type { Yield } from "../../closure/model/closure.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";
import { canBeBrought, canBeStarted, isShell } from "../command-words.ts";
import { joinedPrograms } from "../joined-programs.ts";
import { ownScripts } from "../own-scripts.ts";
import { untoldProgram } from "../started-commands.ts";
import { dataCommands, isChosen, keyedCommands } from "./data-commands.ts";
import type { HeldText } from "./held-commands.ts";
import type { NodeContext } from "./node-context.ts";
import { isOwnTool } from "./own-tools.ts";
import { packagePrograms } from "./package-programs.ts";
import { programFolders } from "./package-scripts.ts";
import { packageRootOf } from "./packages.ts";
import type { Reference } from "./reference.ts";
import { systemShell } from "./system-shell.ts";

/** The program of a child process, where the builder has it: one that it lacks is missing there as well. */
export async function* programNeeds(
  { name, args, line, isGuess, isCut }: Extract<Reference, { readonly kind: "program" }>,
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  if (await isOwnTool(from, context)) return;
  if (isGuess === true) {
    for await (const one of started(name, [], context)) if (await isBrought(one, context)) yield one;
    return;
  }
  if (isOfApplication(from, context)) yield* context.heldCommands.start();
  const joined = name.includes(hole) ? await joinedPrograms(name.split(hole), context.proc) : [];
  if (joined.length > 0 && isOfApplication(from, context)) for (const need of joined) yield { need };
  else if (name.includes(hole)) yield* unknownProgram({ what: `spawn(${shown(name)})`, line }, from, context);
  else {
    yield* started(name, args, context);
    if (isOfApplication(from, context)) yield* installedPrograms([name, ...args], from, context);
  }
  // A shell that runs what only the run tells.
  if (isCut === true && isShell(`/${name}`)) {
    yield* unknownProgram({ what: `${name} ...`, line }, from, context);
    if (isOfApplication(from, context)) yield* scriptsForShell(from, context);
  }
}

/** True for what a text alone may bring: no shell, and no script of another run-time. */
async function isBrought(one: Yield, { proc }: NodeContext): Promise<boolean> {
  return "need" in one && !isShell(one.need.path) && (await canBeBrought(one.need.path, processFiles(proc.root)));
}

/** A text that the shell runs: the shell, and the programs that its commands begin with. */
export async function* commandNeeds(
  { text, line, isGuess, isHeld, isPossible, isWord }: Extract<Reference, { readonly kind: "command" }>,
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  // What packages tell each other is mostly no command: `expression.exec(text)`.
  if (isGuess === true && !isOfApplication(from, context)) return;
  if (await isOwnTool(from, context)) return;
  if (isPossible === true) {
    for (const one of context.heldCommands.mayStart({ text, from, isWord: isWord === true }))
      yield* possibleNeeds(one, context);
    return;
  }
  const programs = await programsIn(text, context);
  if (isHeld === true) {
    yield* context.heldCommands.hold(programs.map((one) => ({ ...one, from })));
    return;
  }
  if (isGuess !== true && isOfApplication(from, context))
    yield* installedPrograms(text.split(/[\s"']+/u), from, context);
  const isOpen = text.startsWith(hole);
  if (isGuess === true && programs.length === 0 && !isOpen) return;
  if (isOfApplication(from, context)) yield* context.heldCommands.start();
  const why = `gives a command to the shell: ${shown(text)}`;
  for (const name of isGuess === true ? ["sh", "bash"] : ["sh"]) {
    const shell = name === "sh" ? await systemShell(context) : await context.proc.findProgram(name);
    if (shell === undefined) continue;
    yield { need: { path: shell, role: "program", evidence: "string", why, optional: true } };
  }
  if (isOpen) yield* unknownProgram({ what: `exec(${shown(text)})`, line }, from, context);
  yield* programs;
}

/** The programs that the commands in a text begin with. */
async function programsIn(text: string, context: NodeContext): Promise<readonly Yield[]> {
  const programs: Yield[] = [];
  for (const part of text.split(/&&|\|\||\$\(|[;|&\n`(]/u)) {
    const words = part.trim().split(/\s+/u);
    while (/^\w+=/u.test(words[0] ?? "")) words.shift();
    const [name = ""] = words;
    if (/^[\w./+-]+$/u.test(name)) for await (const one of started(name, [], context)) programs.push(one);
  }
  return programs;
}

/** What a text names that could be a command, beside shells: they are for what they are given. */
async function* possibleNeeds(held: HeldText, context: NodeContext): AsyncIterable<Yield> {
  const { text, from, isWord } = held;
  // A shell is a word of its own: `run("sh", commands)`.
  const isOwnShell = isWord === true && isShell(`/${text}`);
  const isOrdinary = isWord === true && !isOwnShell && !(await isChosen(text, context));
  if (isOrdinary && (!context.heldCommands.isOwn(held) || (await context.proc.systemPackage?.(from)) !== undefined))
    return;
  for (const one of await programsIn(text, context)) {
    if (!("need" in one) || (!isOwnShell && isShell(one.need.path))) continue;
    // No file of an image has the bit by which others run as root.
    if (!(await canBeStarted(one.need.path, processFiles(context.proc.root)))) continue;
    if ((await context.tree.realPath(one.need.path)) === context.proc.realProgram) continue;
    const why = `starts programs by names that the run tells, and has ${shown(text)}`;
    yield { need: { ...one.need, why }, from };
  }
}

async function* started(name: string, args: readonly string[], { proc, tree }: NodeContext): AsyncIterable<Yield> {
  const path = name.includes("/") ? toAbsPath(name, proc.workdir) : await proc.findProgram(name);
  const real = path === undefined ? undefined : await tree.realPath(path);
  const stat = real === undefined ? undefined : await proc.root.lstat(real);
  // Packages have programs for other systems beside those for this one.
  if (path === undefined || stat?.kind !== "file" || (stat.mode & 0o111) === 0) return;
  const given = args.length === 0 ? {} : { args };
  yield { need: { path, role: "program", evidence: "string", why: `starts ${name}`, optional: true, ...given } };
}

/**
 * Programs of installed packages that the PATH lacks: who starts one by name puts `node_modules/.bin` on the PATH of
 * the child first. Such a program starts others that are among its arguments: `nyc mocha`.
 */
async function* installedPrograms(
  words: readonly string[],
  from: AbsPath,
  { proc, tree }: NodeContext,
): AsyncIterable<Yield> {
  const folders = programFolders(parentOf(from));
  for (const name of words) {
    if (!/^[\w.+-]+$/u.test(name) || (await proc.findProgram(name)) !== undefined) continue;
    for (const folder of folders) {
      const path = toAbsPath(name, folder);
      if ((await tree.kindOf(path)) !== "file") continue;
      const why = `starts ${name}, which is in node_modules/.bin alone`;
      yield { need: { path, role: "program", evidence: "string", why, optional: true } };
      break;
    }
  }
}

function isOfApplication(from: AbsPath, { packagePaths }: NodeContext): boolean {
  return packageRootOf(from, packagePaths) === undefined;
}

/**
 * Packages start what they are told; of the application's own calls the line is worth a word, and what its texts, its
 * settings and its environment name could be meant.
 */
async function* unknownProgram(
  { what, line }: { readonly what: string; readonly line: number },
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  if (!isOfApplication(from, context)) {
    yield* packagePrograms(from, context);
    return;
  }
  context.reach.hold({
    from,
    unknown: { ...untoldProgram, line, what },
    isUsual: false,
  });
  const { texts, isFirst } = context.heldCommands.open(from);
  for (const one of texts) yield* possibleNeeds(one, context);
  const isAny = (await context.proc.systemPackage?.(from)) === undefined;
  const asked = isAny ? keyedCommands(from, context) : [];
  for await (const one of asked) if (await mayStart(one, context)) yield { from, ...one };
  if (!isFirst) return;
  for await (const one of dataCommands(context, isAny)) if (await mayStart(one, context)) yield { from, ...one };
}

async function mayStart(one: Yield, { proc }: NodeContext): Promise<boolean> {
  return !("need" in one) || canBeStarted(one.need.path, processFiles(proc.root));
}

/** Scripts of the application that nobody may execute, for a shell that is handed one. */
async function* scriptsForShell(from: AbsPath, { proc }: NodeContext): AsyncIterable<Yield> {
  const asking = { proc, files: processFiles(proc.root), givesToShell: true };
  for (const need of await ownScripts(proc.appRoot ?? proc.workdir, asking)) yield { need, from };
}

function shown(text: string): string {
  const plain = text.replaceAll(hole, "*").replaceAll(/\s+/gu, " ").trim();
  return JSON.stringify(plain.length > 60 ? `${plain.slice(0, 57)}...` : plain);
}
