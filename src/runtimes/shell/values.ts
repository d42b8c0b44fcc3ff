import type { DoubleQuotedChild, ParameterExpansionPart, Script, Word, WordPart } from "unbash";
import type { WorkBudget } from "../../rootfs/hostile-limits.ts";
import { bracedValues } from "./braces.ts";
import { isPattern } from "./builtins.ts";
import { knownOutput, printedTexts } from "./known-output.ts";
import { listValues, sideOfMore, wordsIn } from "./lists.ts";
import { printedValues, union as unionOf, unknownValues, type Values } from "./printed-values.ts";
import { printedInBlocks } from "./printed-words.ts";
import { sliceOf } from "./slices.ts";
import { type ArrayWords, isList, type ShellScript } from "./syntax.ts";
import { isName, partsOf } from "./syntax-words.ts";
import { isUnset } from "./unset.ts";
import { type Cut, firstLists, firstTexts, joinedLists, joinedTexts, maxLength, maxValues } from "./value-limits.ts";
import { withoutPattern } from "./without-pattern.ts";

/** Where words get their values from. */
export interface Scope extends Cut {
  readonly env: Readonly<Record<string, string>>;
  readonly assigned: ShellScript["assigned"];
  readonly arrays: ShellScript["arrays"];
  readonly loops: ShellScript["loops"];
  readonly prints?: ShellScript["prints"];
  readonly outputs?: ShellScript["outputs"];
  /** The possible values of `$BASH_SOURCE`: the file in which the words stand. */
  readonly own: readonly string[];
  /**
   * The possible values of `$0`: the name that the script was started by, and the ends of links that scripts follow.
   */
  readonly script: readonly string[];
  /** The possible values of `$1`, `$2` ..., together. */
  readonly positional: readonly (readonly string[])[];
  /** Collects the values of each variable that a command names, for all commands with these arguments. */
  readonly settled?: Map<string, Values> | undefined;
  /** Arrays in arrays that may still be read for the script. */
  readonly arraysWithin?: WorkBudget;
  /** True for what the words of an array stand for. */
  readonly isWithinArray?: true;
}

/** Several ways to run one command. */
export interface Ways {
  readonly commands: readonly (readonly string[])[];
  /** False when there may be others. */
  readonly isComplete: boolean;
}

/** The lists of each array that the words of another stand for. */
const knownLists = new WeakMap<Scope, Map<string, readonly (readonly string[])[]>>();

/** The values of each variable of a scope. */
const knownValues = new WeakMap<Scope, Map<string, Values>>();
const maxDepth = 8;

/** The possible values of a word, without splitting at blanks. */
export function valuesOf(word: Word, scope: Scope, depth = 0): Values {
  if (word.parts === undefined) return one(word.value);
  return concatenated(word.parts, scope, depth);
}

/**
 * The possible words of a command: its name and its arguments, one list for each way. An argument that cannot be told
 * stands as it is written. Undefined name: the command cannot be told.
 */
export function expandCommand(
  words: readonly Word[],
  scope: Scope,
  /** Leaves ways out in which the word at an index is none of those that can be. */
  isPossible: (text: string, index: number) => boolean = () => true,
): Ways {
  let lists: readonly (readonly string[])[] = [[]];
  let isComplete = true;
  for (const [index, word] of words.entries()) {
    const tails = expandWord(word, scope).filter((tail) => tail.length !== 1 || isPossible(tail[0] ?? "", index));
    const next = joinedLists(lists, tails);
    if (next.length === 0) isComplete = index > 0;
    // An argument that is nothing but a variable that nothing sets is none, or an empty one.
    if (next.length === 0 && index > 0 && isUnset(word, scope)) {
      if (word.text.startsWith('"')) lists = lists.map((list) => [...list, ""]);
      continue;
    }
    // Of a longer list the program is not known either.
    if (index === 0 && next.length > maxValues) isComplete = false;
    if (next.length > 0) {
      lists = firstLists(next, scope);
      if (lists.length > 0) continue;
      return { commands: [], isComplete: false };
    }
    if (lists.every((list) => list.length === 0)) return { commands: [], isComplete: false };
    lists = lists.map((list) => [...list, unknownArgument(word, list, scope)]);
  }
  const [name] = words;
  if (name !== undefined && allOf(name) === undefined && sliceOf(name.text, scope.arrays) === undefined) {
    const array = arrayOf(name);
    isComplete &&= array === undefined ? valuesOf(name, scope).isComplete : isKnownArray(array, scope);
  }
  return { commands: lists.filter((list) => list.length > 0), isComplete };
}

