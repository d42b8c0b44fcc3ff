import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from "unbash";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { ShellScript } from "./syntax.ts";

/** What a word can be when the script runs. */
export interface Values {
  readonly texts: readonly string[];
  /** False when it can be something else as well. */
  readonly isComplete: boolean;
}

/** Where words get their values from. */
export interface Scope {
  readonly env: Readonly<Record<string, string>>;
  readonly assigned: ShellScript["assigned"];
  /** What `$0` can be: the name that the script was started by, and where links lead from it, which scripts follow by themselves. */
  readonly script: readonly string[];
  /** What `$1`, `$2` ... can be, together. */
  readonly positional: readonly (readonly string[])[];
}

/** What each variable of a scope was found to be. */
const knownValues = new WeakMap<Scope, Map<string, Values>>();
const unknown: Values = { texts: [], isComplete: false };
const maxValues = 16;
const maxDepth = 8;

/** What a word can be, without splitting at blanks. */
export function valuesOf(word: Word, scope: Scope, depth = 0): Values {
  if (word.parts === undefined) return one(word.value);
  return concatenated(word.parts, scope, depth);
}

/**
 * What a command's words can be: its name and its arguments, one list for each way. An argument that cannot be told stands as it is
 * written. Undefined name: the command cannot be told.
 */
export function expandCommand(
  words: readonly Word[],
  scope: Scope,
  /** Leaves ways out in which the word at an index is none of those that can be. */
  isPossible: (text: string, index: number) => boolean = () => true,
): { readonly commands: readonly (readonly string[])[]; readonly isComplete: boolean } {
  let lists: readonly (readonly string[])[] = [[]];
  let isComplete = true;
  for (const [index, word] of words.entries()) {
    const next: (readonly string[])[] = [];
    for (const list of lists) {
      for (const tail of expandWord(word, scope)) {
        if (tail.length !== 1 || isPossible(tail[0] ?? "", index)) next.push([...list, ...tail]);
      }
    }
    if (next.length === 0) isComplete = index > 0;
    // An argument that is nothing but a variable that nothing sets is none, or an empty one.
    if (next.length === 0 && index > 0 && isUnset(word, scope)) {
      if (word.text.startsWith('"')) lists = lists.map((list) => [...list, ""]);
      continue;
    }
    if (next.length > 0) lists = next.slice(0, maxValues);
    else if (lists.every((list) => list.length === 0)) return { commands: [], isComplete: false };
    else lists = lists.map((list) => [...list, word.text]);
  }
  const [name] = words;
  if (name !== undefined && allOf(name) === undefined) isComplete &&= valuesOf(name, scope).isComplete;
  return { commands: lists.filter((list) => list.length > 0), isComplete };
}

function isUnset(word: Word, scope: Scope): boolean {
  const name = /^"?\$(?:\{(\w+)\}|(\w+))"?$/u.exec(word.text);
  const variable = name?.[1] ?? name?.[2] ?? "";
  return /^[A-Za-z_]/u.test(variable) && !scope.assigned.has(variable) && !Object.hasOwn(scope.env, variable);
}

/** The lists of words that one word can become; none when it cannot be told. */
function expandWord(word: Word, scope: Scope): readonly (readonly string[])[] {
  if (allOf(word) !== undefined) return scope.positional;
  const { texts } = valuesOf(word, scope);
  const isSplit = word.parts?.some((part) => part.type === "SimpleExpansion" || part.type === "ParameterExpansion");
  return isSplit === true
    ? texts.map((text) => text.split(/[ \t\n]+/u).filter((part) => part !== ""))
    : texts.map((text) => [text]);
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
    texts = texts.flatMap((text) => values.texts.map((tail) => text + tail)).slice(0, maxValues);
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
      return valuesOfCommand(part.text, scope, depth);
    case "ArithmeticExpansion":
    case "BraceExpansion":
    case "ExtendedGlob":
    case "Glob":
    case "ProcessSubstitution":
    default:
      return unknown;
  }
}

function valuesOfParameter(part: ParameterExpansionPart, scope: Scope, depth: number): Values {
  const { operation, parameter } = part;
  if (part.prefix !== undefined || part.index !== undefined) return unknown;
  if (operation === undefined) return valuesOfVariable(parameter, scope, depth);
  if (operation.type !== "Default") return unknown;
  const values = valuesOfVariable(parameter, scope, depth);
  if (operation.operator.endsWith("?")) return values;
  const other = valuesOf(operation.operand, scope, depth + 1);
  if (operation.operator.endsWith("+")) return union(other, one(""));
  // A variable that nothing sets has the default, unless the one who runs the image sets it.
  return values.texts.length === 0 ? other : union(values, other);
}

