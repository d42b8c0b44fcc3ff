import { toAbsPath } from "../../rootfs/rootfs.ts";
import { preloadOptions } from "../../values/effects/javascript.ts";
import type { Evaluator } from "../../values/evaluate.ts";
import type { Call, Expr, Unit } from "../../values/ir.ts";
import { hole } from "../../values/patterns.ts";
import type { ModuleMode } from "./resolver.ts";
import { ownProgram } from "./starts.ts";

/** A module that an option names, and how it loads. */
export interface Preload {
  readonly specifier: string;
  readonly mode: ModuleMode;
  readonly at: number;
  /** True where nobody is seen to start a process with it: who does not mean it so misses nothing. */
  readonly isTried: boolean;
}

/**
 * Modules that a process or a worker loads before its program: `["-r", "a", "own.js"]` for the run-time itself, the
 * options `execArgv`, `NODE_OPTIONS` of an environment. In the application, options among any texts count.
 */
export function preloadsIn(
  evaluator: Evaluator,
  { workdir, isPackage }: { readonly workdir: string; readonly isPackage: boolean },
): readonly Preload[] {
  const { unit } = evaluator;
  const found: Preload[] = [];
  const add = (words: readonly string[], at: number, isTried = false): void => {
    for (const one of preloadsOf(words)) {
      if (one.specifier.includes(hole) && (isPackage || isTried)) continue;
      const isPath = /^\.{1,2}\//u.test(one.specifier);
      const specifier = isPath ? toAbsPath(one.specifier, toAbsPath(workdir)) : one.specifier;
      found.push({ ...one, specifier, at, isTried });
    }
  };
  const covered = new Set<Expr>();
  for (const call of unit.calls) for (const words of startedWords(call, evaluator, covered)) add(words, call.at);
  for (const { name, value, at } of unit.properties) {
    if (name === "execArgv")
      for (const list of evaluator.listsOf(value)) {
        for (const item of list.items) covered.add(item);
        add(textsOf(list, evaluator), at);
      }
    if (name === "NODE_OPTIONS") for (const text of evaluator.textsOf(value)) add(text.trim().split(/\s+/u), at);
  }
  if (!isPackage) for (const { words, at } of optionTexts(unit, covered)) add(words, at, true);
  return found;
}

/** The words behind the name of the run-time in a call that starts it. */
function startedWords(call: Call, evaluator: Evaluator, covered: Set<Expr>): readonly (readonly string[])[] {
  const [first, second] = call.args;
  if (!evaluator.mayHaveEffect(call)) return [];
  const verbs = evaluator.rowsOf(call).flatMap(({ effect }) => effect?.verb ?? []);
  if (first === undefined || verbs.length === 0) return [];
  if (verbs.includes("start")) {
    const lists = evaluator.listsOf(second);
    for (const list of lists) for (const item of list.items) covered.add(item);
    return evaluator.textsOf(first).some(isNode) ? lists.map((list) => textsOf(list, evaluator)) : [];
  }
  if (!verbs.includes("shell")) return [];
  return evaluator.textsOf(first).flatMap((text) => {
    const [program = "", ...words] = text.trim().split(/\s+/u);
    return isNode(program) ? [words] : [];
  });
}

function isNode(program: string): boolean {
  return program === ownProgram || /^(?:.*\/)?node(?:js)?$/u.test(program);
}

/** Options that stand among the texts of a source, each with the text behind it. */
function optionTexts(
  { texts }: Unit,
  covered: ReadonlySet<Expr>,
): readonly { readonly words: readonly string[]; readonly at: number }[] {
  return texts.flatMap((one, index) => {
    if (covered.has(one) || !preloadOptions.has(one.text.split("=", 1)[0] ?? "")) return [];
    return [{ words: [one.text, ...(one.text.includes("=") ? [] : [texts[index + 1]?.text ?? hole])], at: one.at }];
  });
}

function textsOf(list: Extract<Expr, { readonly kind: "list" }>, evaluator: Evaluator): readonly string[] {
  return evaluator.itemsOf(list).map((item) => evaluator.textsOf(item)[0] ?? hole);
}

function preloadsOf(words: readonly string[]): readonly { readonly specifier: string; readonly mode: ModuleMode }[] {
  const found: { readonly specifier: string; readonly mode: ModuleMode }[] = [];
  for (const [at, word] of words.entries()) {
    // The program, and what follows is for it.
    if (!word.startsWith("-") && !word.includes(hole) && !(words[at - 1] ?? "").startsWith("-")) break;
    const [option = "", ...rest] = word.split("=");
    const mode = preloadOptions.get(option);
    if (mode !== undefined) found.push({ specifier: rest.length > 0 ? rest.join("=") : (words[at + 1] ?? hole), mode });
  }
  return found;
}
