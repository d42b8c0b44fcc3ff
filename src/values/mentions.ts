import type { Call, Expr, Unit } from "./ir.ts";

/** The parts of an expression that its value follows from; those of a function are in its definition. */
export function partsOf(expr: Expr): readonly Expr[] {
  const { kind } = expr;
  if (kind === "call") return [expr.callee, ...expr.args];
  if (kind === "member" || kind === "spread") return [expr.of];
  if (kind === "index") return [expr.of, expr.key];
  if (kind === "concat") return expr.parts;
  if (kind === "choice") return expr.options;
  if (kind === "list") return expr.items;
  return kind === "table" ? expr.entries.map(({ value }) => value) : [];
}

/** A variable by its number, a property by its name, a function and its parameters by negative numbers. */
type Key = number | string;

/** So many parameters are told apart; the rest count as one. */
const parameters = 62;

function functionKey(definition: number): Key {
  return -1 - definition * (parameters + 2);
}

function parameterKey(definition: number, index: number): Key {
  return -2 - definition * (parameters + 2) - Math.min(index, parameters);
}

interface Asked {
  readonly isSeed: (expr: Expr) => boolean;
  /** False where what follows is no text: no sum is a function. */
  readonly isOfTexts: boolean;
  /** The last names of functions whose value follows from what they are given. */
  readonly giving: ReadonlySet<string>;
}

/**
 * Which expressions of a source could follow from certain ones, by whatever way: cheap, and true too often. The rest
 * needs no evaluation.
 */
export class Mentions {
  readonly #isSeed: (expr: Expr) => boolean;
  readonly #isOfTexts: boolean;
  readonly #giving: ReadonlySet<string>;
  readonly #marked = new Set<Key>();
  readonly #targets = new Map<Key, Key[]>();
  readonly #known = new Map<Expr, boolean>();

  constructor(unit: Unit, { isSeed, isOfTexts, giving }: Asked) {
    this.#isSeed = isSeed;
    this.#isOfTexts = isOfTexts;
    this.#giving = giving;
    const pending: Key[] = [];
    const flows = (from: Expr, to: Key): void => {
      if (this.#collect(from, to)) pending.push(to);
    };
    for (const [index, { values }] of unit.variables.entries()) for (const value of values) flows(value, index);
    for (const { name, value } of unit.properties) flows(value, name);
    const held = new Map<Key, number[]>();
    for (const [index, { returns, variable, property }] of unit.definitions.entries()) {
      for (const one of returns) flows(one, functionKey(index));
      for (const key of [variable, property]) if (key !== undefined) listOf(held, key).push(index);
    }
    for (const { callee, args } of unit.calls) {
      if (args.length === 0) continue;
      const key = callee.kind === "name" ? callee.variable : callee.kind === "member" ? callee.name : undefined;
      const called = callee.kind === "function" ? [callee.definition] : key === undefined ? [] : (held.get(key) ?? []);
      for (const definition of called)
        for (const [index, one] of args.entries()) flows(one, parameterKey(definition, index));
      // A function that a method is given is given in turn what the method is of.
      for (const one of args) if (one.kind === "function") flows(callee, parameterKey(one.definition, 0));
    }
    for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
      if (this.#marked.has(key)) continue;
      this.#marked.add(key);
      pending.push(...(this.#targets.get(key) ?? []));
    }
    this.#targets.clear();
  }

  /** Notes where an expression leads; true where it has a seed. */
  #collect(expr: Expr, to: Key): boolean {
    if (this.#isSeed(expr)) return true;
    const key = keyOf(expr);
    if (key !== undefined && key !== to) {
      const targets = this.#targets.get(key);
      if (targets === undefined) this.#targets.set(key, [to]);
      else targets.push(to);
    }
    const { kind } = expr;
    if (kind === "call") return this.#collect(expr.callee, to) || (this.#givesOn(expr) && this.#all(expr.args, to));
    if (kind === "member" || kind === "spread" || kind === "index") return this.#collect(expr.of, to);
    return (kind !== "concat" || this.#isOfTexts) && this.#all(partsOf(expr), to);
  }

  #all(exprs: readonly Expr[], to: Key): boolean {
    for (const one of exprs) if (this.#collect(one, to)) return true;
    return false;
  }

  /** False for a call whose value does not follow from what it is given: its function is asked by itself. */
  #givesOn({ callee }: Call): boolean {
    return (callee.kind === "name" || callee.kind === "member") && this.#giving.has(callee.name);
  }

  /** True for the name of a property that could hold what follows from a seed. */
  holds(property: string): boolean {
    return this.#marked.has(property);
  }

  /** True for an expression that is a seed, or a name for what could follow from one. */
  isDirect(expr: Expr): boolean {
    const key = keyOf(expr);
    return this.#isSeed(expr) || (key !== undefined && this.#marked.has(key));
  }

  /** True for an expression that could follow from a seed. */
  has(expr: Expr): boolean {
    if (expr.kind === "text" || expr.kind === "name") return this.isDirect(expr);
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    const found = this.isDirect(expr) || partsOf(expr).some((one) => this.has(one));
    this.#known.set(expr, found);
    return found;
  }
}

function keyOf(expr: Expr): Key | undefined {
  const { kind } = expr;
  if (kind === "name") return expr.variable;
  if (kind === "member") return expr.name;
  if (kind === "function") return functionKey(expr.definition);
  return kind === "parameter" ? parameterKey(expr.definition, expr.index) : undefined;
}

function listOf<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}