/**
 * `$(command -v NAME)` stands for the program, `$(dirname "$0")` and the like for a part of a path, `$(cd DIRECTORY && pwd)` for the
 * directory; nothing else is run in the mind.
 */
function valuesOfCommand(text: string, scope: Scope, depth: number): Values {
  const code = text
    .replace(/^\$\(\s*|^`\s*|\s*\)$|\s*`$/gu, "")
    .replaceAll('\\"', '"')
    .replace(/\s*2>\s*\/dev\/null$/u, "");
  const lookup = /^(?:command\s+-v|which|type\s+-p)\s+([\w./+-]+)$/u.exec(code);
  if (lookup?.[1] !== undefined) return one(lookup[1]);
  const [, verb = "", part = ""] =
    /^(dirname|basename|realpath|readlink\s+-[ef]|cd(?:\s+-P)?)\s+(?:--\s+)?("[^"]*(?:"[^"]*"[^"]*)*"|[^\s;&|<>]+)/u.exec(
      code,
    ) ?? [];
  const rest = code.slice(code.indexOf(part) + part.length).trim();
  const isMove = verb.startsWith("cd");
  if (
    part === "" ||
    !(isMove ? /^(?:[\d&]*>\s*(?:\/dev\/null|&\d)\s*)*(?:&&|;)\s*pwd(?:\s+-[LP])?$/u : /^$/u).test(rest)
  )
    return unknown;
  const { texts, isComplete } = valuesOfText(part, scope, depth + 1);
  const turn = isMove
    ? tidyPath
    : verb === "dirname"
      ? directoryOf
      : verb === "basename"
        ? lastOf
        : (path: string) => path;
  return { texts: [...new Set(texts.map(turn))], isComplete };
}

/** What a text with variables and commands in it can be. */
function valuesOfText(text: string, scope: Scope, depth: number): Values {
  if (depth > maxDepth) return unknown;
  let texts: readonly string[] = [""];
  let isComplete = true;
  for (const [piece] of text.matchAll(/\$\{\w+\}|\$\w+|\$\([^()]*(?:\([^()]*\)[^()]*)*\)|`[^`]*`|[^$`"]+|"/gu)) {
    if (piece === '"') continue;
    const values = /^(?:`|\$\()/u.test(piece)
      ? valuesOfCommand(piece, scope, depth + 1)
      : piece.startsWith("$")
        ? valuesOfVariable(piece.replace(/[${}]/gu, ""), scope, depth + 1)
        : one(piece);
    isComplete &&= values.isComplete;
    texts = texts.flatMap((before) => values.texts.map((after) => before + after)).slice(0, maxValues);
  }
  return { texts, isComplete };
}

function directoryOf(path: string): string {
  return path.includes("/") ? path.replace(/\/+[^/]*\/*$/u, "") || "/" : ".";
}

function lastOf(path: string): string {
  return path.replace(/\/+$/u, "").replace(/^.*\//su, "");
}

function tidyPath(path: string): string {
  return path.startsWith("/") ? toAbsPath(path) : path;
}

function valuesOfVariable(name: string, scope: Scope, depth: number): Values {
  if (depth > maxDepth) return unknown;
  if (name === "0") return { texts: scope.script, isComplete: true };
  if (/^[1-9]\d*$/u.test(name)) {
    const texts = scope.positional.flatMap((list) => list[Number(name) - 1] ?? []);
    return { texts: [...new Set(texts)], isComplete: texts.length > 0 };
  }
  const known = knownValues.get(scope) ?? new Map<string, Values>();
  knownValues.set(scope, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  // Scripts lengthen a variable by itself many times: each of these stands for what the others say, after nothing.
  known.set(name, { texts: [""], isComplete: false });
  const values = assignedValues(name, scope, depth);
  known.set(name, values);
  return values;
}

function assignedValues(name: string, scope: Scope, depth: number): Values {
  const given = Object.hasOwn(scope.env, name) ? scope.env[name] : undefined;
  const own = scope.assigned.get(name) ?? [];
  if (given === undefined && own.length === 0) return unknown;
  const values = own.map((word) => (word === undefined ? unknown : valuesOf(word, scope, depth + 1)));
  return [...(given === undefined ? [] : [one(given)]), ...values].reduce(union);
}

function union(left: Values, right: Values): Values {
  const texts = [...new Set([...left.texts, ...right.texts])].slice(0, maxValues);
  return { texts, isComplete: left.isComplete && right.isComplete };
}
