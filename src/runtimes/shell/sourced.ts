import type { Word, WordPart } from "unbash";
import type { ProcessContext } from "../../closure/model/closure.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isPathPattern, isPattern } from "./builtins.ts";
import { type ArrayWords, type CommandSite, readScript, type ShellScript } from "./syntax.ts";
import { partsOf } from "./syntax-words.ts";
import { maxValues } from "./value-limits.ts";
import { expandCommand, type Scope, valuesOf } from "./values.ts";

/** Scripts that share their variables and functions: one that is run, and those that it reads with `.`. */
export interface ScriptFamily {
  /** Each with the variables, functions and calls of all, by its path. */
  readonly members: ReadonlyMap<AbsPath, ShellScript>;
  /** What they read beyond the scripts that are followed. */
  readonly others: ReadonlySet<AbsPath>;
}

const maxMembers = 256;

/** Finds the scripts that `script` reads, and those that these read, as far as their names can be told. */
export async function readFamily(
  path: AbsPath,
  script: ShellScript,
  { proc, scopeFor }: { readonly proc: ProcessContext; readonly scopeFor: (whole: ShellScript) => Scope },
): Promise<ScriptFamily> {
  const members = new Map([[path, script]]);
  const others = new Set<AbsPath>();
  for (let before = 0; before < members.size && members.size < maxMembers; ) {
    before = members.size;
    const scope = scopeFor(joined(script, members));
    for (const [from, member] of new Map(members)) {
      for (const one of await sourcedBy(from, member, scope, proc)) {
        if (members.has(one)) continue;
        if (members.size >= maxMembers) {
          others.add(one);
          continue;
        }
        const resolved = await resolveLinks(proc.root, one);
        if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") continue;
        const bytes = await proc.root.readFile(resolved.real);
        if (bytes !== undefined) members.set(one, await readScript(latin1(bytes)));
      }
    }
  }
  return { members: new Map([...members].map(([one, member]) => [one, joined(member, members)])), others };
}

