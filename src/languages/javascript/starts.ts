import { lastName } from "../../values/effects/effect-index.ts";
import { codeOptions } from "../../values/effects/javascript.ts";
import type { Evaluator } from "../../values/evaluate.ts";
import type { Call, Expr } from "../../values/ir.ts";
import { hole } from "../../values/patterns.ts";
import { runsInput } from "../shell-input.ts";
import type { Reference } from "./reference.ts";
import { startOfResolved } from "./resolved-path.ts";

/** Stands for the run-time's own program. It is in no path. */
export const ownProgram = "\u0003";

/** A reference before its line is known. */
export type Started =
  | Omit<Extract<Reference, { readonly kind: "program" }>, "line">
  | Omit<Extract<Reference, { readonly kind: "command" }>, "line">;

/**
 * How a skeleton writes a text that looks like a command, one that could be one, and a single word: `` $.held`sort -r`
 * ``.
 */
export const heldTag = "held";
export const possibleTag = "possible";
export const wordTag = "word";

/** The programs that a call starts (nodejs.org/api/child_process.html). */
export function startsOf(call: Call, evaluator: Evaluator): readonly Started[] {
  if (call.isTagged === true) return taggedStarts(call, evaluator);
  const { callee, args } = call;
  const [first, second, third] = args;
  // `execa({ cwd })` is a function with options of its own.
  if (first === undefined || first.kind === "table") return [];
  const guesses = (): readonly Started[] =>
    programTexts(first, evaluator).flatMap((text) => (text.startsWith(hole) ? [] : [guess(text.trim())]));
  // What is written to a child's input is for its shell, where it looks like a command.
  if (callee.kind === "member" && /^(?:write|end)$/u.test(callee.name))
    return callee.of.kind === "member" && callee.of.name === "stdin" ? guesses() : [];
  const verbs = new Set(evaluator.rowsOf(call).map(({ effect }) => effect?.verb));
  if (!verbs.has("start") && !verbs.has("shell")) return isOfOthers(call, evaluator) ? guesses() : [];
  const texts = programTexts(first, evaluator).filter((text) => text !== ownProgram);
  const options = [second, third].flatMap((one) => evaluator.tablesOf(one)).flatMap(({ entries }) => entries);
  const { words, isCut } = wordsOf(second, evaluator);
  const listed = second?.kind === "list" ? words : [];
  const usesShell = options.some(
    ({ key, value }) => key === "shell" && (value.kind !== "nothing" || value.isTrue === true),
  );
  if (verbs.has("shell") || usesShell)
    return texts.map((text) => ({ kind: "command", text: [text, ...listed].join(" ") }));
  const readsInput = texts.some((text) => runsInput({ words: [text, ...words] }));
  const input = readsInput ? options.find(({ key }) => key === "input")?.value : undefined;
  const read = input === undefined ? [] : programTexts(input, evaluator);
  const cut = isCut && !words.some((one) => !one.startsWith("-")) ? ({ isCut: true } as const) : {};
  return [
    ...texts.map((name) => ({ kind: "program", name, args: words, ...cut }) as const),
    ...read.map((text) => ({ kind: "command", text }) as const),
  ];
}

/** Code that the run-time is given as an argument: `spawn(process.execPath, ["-e", code])`. */
export function codeOfStart({ args: [first, second] }: Call, evaluator: Evaluator): readonly string[] {
  if (second?.kind !== "list" || !evaluator.textsOf(first).includes(ownProgram)) return [];
  const option = second.items.findIndex((one) => evaluator.textsOf(one).some((text) => codeOptions.has(text)));
  const code = option === -1 ? undefined : second.items[option + 1];
  return code === undefined ? [] : evaluator.textsOf(code);
}

/** A function that another module has under the name of one that gives a text to the shell. */
function isOfOthers({ callee }: Call, evaluator: Evaluator): boolean {
  return evaluator
    .originsOf(callee)
    .some(
      (name) => name.startsWith("module:") && evaluator.surroundings.effects.effects.othersNames.has(lastName(name)),
    );
}

/** Commands that a template is: `` $`sort -r` ``, `` execa`sort -r` ``. */
function taggedStarts(call: Call, evaluator: Evaluator): readonly Started[] {
  const name = rootNameOf(call.callee);
  const [template] = call.args;
  if (name === undefined || template === undefined) return [];
  const texts = programTexts(template, evaluator).map((text) => text.trim());
  if (name === "$") {
    const tag = call.callee.kind === "member" ? call.callee.name : undefined;
    const kind = tag === heldTag ? held : tag === possibleTag ? possible : tag === wordTag ? word : {};
    return texts.map((text) => ({ ...guess(text), ...kind }));
  }
  if (evaluator.rowsOf({ ...call, callee: rootOf(call.callee) }).some(({ effect }) => effect?.verb === "start"))
    return texts.map((text) => ({ kind: "program", name: text.split(/\s/u)[0] ?? "", args: [] }));
  // Who makes the tag says what it does with a text.
  return texts.filter((text) => taggedLine.test(text)).map((text) => ({ ...guess(text), ...possible }));
}

function programTexts(expr: Expr, evaluator: Evaluator): readonly string[] {
  const texts = evaluator.textsOf(expr).filter((text) => text !== "" && startOfResolved(text) === undefined);
  // Beside what is not known at all, what is known in part tells no more.
  return texts.includes(hole) ? texts.filter((text) => text === hole || !text.includes(hole)) : texts;
}

/** Arguments as long as they are known, but for values of options. A list that a variable holds may grow later. */
function wordsOf(
  given: Expr | undefined,
  evaluator: Evaluator,
): { readonly words: readonly string[]; readonly isCut: boolean } {
  const lists = evaluator.listsOf(given);
  const [list] = lists;
  const isHeld = given?.kind !== "list" && given !== undefined && given.kind !== "table" && given.kind !== "function";
  const words: string[] = [];
  for (const item of list === undefined || lists.length > 1 ? [] : evaluator.itemsOf(list)) {
    const texts = evaluator.textsOf(item);
    const [text = hole] = texts;
    // An option with a value of its own: `"--reporter=" + name`.
    const isKnown = texts.length === 1 && !text.includes(hole);
    if (!isKnown && texts.every((one) => /^--?\w[\w-]*=/u.test(one))) continue;
    if (!isKnown) return { words, isCut: true };
    words.push(text);
  }
  return { words, isCut: isHeld };
}

const taggedLine = /^[a-z][\w.+-]{1,40}(?: [^\n]{1,300})?$/u;
const held = { isHeld: true } as const;
const possible = { ...held, isPossible: true } as const;
const word = { ...possible, isWord: true } as const;

function guess(text: string): Started {
  return { kind: "command", text, isGuess: true };
}

/** What a chain of properties and calls begins with. */
function rootOf(expr: Expr): Expr {
  if (expr.kind === "member") return rootOf(expr.of);
  return expr.kind === "call" ? rootOf(expr.callee) : expr;
}

function rootNameOf(expr: Expr): string | undefined {
  const root = rootOf(expr);
  return root.kind === "name" ? root.name : undefined;
}
