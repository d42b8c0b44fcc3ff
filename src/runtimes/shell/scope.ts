import type { ProcessContext } from "../../closure/model/closure.ts";
import { WorkBudget } from "../../rootfs/hostile-limits.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { isLookup } from "./builtins.ts";
import { type CaseArm, endedBy } from "./case-arms.ts";
import { wordsIn } from "./lists.ts";
import type { Values } from "./printed-values.ts";
import type { CommandSite, ShellScript } from "./syntax.ts";
import { firstLists, maxArraysWithin } from "./value-limits.ts";
import { expandCommand, type Scope, valuesOf } from "./values.ts";

/** Where a script lies, and what it is started with. */
export interface ScriptLocation {
  readonly path: AbsPath;
  /** The possible values of `$0`. Default: the path. */
  readonly names?: readonly AbsPath[];
  readonly positional: readonly string[];
  /** True for a script that came along with its directory, and that nothing is known to run. */
  readonly mayNotRun?: boolean;
}

/** Where words of a script get their values from. */
export function scopeOf(
  script: ShellScript,
  location: ScriptLocation,
  proc: ProcessContext,
  cut: Set<string> = new Set(),
): Scope {
  const { assigned, arrays, loops, prints } = script;
  const outputs = script.outputs ?? new Map<string, Values>();
  const names = namesOf(location);
  const own = names.includes(location.path) ? names : [location.path];
  const { positional } = location;
  const known = { env: proc.env, assigned, arrays, loops, prints, outputs };
  const base: Scope = {
    ...known,
    own,
    script: names,
    positional: [positional],
    cut,
    arraysWithin: new WorkBudget(maxArraysWithin),
  };
  return { ...base, positional: withSets(script, undefined, base) };
}

/** `set -- gunicorn "$@"` puts words before the arguments, `shift` takes some away: in a function, of its own. */
function withSets(script: ShellScript, inFunction: string | undefined, base: Scope): Scope["positional"] {
  const own = script.commands.filter((site) => site.inFunction === inFunction);
  const sets = own.flatMap(({ words }) => {
    const [first, second, third] = words.map(({ value }) => value);
    if (first === "set" && second === "--") return expandCommand(words.slice(2), base).commands;
    // `eval set -- "$COMMAND"` splits what it is given.
    if (first !== "eval" || second !== "set" || third !== "--") return [];
    return expandCommand(words.slice(3), base).commands.map((list) => list.flatMap((text) => wordsIn(text)));
  });
  const all = [...base.positional, ...sets];
  const longest = Math.max(0, ...base.positional.map((list) => list.length));
  let shifted = 0;
  for (const { words } of own.filter((site) => site.words[0]?.value === "shift")) {
    if (shifted >= longest) break;
    shifted += Number(words[1]?.value ?? "1") || 1;
    all.push(...base.positional.map((list) => list.slice(shifted)));
  }
  const byText = new Map(all.map((list) => [list.join("\0"), list]));
  return firstLists([...byText.values()], base, maxCalls);
}

/** The possible values of `$0`. */
export function namesOf({ path, names }: ScriptLocation): readonly AbsPath[] {
  return names ?? [path];
}

/** Calls of one function that are followed. */
const maxCalls = 256;

/** The possible values of `$1` ... in each function of a scope. */
const knownPositional = new WeakMap<Scope, Map<string, Scope["positional"]>>();

/**
 * The possible values of `$1` ... at a command: in a function they are the words of its calls, other than those in
 * functions that nothing calls.
 */
export function positionalIn(
  { inFunction }: Pick<CommandSite, "inFunction">,
  script: ShellScript,
  scope: Scope,
  called: ReadonlySet<string> | undefined,
): Scope["positional"] {
  if (inFunction === undefined) return scope.positional;
  const known = knownPositional.get(scope) ?? new Map<string, Scope["positional"]>();
  knownPositional.set(scope, known);
  const before = known.get(inFunction);
  if (before !== undefined) return before;
  // A function that calls itself, or that two call in turn, has the words of the others.
  known.set(inFunction, []);
  const sites = (callsOf(script).get(inFunction) ?? []).filter(
    ({ inFunction: caller }) => caller === undefined || called?.has(caller) !== false,
  );
  const calls = sites.flatMap((site) => {
    const own = { ...scope, positional: positionalIn(site, script, scope, called) };
    return expandCommand(site.words, own).commands.map((list) => list.slice(1));
  });
  const positional = withSets(script, inFunction, { ...scope, positional: calls });
  known.set(inFunction, positional);
  return positional;
}

/** The values of variables, by the arguments that a scope has. */
const settled = new WeakMap<Scope["positional"], Map<string, Values>>();

/** The scope of a command. All with the same arguments share what is known of variables. */
export function scopeAt(
  site: Pick<CommandSite, "inFunction" | "arms">,
  script: ShellScript,
  scope: Scope,
  called: ReadonlySet<string> | undefined,
): Scope {
  const positional = positionalIn(site, script, scope, called);
  const known = settled.get(positional) ?? new Map<string, Values>();
  settled.set(positional, known);
  return scopeInArms(site.arms ?? [], { ...scope, positional, settled: known });
}

