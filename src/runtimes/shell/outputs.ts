import type { Word } from "unbash";
import type { ProcessContext } from "../../closure/model/closure.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { merge } from "./command-lines.ts";
import { printedTexts, printsFiles } from "./known-output.ts";
import { ofSystem, volatile } from "./places.ts";
import type { Values } from "./printed-values.ts";
import type { LinesRead } from "./printed-words.ts";
import { type ScriptLocation, scopeOf } from "./scope.ts";
import { maxLines, readScript, type ShellScript } from "./syntax.ts";
import { fieldsOf } from "./syntax-words.ts";
import { type Scope, valuesOf } from "./values.ts";

type Asking = Pick<ProcessContext, "root" | "workdir" | "env" | "systemPackage" | "findProgram">;

/** Longest file whose lines are followed, in bytes. */
const maxBytes = 64 * 1024;
/** Files and scripts of one script that are read for what they print. */
const maxFiles = 64;

/** Files of the system that loops go through for something else than names of files. */
const ofAccounts = /^\/etc\/(?:g?shadow|group|passwd|fstab|hosts|mtab|os-release|resolv\.conf|services|shells)-?$/u;

/**
 * The script with what only the tree of files tells of its values: the fields of the lines that its loops read, and
 * what files and other scripts print in `$(cat FILE)` and `$(/opt/own/classpath)`.
 */
export async function withOutputs(
  script: ShellScript,
  location: ScriptLocation,
  proc: ProcessContext,
  known: Map<AbsPath, Values | undefined> = new Map(),
): Promise<ShellScript> {
  if (ofSystem.test(location.path) && (await proc.systemPackage?.(location.path)) !== undefined) return script;
  const scope = scopeOf(script, location, proc);
  const outputs = new Map<string, Values>();
  const given = new Map<string, Word[]>();
  let { isCut } = script;
  for (const reading of script.reads) {
    for (const text of valuesOf(reading.file, scope).texts) {
      const lines = await linesOf(text, proc);
      isCut ||= (lines?.length ?? 0) > maxLines;
      for (const line of lines?.slice(0, maxLines) ?? []) takeFields(line, reading, given);
    }
  }
  for (const text of printedFiles(script, scope)) {
    const lines = await linesOf(text, proc);
    if (lines !== undefined) outputs.set(text, { texts: lines.slice(0, maxLines), isComplete: false });
  }
  for (const text of startedScripts(script, scope)) {
    const printed = await printedByScript(text, proc, known);
    if (printed !== undefined) outputs.set(text, printed);
  }
  return { ...script, assigned: merge(script.assigned, given), outputs, isCut };
}

function takeFields(line: string, { file, names, separators }: LinesRead, given: Map<string, Word[]>): void {
  for (const [name, value] of fieldsOf(line, names, separators)) {
    const words = given.get(name) ?? [];
    if (words.some((word) => word.value === value)) continue;
    words.push({ ...file, text: value, value, parts: undefined });
    given.set(name, words);
  }
}

/** Files that `cat` and the like print, and those of `$(<FILE)`. */
function printedFiles({ commands, redirects }: ShellScript, scope: Scope): ReadonlySet<string> {
  const words = commands
    .filter((site) => printsFiles.test(site.words[0]?.value ?? ""))
    .flatMap((site) => site.words.slice(1));
  const read = redirects.flatMap(({ word, isOutput }) => (isOutput ? [] : [word]));
  const texts = [...words, ...read].flatMap((word) => valuesOf(word, scope).texts);
  return new Set(texts.filter((text) => !/^-|[\s*?$`]|^$/u.test(text)).slice(0, maxFiles));
}

function startedScripts({ commands }: ShellScript, scope: Scope): ReadonlySet<string> {
  const texts = commands.flatMap(({ words: [name] }) => (name === undefined ? [] : valuesOf(name, scope).texts));
  return new Set(texts.filter((text) => !/[\s*?$`]|^$/u.test(text)).slice(0, maxFiles));
}

/** What a script prints, of those that are read for it: each once, and nothing while it is being read. */
async function printedByScript(
  name: string,
  proc: ProcessContext,
  known: Map<AbsPath, Values | undefined>,
): Promise<Values | undefined> {
  const path = name.includes("/") ? toAbsPath(name, proc.workdir) : await proc.findProgram(name);
  if (path === undefined || ofSystem.test(path)) return undefined;
  if (known.has(path) || known.size >= maxFiles) return known.get(path);
  known.set(path, undefined);
  const printed = await printedAt(path, proc, known);
  known.set(path, printed);
  return printed;
}

async function printedAt(
  path: AbsPath,
  proc: ProcessContext,
  known: Map<AbsPath, Values | undefined>,
): Promise<Values | undefined> {
  const bytes = await ownFile(path, proc);
  if (bytes === undefined || !/^#![^\n]*\b\w*sh\b/u.test(latin1(bytes.subarray(0, 128)))) return undefined;
  const location = { path, positional: [] };
  const script = await withOutputs(await readScript(latin1(bytes)), location, proc, known);
  const prints = script.prints.get("") ?? [];
  if (prints.length === 0) return undefined;
  const printed = printedTexts(prints, scopeOf(script, location, proc), valuesOf);
  return printed.texts.length === 0 ? undefined : printed;
}

/** The lines of a file that the builder's author wrote, without comments; undefined for any other. */
async function linesOf(text: string, proc: Asking): Promise<readonly string[] | undefined> {
  if (/[*?$`]|^$/u.test(text)) return undefined;
  const path = toAbsPath(text, proc.workdir);
  if (ofAccounts.test(path) || volatile.some((one) => isWithin(path, one))) return undefined;
  const bytes = await ownFile(path, proc);
  const content = bytes === undefined ? "\0" : new TextDecoder().decode(bytes);
  if (content.includes("\0")) return undefined;
  return content.split("\n").flatMap((line) => (/^\s*(?:#|$)/u.test(line) ? [] : [line.trim()]));
}

/** The bytes of a small file that no package has. */
async function ownFile(path: AbsPath, proc: Asking): Promise<Uint8Array | undefined> {
  const found = await resolveLinks(proc.root, path);
  if (found === undefined || found === "loop" || found.stat.kind !== "file") return undefined;
  if (found.stat.sizeBytes > maxBytes || (await proc.systemPackage?.(found.real)) !== undefined) return undefined;
  return proc.root.readFile(found.real);
}