/** A pattern that begins below the root could be any file: a comment of another language, `/**`, is mostly that. */
const belowRoot = /^\/[^/]*[*?[]/u;

/** The files that a word of a script can name: those that are there for a pattern, none where it cannot be told. */
export async function filesNamed(text: string, { root }: Pick<ProcessContext, "root">): Promise<readonly string[]> {
  if (!isPathPattern(text)) return text === "" || isPattern(text) ? [] : [text];
  if (belowRoot.test(text)) return [];
  const files: AbsPath[] = [];
  for (const path of await expandGlob(root, toAbsPath(text))) {
    const found = await resolveLinks(root, path);
    if (found !== undefined && found !== "loop" && found.stat.kind === "file") files.push(path);
  }
  return files;
}

/**
 * The file that `. NAME` reads: of the working directory or of the PATH, or one beside the script, whose caller puts
 * its directory into the PATH.
 */
export async function sourcedFile(
  name: string,
  script: AbsPath,
  { proc, directories = [] }: { readonly proc: ProcessContext; readonly directories?: readonly AbsPath[] },
): Promise<AbsPath> {
  const path = toAbsPath(name, proc.workdir);
  if (name.includes("/") || (await proc.root.lstat(path)) !== undefined) return path;
  const found = await proc.findProgram(name, directories);
  if (found !== undefined) return found;
  const resolved = await resolveLinks(proc.root, script);
  const real = resolved === undefined || resolved === "loop" ? script : resolved.real;
  for (const one of [script, real]) {
    const beside = childOf(parentOf(one), name);
    if ((await proc.root.lstat(beside)) !== undefined) return beside;
  }
  return path;
}

/** More scripts are no choice of a run. */
const largestChoice = 40;

/**
 * The scripts that `. NAME` reads besides those that the name stands for here: one of several, as an argument of the
 * run says, `. "$LIB/cmd-$1.sh"`. And whether none is known of which one is there.
 */
export async function sourcesOf(
  { words: [name, word], inFunction }: Pick<CommandSite, "words" | "inFunction">,
  scope: Scope,
  { root, workdir }: Pick<ProcessContext, "root" | "workdir">,
): Promise<{ readonly chosen: readonly AbsPath[]; readonly isUntold: boolean }> {
  if ((name?.value !== "." && name?.value !== "source") || word === undefined) return { chosen: [], isUntold: false };
  const { texts, isComplete } = valuesOf(word, scope);
  const files = texts.filter((text) => text !== "").map((text) => toAbsPath(text, workdir));
  const isThere = (await Promise.all(files.map(async (file) => (await root.lstat(file))?.kind === "file"))).some(
    (one) => one,
  );
  // What a function is given, its calls tell, unless one does not give what has a default.
  const isOpen = partsOf(word).some((part) => mayTakeDefault(part, scope) || isOfRun(part, scope, { isOfCall: false }));
  const isTold = isThere && inFunction !== undefined && !isOpen;
  const chosen = isTold ? [] : await chosenFiles(word, scope, root);
  return { chosen, isUntold: chosen.length === 0 && !isThere && !(isComplete && texts.length > 0) };
}

async function chosenFiles(word: Word, scope: Scope, root: ProcessContext["root"]): Promise<readonly AbsPath[]> {
  if (!partsOf(word).some((part) => isOfRun(part, scope))) return [];
  const patterns = patternsOf(word, scope);
  // The directory is known, and a part of the name.
  const told = patterns.filter((pattern) =>
    /^\/[^*?[$`{}]+\/(?:[^/*?[$`{}]+\*[^/*?[$`{}]*|\*[^/*?[$`{}]+)$/u.test(pattern),
  );
  const files = (await Promise.all(told.map(async (pattern) => filesNamed(pattern, { root })))).flat();
  return files.length > largestChoice ? [] : files.map((file) => toAbsPath(file));
}

/** What a word can be, with a star for what only the run tells. `known`: the same of variables, each found out once. */
function patternsOf(word: Word, scope: Scope, known: Map<string, readonly string[]> = new Map()): readonly string[] {
  let patterns: readonly string[] = [""];
  for (const part of partsOf(word)) {
    const one = { ...word, parts: [part] };
    const name = isOfRun(part, scope) ? variableIn(part) : undefined;
    const texts = name === undefined ? [] : patternsOfVariable(name, scope, known);
    const all = new Set([...texts, ...valuesOf(one, scope).texts]);
    patterns = patterns.flatMap((pattern) => [...all].map((text) => pattern + text)).slice(0, maxValues);
  }
  return partsOf(word).length === 0 ? [word.value] : patterns;
}

/** A variable that is put together is what it is put together of; any other is a star. */
function patternsOfVariable(name: string, scope: Scope, known: Map<string, readonly string[]>): readonly string[] {
  const before = known.get(name);
  if (before !== undefined) return before;
  known.set(name, ["*"]);
  const given = (scope.assigned.get(name) ?? []).filter((word) => word !== undefined);
  const patterns = given.slice(0, maxValues).flatMap((word) => patternsOf(word, scope, known));
  const found = patterns.length === 0 ? ["*"] : [...new Set(patterns)].slice(0, maxValues);
  known.set(name, found);
  return found;
}

function variableIn({ text }: Pick<WordPart, "text">): string | undefined {
  return /^\$\{?(\w+)/u.exec(text)?.[1];
}

/** True for `${1:-text}` where a call does not give that argument. */
function mayTakeDefault(part: WordPart, { positional }: Scope): boolean {
  if (part.type !== "ParameterExpansion" || part.operation?.type !== "Default") return false;
  return /^[1-9]$/u.test(part.parameter) && positional.some((list) => list[Number(part.parameter) - 1] === undefined);
}

/**
 * True for an argument of the script, for a variable of the environment that the script has a default for, and for a
 * variable that is given one of these. Without `isOfCall`, arguments do not count.
 */
function isOfRun(
  part: Pick<WordPart, "text">,
  scope: Scope,
  { seen = new Set(), isOfCall = true }: { readonly seen?: Set<string>; readonly isOfCall?: boolean } = {},
): boolean {
  const name = variableIn(part);
  if (name === undefined || seen.has(name)) return false;
  if (/^[1-9]$/u.test(name)) return isOfCall;
  seen.add(name);
  const words = scope.assigned.get(name) ?? [];
  if (words.length === 0 && /^\$\{\w+:?[-=]/u.test(part.text)) return !Object.hasOwn(scope.env, name);
  return words.some(
    (word) => word !== undefined && partsOf(word).some((inner) => isOfRun(inner, scope, { seen, isOfCall })),
  );
}

async function sourcedBy(
  path: AbsPath,
  { commands }: ShellScript,
  scope: Scope,
  proc: ProcessContext,
): Promise<readonly AbsPath[]> {
  const paths: AbsPath[] = [];
  for (const { words, inFunction } of commands) {
    const name = words[0]?.value;
    if (name !== "." && name !== "source") continue;
    paths.push(...(await sourcesOf({ words, inFunction }, scope, proc)).chosen);
    for (const [file] of expandCommand(words.slice(1, 2), scope).commands) {
      for (const named of await filesNamed(file ?? "", proc)) {
        paths.push(await sourcedFile(named, path, { proc }));
      }
    }
  }
  return paths;
}

function joined(own: ShellScript, members: ReadonlyMap<AbsPath, ShellScript>): ShellScript {
  if (members.size < 2) return own;
  const assigned = new Map<string, ShellScript["assigned"] extends ReadonlyMap<string, infer Words> ? Words : never>();
  const arrays = new Map<string, readonly ArrayWords[]>();
  const functions = new Set<string>();
  for (const member of members.values()) {
    for (const [name, lists] of member.arrays) arrays.set(name, [...(arrays.get(name) ?? []), ...lists]);
    for (const [name, words] of member.assigned) assigned.set(name, [...(assigned.get(name) ?? []), ...words]);
    for (const name of member.functions) functions.add(name);
  }
  const calls = [...members.values()].flatMap(({ commands }) => commands);
  const loops = new Set([...members.values()].flatMap((member) => [...member.loops]));
  const prints = new Map([...members.values()].flatMap((member) => [...member.prints].filter(([name]) => name !== "")));
  return { ...own, assigned, arrays, loops, functions, calls, prints: new Map([...prints, ...own.prints]) };
}