/** Calls of one function that are told apart: what many are given is followed together. */
const maxApart = 16;
const apart = new WeakMap<Scope["positional"], readonly Scope[]>();

/**
 * The scopes of a command of a function that names its arguments, one for each of a few calls; of any other command
 * none. Undefined: there are many calls.
 */
export function scopesOfCalls(
  site: Pick<CommandSite, "inFunction" | "words">,
  scope: Scope,
): readonly Scope[] | undefined {
  const { positional } = scope;
  if (site.inFunction === undefined || positional.length < 2) return [];
  if (!site.words.some(({ text }) => /\$\{?[@*1-9]/u.test(text))) return [];
  if (positional.length > maxApart) return undefined;
  // All commands of the function share what is known of variables.
  const known =
    apart.get(positional) ?? positional.map((list) => ({ ...scope, positional: [list], settled: new Map() }));
  apart.set(positional, known);
  return known;
}

/** The scope of a command in arms: their variables have the values with such endings, where any is known. */
function scopeInArms(arms: readonly CaseArm[], scope: Scope): Scope {
  let inner = scope;
  for (const { name, word, endings } of arms) {
    const texts = valuesOf(word, inner).texts.flatMap((text) => endings.flatMap((ending) => endedBy(text, ending)));
    if (texts.length === 0) continue;
    const values = { texts: [...new Set(texts)], isComplete: false };
    inner = { ...inner, settled: new Map([...(inner.settled ?? []), [name, values]]) };
  }
  return inner;
}

/** The commands of a script by their names. */
const knownCalls = new WeakMap<ShellScript, ReadonlyMap<string, readonly CommandSite[]>>();

function callsOf(script: ShellScript): ReadonlyMap<string, readonly CommandSite[]> {
  const known =
    knownCalls.get(script) ?? Map.groupBy(script.calls ?? script.commands, ({ words }) => words[0]?.value ?? "");
  knownCalls.set(script, known);
  return known;
}

/** Directories that the script adds to PATH itself. */
export function searchDirectories(scope: Scope): readonly AbsPath[] {
  const words = scope.assigned.get("PATH") ?? [];
  const texts = words.flatMap((word) => (word === undefined ? [] : valuesOf(word, scope).texts));
  const written = words.flatMap((word) => (word === undefined || texts.length > 0 ? [] : [word.value]));
  const parts = [...texts, ...written].flatMap((text) => text.split(":"));
  return parts.filter((part) => /^\/[^$`]*$/u.test(part)).map((part) => toAbsPath(part));
}

/** Names that the script looks for before it runs them: `command -v jq`, `[ -x /usr/bin/jq ]`. */
export function guardedNames(script: ShellScript, scope: Scope): ReadonlySet<string> {
  const names = script.commands.flatMap(({ words }) => {
    const [name, ...args] = words.map((word) => valuesOf(word, scope).texts[0] ?? "");
    const isTest = name === "[" || name === "test";
    const others = isTest && words.some(({ text }) => otherShell.test(text)) ? builtinsOfOthers : [];
    return isLookup(name ?? "", args) || isTest ? [...args, ...others] : [];
  });
  return new Set(names);
}

/** What a script asks of itself that several shells may run. */
const otherShell = /\$\{?(?:KSH|ZSH)_VERSION\b/u;
/** What ksh and zsh do themselves, and no program has to. */
const builtinsOfOthers = [
  "autoload",
  "bindkey",
  "emulate",
  "print",
  "setopt",
  "unsetopt",
  "whence",
  "zmodload",
  "zstyle",
];

/** The functions that the script calls, or gives to something that may; undefined where a call may be any. */
export function calledFunctions(script: ShellScript, location: ScriptLocation): ReadonlySet<string> | undefined {
  const sites = script.calls ?? script.commands;
  // What a file calls that is not known can be a function of the script itself.
  const isOpen =
    namesOf(location).includes(location.path) &&
    sites.some(({ words }) => isComputed(words, /^(?:\.|source)$/u, /[$`]/u));
  const called = new Set<string>();
  for (let before = -1; before < called.size; ) {
    before = called.size;
    for (const { words, inFunction } of sites) {
      if (inFunction !== undefined && !called.has(inFunction)) continue;
      if (isOpen || /[$`]/u.test(words[0]?.text ?? "") || isComputed(words.slice(0, 2), /^eval$/u, /^["']*[$`]/u))
        return undefined;
      const names = words.flatMap(({ text }) => text.match(/[\w.:+-]+/gu) ?? []);
      for (const name of names) if (script.functions.has(name)) called.add(name);
    }
  }
  return called;
}

/** True for a command, such as `eval`, whose next word is known only when it runs. */
function isComputed([first, ...words]: CommandSite["words"], command: RegExp, computed: RegExp): boolean {
  return command.test(first?.value ?? "") && words.some(({ text }) => computed.test(text));
}
