import { mostValues } from "../rootfs/hostile-limits.ts";
import type { EffectIndex } from "./effects/effect-index.ts";
import type { Expr, Fn, List, Pattern, Table, Unit } from "./ir.ts";
import { hole, type Texts, union, unknownTexts } from "./patterns.ts";

/** What an expression may be: texts with holes, and what is no text. */
export interface Value {
  readonly texts: Texts;
  readonly things: readonly Thing[];
}

export type Thing = List | Table | Fn | Pattern | Origin;

/** Something that the source does not define: a function of a module, a module, what the run-time gives. */
export interface Origin {
  readonly kind: "origin";
  /** `node:child_process.exec`; a name of the language stands alone. */
  readonly name: string;
}

export const unknown: Value = { texts: unknownTexts, things: [] };

/** What a source stands in, and its language. */
export interface Surroundings {
  readonly effects: EffectIndex;
  readonly workdir: string;
  /** Names that have a text in this source: `__dirname`. */
  readonly given: ReadonlyMap<string, Texts>;
  /** The name of a module among origins. */
  readonly moduleName: (specifier: string) => string;
  /** Stands for the file that a module's name leads to. */
  readonly placeOf: (specifier: string, mode: "require" | "import") => string;
  /** The value of a text as code. */
  readonly valueOfCode: (text: string) => Value;
}

/** The values of one source, as those ask for them who follow one further. */
export interface Values {
  readonly unit: Unit;
  readonly surroundings: Surroundings;
  valueOf(expr: Expr | undefined): Value;
  /** The texts that an expression may be; a hole stands for what is no text, or nothing. */
  textsOf(expr: Expr | undefined): Texts;
  /** The names of what the source does not define. */
  originsOf(expr: Expr | undefined): readonly string[];
  listsOf(expr: Expr | undefined): readonly List[];
  tablesOf(expr: Expr | undefined): readonly Table[];
  /** The items of a list, those of spread lists among them; undefined stands for those that only the run tells. */
  itemsOf(list: List): readonly (Expr | undefined)[];
  /** Any one of the elements of what is a list. */
  elementOf(value: Value): Value;
  /** What has that name outside of the source. */
  origin(name: string): Value;
  /** True for the name of a property that could hold a function of the language. */
  holdsEffect(property: string): boolean;
}

export function textValue(texts: Texts): Value {
  return { texts, things: [] };
}

/** What is one of several values. */
export function merge(values: readonly Value[]): Value {
  const [first] = values;
  if (first !== undefined && values.every((value) => value === first)) return first;
  const things: Thing[] = [];
  const seen = new Set<unknown>();
  for (const one of values.flatMap((value) => value.things)) {
    const key = one.kind === "origin" ? one.name : one;
    if (!seen.has(key)) things.push(one);
    seen.add(key);
  }
  if (things.length > mostValues) return unknown;
  if (things.length === 0 && values.every(({ texts: [text, ...others] }) => text === hole && others.length === 0))
    return unknown;
  return { texts: union(values.flatMap(({ texts }) => texts)), things };
}
