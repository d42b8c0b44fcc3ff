import type { Yield } from "../../closure/model/closure.ts";
import { commandsInConfiguration } from "../../formats/text/configured-commands.ts";
import { settingPaths, settingWords } from "../../formats/text/setting-words.ts";
import { isForMakers } from "../../rootfs/file-use.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { isShell } from "../command-words.ts";
import { wordsOfPrograms } from "../listed-programs.ts";
import type { AuthorsFile } from "../own-scripts.ts";
import { freeWords, isForReaders, isNoSetting, longList, namedWords, restOf, settingsIn } from "../setting-commands.ts";
import { scriptTextNeeds, scriptTextsIn } from "./named-scripts.ts";
import type { NodeContext } from "./node-context.ts";
import { ownFiles } from "./own-files.ts";
import { systemShell } from "./system-shell.ts";

/** What managers wrote, and says what an application is made of. */
const listing = /^(?:package|package-lock|npm-shrinkwrap|composer|tsconfig)\b.*\.json$|^pnpm-lock\.yaml$/u;
const hasModuleEnding = /\.(?:[cm]?[jt]sx?|md|html?|css|png|svg|txt|map|wasm|node)$/u;

/**
 * Programs that settings of the application name, and its environment: for one that starts what only the run tells,
 * those are what it could be. Which are there is for the builder to say. `isAny` where a source of no package starts
 * it: then a value alone may name any program, and otherwise one that someone put into the builder.
 */
export async function* dataCommands(context: NodeContext, isAny: boolean): AsyncIterable<Yield> {
  const files = processFiles(context.proc.root);
  for (const { path, isElsewhere } of await settingsAndSources(context)) {
    if (!isNoSetting.test(baseName(path)) && !isForMakers(path)) yield* commandsOf(path, files, { context, isAny });
    if (!isElsewhere && !hasModuleEnding.test(path)) yield* ownProgram(path, context);
  }
  for (const value of Object.values(context.proc.env))
    yield* programsOf([value.split(/\s/u)[0] ?? ""], "its environment", context);
}

const sourceFile = /\.[cm]?[jt]sx?$/u;
/** `tools.sum`, `tools["sum"]`, `{ sum }`. */
const part = /(?:\.|\[["'])([A-Za-z_$][\w$-]{1,40})(?![\w$(])/gu;
const tables = new WeakMap<object, Promise<ReadonlyMap<string, ReadonlySet<string>>>>();

/** Programs under names that a source asks others for which starts what only the run tells. */
export async function* keyedCommands(from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const held = tables.get(context.heldCommands) ?? heldWords(context);
  tables.set(context.heldCommands, held);
  const code = (await context.tree.readText(from)) ?? "";
  const names = new Set<string>();
  for (const key of partsOf(code)) for (const word of (await held).get(key) ?? []) names.add(word);
  yield* programsOf(names, "a source of the application", context);
}

/** The parts of something that a source names, sorted; each once. */
export function partsOf(code: string): readonly string[] {
  return [...new Set(Array.from(code.matchAll(part), ([, key = ""]) => key))].sort();
}

async function heldWords(context: NodeContext): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const words = new Map<string, Set<string>>();
  for (const { path } of await settingsAndSources(context)) {
    const text = sourceFile.test(path) ? await context.tree.readText(path) : undefined;
    for (const { key, word } of text === undefined ? [] : namedWords(text))
      words.set(key, (words.get(key) ?? new Set()).add(word));
  }
  return words;
}

/** A program or script of the application itself, or one that its settings name. */
async function* ownProgram(path: AbsPath, { proc, tree }: NodeContext, from?: AbsPath): AsyncIterable<Yield> {
  const real = (await tree.realPath(path)) ?? path;
  const head = new TextDecoder("latin1").decode(
    (await proc.root.readFile(real, { offset: 0, length: 64 })) ?? new Uint8Array(),
  );
  if (!head.startsWith("\u007fELF") && !/^#! ?\//u.test(head)) return;
  // Modules of this run-time that are programs are read as such already.
  if (/^#![^\n]*\b(?:node|bun|deno|tsx)\b/u.test(head)) return;
  const why =
    from === undefined
      ? "could start a program of the application"
      : `starts programs by names that the run tells, and ${baseName(from)} names ${path}`;
  const need = { path, role: "program", evidence: "string", why, optional: true } as const;
  yield from === undefined ? { need } : { need, from };
}

async function settingsAndSources(context: NodeContext): Promise<readonly AuthorsFile[]> {
  return (await ownFiles(context)).filter(({ path }) => !listing.test(baseName(path)));
}

async function* commandsOf(
  path: AbsPath,
  files: ProcessFiles,
  { context, isAny }: { readonly context: NodeContext; readonly isAny: boolean },
): AsyncIterable<Yield> {
  const { text, isCut } = await settingsIn(path, files);
  if (text === "") return;
  if (isCut) yield { unknown: restOf(path), from: path };
  const names = new Set([...wordsOfPrograms(text)].map(({ word }) => word));
  const isByChance = isForReaders(text);
  const free = isAny ? freeWords(text) : new Set<string>();
  const alone: string[] = [];
  for (const [word, isLine] of settingWords(text)) {
    const isBrought = !isLine && (await isChosen(word, context));
    if (isLine || (isBrought && !isByChance)) names.add(word);
    else if (names.has(word) || !(isBrought || free.has(word))) continue;
    else if ((await context.proc.findProgram(word)) !== undefined) alone.push(word);
  }
  const unknown = longList(baseName(path), alone, isByChance);
  if (unknown !== undefined) yield { unknown, from: path };
  else for (const word of alone) names.add(word);
  for (const { words, script } of commandsInConfiguration(text)) {
    names.add(words[0] ?? "");
    if (script !== undefined) yield* shellOf(script, path, context);
  }
  // `["ruby", "reports/all.rb"]`
  for (const named of scriptTextsIn(text.split(/[\s"',[\]]+/u))) yield* scriptTextNeeds(named, path, context);
  for (const named of settingPaths(text)) if (!isShell(named)) yield* ownProgram(toAbsPath(named), context, path);
  for await (const one of programsOf(names, baseName(path), context)) yield { ...one, from: path };
}

/** True for a program that someone put into the builder, beyond what every system has. */
export async function isChosen(word: string, { proc, tree }: NodeContext): Promise<boolean> {
  const path = await proc.findProgram(word);
  if (path === undefined) return false;
  const real = (await tree.realPath(path)) ?? path;
  const found = (await proc.systemPackage?.(path)) ?? (await proc.systemPackage?.(real));
  if (found === undefined) return !/^\/(?:usr\/)?s?bin\//u.test(real);
  return [path, real].some((one) => found.programs?.includes(one) === true);
}

async function* shellOf(script: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const path = await systemShell(context);
  const why = "could start a command of its settings";
  yield { need: { path, role: "program", evidence: "string", why, optional: true, args: ["-c", script] }, from };
}

async function* programsOf(names: Iterable<string>, holder: string, { proc, tree }: NodeContext): AsyncIterable<Yield> {
  for (const name of names) {
    const path = /^[\w.+-]{2,40}$/u.test(name) ? await proc.findProgram(name) : undefined;
    if (path === undefined || isShell(path) || (await tree.realPath(path)) === proc.realProgram) continue;
    const why = `starts programs by names that the run tells, and ${holder} names ${name}`;
    yield { need: { path, role: "program", evidence: "string", why, optional: true } };
  }
}