/** An argument that cannot be told stands as it is written; of code, without quotes and with what is known of it. */
function unknownArgument(word: Word, list: readonly string[], scope: Scope): string {
  const isCode = list[0] === "trap" || /^(?:-[a-z]*c|--command)$/u.test(list.at(-1) ?? "");
  const code = isCode || list[0] === "eval" ? textOf(word, scope, (part) => (isCode ? part.text : "")) : "";
  return (isCode ? /^\s*(?:[$`]|$)/u : /^\s*$/u).test(code) ? word.text : code;
}

/** The text of a word, with something for each part that is not known. */
function textOf(word: Word, scope: Scope, unknown: (part: WordPart) => string): string {
  const texts = partsOf(word).map((part) => valuesOfPart(part, scope, 0).texts[0] ?? unknown(part));
  return texts.length === 0 ? word.value : texts.join("");
}

/** The lists of words that one word can become; none when it cannot be told. */
function expandWord(word: Word, scope: Scope): readonly (readonly string[])[] {
  if (allOf(word) !== undefined) return scope.positional;
  const slice = sliceOf(word.text, scope.arrays);
  if (slice !== undefined)
    return (slice.array === undefined ? scope.positional : arrayLists(slice.array, scope)).map((one) =>
      slice.take(one),
    );
  const array = arrayOf(word);
  if (array !== undefined && scope.arrays.has(array)) return arrayLists(array, scope);
  const { texts } = valuesOf(word, scope);
  const isSplit = word.parts?.some((part) => part.type === "SimpleExpansion" || part.type === "ParameterExpansion");
  return isSplit === true ? texts.map((text) => wordsIn(text)) : texts.map((text) => [text]);
}

/** The name in `${NAME[@]}`, when the word is nothing else. */
function arrayOf(word: Word): string | undefined {
  return /^"?\$\{(\w+)\[[@*]\]\}"?$/u.exec(word.text)?.[1];
}

/** The possible contents of an array: each list that it is given, and that with all that is appended anywhere. */
function arrayLists(name: string, scope: Scope): readonly (readonly string[])[] {
  if (scope.isWithinArray !== true) return givenLists(name, scope);
  const known = knownLists.get(scope) ?? new Map<string, readonly (readonly string[])[]>();
  knownLists.set(scope, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const lists = scope.arraysWithin?.take(1) === false ? [] : givenLists(name, scope);
  known.set(name, lists);
  return lists;
}

function givenLists(name: string, scope: Scope): readonly (readonly string[])[] {
  const given = scope.arrays.get(name) ?? [];
  // An array that is made of itself stands for what it is given otherwise.
  const inner = withoutArray(name, scope);
  const listsOf = (isAppended: boolean, own: Scope): readonly (readonly string[])[] =>
    given
      .filter((one) => one.isAppended === isAppended)
      .flatMap(({ words }) => (words.length === 0 ? [[]] : expandCommand(words, own).commands));
  const bases = listsOf(false, inner);
  const starts = bases.length === 0 ? [[]] : bases;
  // A loop over the arguments appends those of one way to start the script.
  const scopes =
    scope.positional.length === 1 ? [inner] : scope.positional.map((list) => ({ ...inner, positional: [list] }));
  const added = scopes.map((own) => listsOf(true, own).flat());
  const appended = firstLists(added, scope, added.length);
  const more = new Map(appended.map((list) => [list.join("\0"), list]));
  const longer = [...more.values()].filter((list) => list.length > 0);
  // A list that begins with nothing in it is what it is given then.
  const short = starts.filter((list) => list.length > 0 || longer.length === 0);
  const lists = [...short, ...longer.flatMap((list) => starts.map((start) => [...start, ...list]))];
  return firstLists(lists, scope);
}

function withoutArray(name: string, scope: Scope): Scope {
  const arrays = new Map([...scope.arrays].filter(([other]) => other !== name));
  return { ...scope, arrays, settled: undefined, isWithinArray: true };
}

/** False for an array of whose first word nothing is known. */
function isKnownArray(name: string, scope: Scope): boolean {
  const inner = withoutArray(name, scope);
  const given = (scope.arrays.get(name) ?? []).filter(({ words }) => words.length > 0);
  const begun = given.filter(({ isAppended }) => !isAppended);
  const firsts = (begun.length === 0 ? given : begun).flatMap(({ words }) => words.slice(0, 1));
  return firsts.every((word) => arrayOf(word) === name || expandWord(word, inner).length > 0);
}

/** `$@` or `$*`, quoted or not, when the word is nothing else. */
function allOf(word: Word): WordPart | DoubleQuotedChild | undefined {
  const [part, ...others] = word.parts ?? [];
  if (part === undefined || others.length > 0) return undefined;
  const inner = part.type === "DoubleQuoted" && part.parts.length === 1 ? part.parts[0] : part;
  return inner !== undefined && /^\$(?:[@*]|\{[@*]\})$/u.test(inner.text) ? inner : undefined;
}

function one(text: string): Values {
  return { texts: [text], isComplete: true };
}

function concatenated(parts: readonly WordPart[], scope: Scope, depth: number): Values {
  let texts: readonly string[] = [""];
  let isComplete = true;
  for (const part of parts) {
    const values = valuesOfPart(part, scope, depth);
    isComplete &&= values.isComplete;
    const count = texts.length * values.texts.length;
    texts = firstTexts(joinedTexts(texts, values.texts), scope);
    isComplete &&= texts.length === count;
  }
  return { texts: [...new Set(texts)], isComplete };
}

function valuesOfPart(part: WordPart, scope: Scope, depth: number): Values {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return one(part.value);
    case "DoubleQuoted":
    case "LocaleString":
      return concatenated(part.parts, scope, depth);
    case "SimpleExpansion":
      return valuesOfVariable(part.text.slice(1), scope, depth);
    case "ParameterExpansion":
      return valuesOfParameter(part, scope, depth);
    case "CommandExpansion":
      return part.script === undefined || depth > maxDepth ? unknownValues : valuesOfCode(part.script, scope, depth);
    case "Glob":
      return { texts: [part.text], isComplete: false };
    case "BraceExpansion":
      return bracedValues(part.text);
    case "ArithmeticExpansion":
    case "ExtendedGlob":
    case "ProcessSubstitution":
    default:
      return unknownValues;
  }
}

/** What `$(...)` prints. */
function valuesOfCode(code: Script, scope: Scope, depth: number): Values {
  const evaluate = (word: Word, own: Scope): Values => valuesOf(word, own, depth + 1);
  const blocks = printedInBlocks(code);
  if (blocks.length > 0) return printedTexts(blocks, scope, evaluate);
  return printedValues(
    code,
    (word) => evaluate(word, scope),
    (command) => knownOutput(command, scope, evaluate),
  );
}

function valuesOfParameter(part: ParameterExpansionPart, scope: Scope, depth: number): Values {
  const { operation, parameter } = part;
  if (part.prefix === "#" || (part.prefix === "!" && part.index !== undefined)) return unknownValues;
  const values =
    part.prefix === "!"
      ? valuesOfNamed(parameter, scope, depth)
      : part.index === undefined
        ? valuesOfVariable(parameter, scope, depth)
        : valuesOfElement(parameter, part.index, scope, depth);
  if (operation === undefined) return values;
  if (operation.type === "Remove") return withoutPattern(values, operation);
  if (operation.type !== "Default") return unknownValues;
  if (operation.operator.endsWith("?")) return values;
  const other = valuesOf(operation.operand, scope, depth + 1);
  const isUnset = values.texts.every((text) => text === "");
  if (operation.operator.endsWith("+"))
    return { ...union(other, one(""), scope), ...(isUnset && { isComplete: true }) };
  // Of a function whose calls are not known, the default of an argument is one value of many.
  if (scope.positional.length === 0 && /^[1-9]$/u.test(parameter)) return union(values, other, scope);
  // A variable that nothing sets has the default, unless the one who runs the image sets it.
  return isUnset ? other : union(values, other, scope);
}

/** `${!NAME}`: the values of the variables whose names the variable has. */
function valuesOfNamed(parameter: string, scope: Scope, depth: number): Values {
  const names = valuesOfVariable(parameter, scope, depth + 1);
  const all = names.texts.map((name) => (isName(name) ? valuesOfVariable(name, scope, depth + 1) : unknownValues));
  const none: Values = { texts: [], isComplete: names.isComplete && all.length > 0 };
  return all.reduce((left, right) => union(left, right, scope), none);
}

function valuesOfElement(name: string, index: Word, scope: Scope, depth: number): Values {
  if (name === "BASH_SOURCE" && index.value === "0") return valuesOfVariable(name, scope, depth);
  const isFirst = index.value === "0";
  const known = knownOf(scope);
  const key = `${name}[${isFirst ? "0" : ""}]`;
  const before = known.get(key);
  if (before !== undefined) return before;
  // An element that is made of the array sees nothing of it: `list[i]="${list[i - 1]}.old"`.
  known.set(key, unknownValues);
  const given = scope.arrays.get(name) ?? [];
  const values = isFirst ? firstOf(given, scope, depth) : { texts: mapped(given, scope, depth), isComplete: false };
  known.set(key, values);
  return values;
}

function firstOf(given: readonly ArrayWords[], scope: Scope, depth: number): Values {
  const firsts = given.flatMap(({ words, isAppended }) => (isAppended ? [] : words.slice(0, 1)));
  if (firsts.length === 0) return unknownValues;
  return firsts.map((word) => valuesOf(word, scope, depth + 1)).reduce((left, right) => union(left, right, scope));
}

/** What the elements of an array hold: `[pdf]="qpdf --check"`. */
function mapped(given: readonly ArrayWords[], scope: Scope, depth: number): readonly string[] {
  const texts = given.flatMap(({ words }) => words.flatMap((word) => valuesOf(word, scope, depth + 1).texts));
  return [...new Set(texts.map((text) => text.replace(/^\[[^\]]{0,200}\]=/u, "")))].filter((text) => !isPattern(text));
}

function valuesOfVariable(name: string, scope: Scope, depth: number): Values {
  if (depth > maxDepth) return unknownValues;
  if (name === "0") return { texts: scope.script, isComplete: true };
  if (name === "BASH_SOURCE") return { texts: scope.own, isComplete: true };
  if (/^[1-9]\d*$/u.test(name)) {
    const texts = scope.positional.flatMap((list) => list[Number(name) - 1] ?? []);
    return { texts: [...new Set(texts)], isComplete: texts.length > 0 };
  }
  const { settled } = scope;
  const before = settled?.get(name) ?? knownOf(scope).get(name);
  if (before !== undefined) return before;
  if (settled === undefined || depth > 0) return givenValues(name, scope, depth);
  // What is being looked up has nothing of itself, so only what is asked for first is whole.
  const values = givenValues(name, { ...scope }, depth);
  settled.set(name, values);
  return values;
}

function givenValues(name: string, scope: Scope, depth: number): Values {
  const search = { scope, known: knownOf(scope), depth };
  return scope.loops.has(name) ? loopValues(name, search) : assignedValues(name, search);
}

interface Search {
  readonly scope: Scope;
  readonly known: Map<string, Values>;
  readonly depth: number;
}

/** The variable of a loop has its words, and what else it is given. What is made of itself sees those before. */
function loopValues(name: string, { scope, known, depth }: Search): Values {
  let texts: readonly string[] = scope.positional.flat();
  for (const word of scope.assigned.get(name) ?? []) {
    if (word === undefined || allOf(word) !== undefined) continue;
    known.set(name, { texts, isComplete: false });
    const more = valuesOf(word, scope, depth + 1).texts.filter((text) => !isPattern(text));
    texts = [...texts, ...more];
  }
  const values: Values = { texts: firstTexts([...new Set(texts)], scope), isComplete: false };
  known.set(name, values);
  return values;
}

function knownOf(scope: Scope): Map<string, Values> {
  const known = knownValues.get(scope) ?? new Map<string, Values>();
  knownValues.set(scope, known);
  return known;
}

/** A variable that is given a value by itself sees those that it was given before; the first one, nothing. */
function assignedValues(name: string, { scope, known, depth }: Search): Values {
  const given = Object.hasOwn(scope.env, name) ? scope.env[name] : undefined;
  const own = scope.assigned.get(name) ?? [];
  let values = given === undefined ? undefined : one(given);
  for (const word of own) {
    const side = word === undefined ? undefined : sideOfMore(name, word);
    known.set(name, side !== undefined ? one("") : (values ?? { texts: [""], isComplete: false }));
    const whole = word === undefined ? unknownValues : (elementsOf(word, scope) ?? valuesOf(word, scope, depth + 1));
    const next = word === undefined || !isList(word) ? whole : listValues(whole, scope);
    if (side !== undefined) values = longerList(values, next, side, scope);
    else values = values === undefined ? next : union(values, next, scope);
  }
  const whole = values ?? unknownValues;
  known.set(name, whole);
  return whole;
}

/** A list of paths that a loop makes longer has all that the loop adds: what it was on the way is a part of it. */
function longerList(before: Values | undefined, more: Values, side: "behind" | "before", scope: Scope): Values {
  const added = more.texts.join("");
  // What is too long is not followed.
  if (added.length > maxLength) return { ...(before ?? unknownValues), isComplete: false };
  const lists = before === undefined || before.texts.length === 0 ? [""] : before.texts;
  const fitting = lists.filter((list) => list.length + added.length <= maxLength);
  const texts = fitting.map((list) => (side === "behind" ? list + added : added + list));
  const next: Values = { texts: [...new Set(texts)], isComplete: more.isComplete && before?.isComplete !== false };
  const isOther = side === "before" && before?.texts.some((list) => list !== "") === true;
  return isOther ? union(before, next, scope) : next;
}

/** Of a loop over an array, the words of the array. */
function elementsOf(word: Word, scope: Scope): Values | undefined {
  const array = arrayOf(word);
  if (array === undefined || !scope.arrays.has(array)) return undefined;
  return { texts: [...new Set(arrayLists(array, scope).flat())], isComplete: true };
}

function union(left: Values, right: Values, scope: Scope): Values {
  const { texts, isComplete } = unionOf(left, right);
  const first = firstTexts(texts, scope);
  return { texts: first, isComplete: isComplete && first.length === texts.length };
}
