import type { Command, Word } from "unbash";
import { union, unknownValues, type Values } from "./printed-values.ts";
import type { PrintedWord } from "./printed-words.ts";
import { isInput } from "./redirects.ts";
import type { ShellScript } from "./syntax.ts";
import { wordsOf } from "./syntax-words.ts";

/** What a scope knows of what commands print. */
export interface Outputs {
  readonly prints?: ShellScript["prints"];
  readonly outputs?: ShellScript["outputs"] | undefined;
  readonly positional: readonly (readonly string[])[];
}

type Evaluate<S extends Outputs> = (word: Word, scope: S) => Values;

/** Programs that print lines of the files that they are given. */
export const printsFiles: RegExp = /^(?:cat|egrep|fgrep|grep|head|sort|tac|tail|uniq)$/u;

/** What a function, a script of the author's own or a file prints; undefined for any other command. */
export function knownOutput<S extends Outputs>(command: Command, scope: S, evaluate: Evaluate<S>): Values | undefined {
  const { name } = command;
  if (name === undefined) {
    const file = [...command.prefix, ...command.suffix].find((part) => part.type === "Redirect" && isInput(part));
    return file?.type === "Redirect" && file.target !== undefined ? outputOf(file.target, scope, evaluate) : undefined;
  }
  const own = scope.prints?.get(name.value);
  if (own !== undefined && own.length > 0) return printedByFunction(command, own, scope, evaluate);
  if (!printsFiles.test(name.value)) return outputOf(name, scope, evaluate);
  const known = wordsOf(command).flatMap((word) => outputOf(word, scope, evaluate) ?? []);
  return known.length === 0 ? undefined : known.reduce(union);
}

/** What functions print with some arguments, by what is known of other outputs: that belongs to one script. */
const knownOfFunctions = new WeakMap<NonNullable<Outputs["outputs"]>, Map<string, Values>>();
/** Calls of functions in one script whose output is followed. */
const maxCalls = 256;

function printedByFunction<S extends Outputs>(
  command: Command,
  prints: readonly PrintedWord[],
  scope: S,
  evaluate: Evaluate<S>,
): Values {
  const args = wordsOf(command).map((word) => evaluate(word, scope).texts[0] ?? word.text);
  const { outputs } = scope;
  if (outputs === undefined) return unknownValues;
  const known = knownOfFunctions.get(outputs) ?? new Map<string, Values>();
  knownOfFunctions.set(outputs, known);
  const key = [command.name?.value, ...args].join("\0");
  const before = known.get(key);
  if (before !== undefined || known.size >= maxCalls) return before ?? unknownValues;
  // A function that calls itself has nothing of its own output.
  known.set(key, unknownValues);
  const values = printedTexts(prints, { ...scope, positional: [args], settled: undefined }, evaluate);
  known.set(key, values);
  return values;
}

/** Any of the texts that are printed; those of a loop together, where it parts them by a sign. */
export function printedTexts<S extends Outputs>(
  prints: readonly PrintedWord[],
  scope: S,
  evaluate: Evaluate<S>,
): Values {
  const all = prints.map(({ word, separator }) => {
    const { texts } = evaluate(word, scope);
    return { texts: separator === undefined ? texts : [texts.join(separator)], isComplete: false };
  });
  return all.reduce(union, unknownValues);
}

function outputOf<S extends Outputs>(word: Word, scope: S, evaluate: Evaluate<S>): Values | undefined {
  const { outputs } = scope;
  if (outputs === undefined || outputs.size === 0) return undefined;
  const known = evaluate(word, scope).texts.flatMap((text) => outputs.get(text) ?? []);
  return known.length === 0 ? undefined : known.reduce(union);
}
