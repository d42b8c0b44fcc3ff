import { deepestValue, mostFound, mostJoined, mostValues } from "../rootfs/hostile-limits.ts";
import { lastName } from "./effects/effect-index.ts";
import type { Result, Row } from "./effects/effects.ts";
import { Flow } from "./flow.ts";
import type { Call, Expr, List, Table, Unit } from "./ir.ts";
import { Mentions } from "./mentions.ts";
import { foundPath } from "./paths.ts";
import { combine, hole, type Texts, unknownTexts } from "./patterns.ts";
import { foundFiles, resultOf } from "./results.ts";
import { merge, type Surroundings, textValue, unknown, type Value, type Values } from "./value.ts";

/**
 * Evaluates the expressions of one source, each once. Bounded in how many values are told apart, how long they are, how
 * deep one is followed, and in steps: whatever exceeds a limit is unknown.
 */
export class Evaluator implements Values {
  readonly unit: Unit;
  readonly surroundings: Surroundings;
  readonly #flow: Flow;
  readonly #effective: Mentions;
  readonly #values = new Map<Expr, Value>();
  #depth = 0;
  #steps = 0;
  #letters = 0;

  constructor(unit: Unit, surroundings: Surroundings) {
    this.unit = unit;
    this.surroundings = surroundings;
    this.#flow = new Flow(this);
    const { effective, giving } = surroundings.effects;
    this.#effective = new Mentions(unit, {
      isSeed: (expr) =>
        (expr.kind === "name" || expr.kind === "member" || expr.kind === "imported") && effective.has(expr.name),
      isOfTexts: false,
      giving,
    });
  }

  valueOf(expr: Expr | undefined): Value {
    if (expr === undefined) return unknown;
    const known = this.#values.get(expr);
    if (known !== undefined) return known;
    if (this.#depth >= deepestValue || this.#steps > mostFound || this.#letters > mostJoined) return unknown;
    // Where a value is told by itself, it may be anything.
    this.#values.set(expr, unknown);
    this.#depth++;
    const value = this.#evaluate(expr);
    this.#depth--;
    this.#steps += value.texts.length + value.things.length;
    for (const text of value.texts) this.#letters += text.length;
    this.#values.set(expr, value);
    return value;
  }

  /** True for a call that could do something with an argument: of all others nothing needs to be known. */
  mayHaveEffect({ callee, args }: Call): boolean {
    return this.#effective.has(callee) || args.some((one) => one.kind !== "call" && this.#effective.isDirect(one));
  }

  holdsEffect(property: string): boolean {
    return this.#effective.holds(property);
  }

  textsOf(expr: Expr | undefined): Texts {
    const { texts, things } = this.valueOf(expr);
    if (texts.length === 0) return unknownTexts;
    return things.length === 0 || texts.includes(hole) ? texts : [...texts, hole];
  }

  originsOf(expr: Expr | undefined): readonly string[] {
    return this.valueOf(expr).things.flatMap((one) => (one.kind === "origin" ? [one.name] : []));
  }

  listsOf(expr: Expr | undefined): readonly List[] {
    return this.valueOf(expr).things.filter((one) => one.kind === "list");
  }

  tablesOf(expr: Expr | undefined): readonly Table[] {
    return this.valueOf(expr).things.filter((one) => one.kind === "table");
  }

  itemsOf(list: List): readonly (Expr | undefined)[] {
    return list.items.flatMap((item): readonly (Expr | undefined)[] => {
      if (item.kind !== "spread") return [item];
      const lists = this.listsOf(item.of);
      if (lists.length === 0) return [undefined];
      return lists.flatMap((inner): readonly (Expr | undefined)[] => (inner === list ? [undefined] : inner.items));
    });
  }

  elementOf({ things, texts }: Value): Value {
    const lists = things.filter((one) => one.kind === "list");
    const items = lists.flatMap((list) => this.itemsOf(list));
    if (items.length > mostValues) return unknown;
    const isOpen = texts.length > 0 || lists.length === 0 || lists.length < things.length || items.length === 0;
    return merge([...items.map((item) => this.valueOf(item)), ...(isOpen ? [unknown] : [])]);
  }

  origin(name: string): Value {
    const canonical = this.surroundings.effects.canonical(name);
    const texts = this.surroundings.given.get(canonical);
    return texts === undefined ? { texts: [], things: [{ kind: "origin", name: canonical }] } : { texts, things: [] };
  }

  /** The rows of what a call may call, by where it comes from, else by its name alone. */
  rowsOf({ callee }: Call): readonly Row[] {
    const { effects } = this.surroundings;
    const rows = new Set<Row>();
    for (const name of this.originsOf(callee)) {
      const row = effects.row(name) ?? effects.distinct(lastName(name));
      if (row !== undefined) rows.add(row);
    }
    if (rows.size > 0 || this.valueOf(callee).things.some(({ kind }) => kind === "function")) return [...rows];
    const name = callee.kind === "member" || callee.kind === "name" ? callee.name : undefined;
    const row = name === undefined ? undefined : effects.distinct(name);
    return row === undefined ? [] : [row];
  }

  #evaluate(expr: Expr): Value {
    switch (expr.kind) {
      case "text":
        return { texts: [expr.text], things: [] };
      case "concat": {
        // What a source writes out in full is as long as it is.
        const written = expr.parts.map((part) => (part.kind === "text" ? part.text : undefined));
        if (!written.includes(undefined)) return textValue([written.join("")]);
        const parts = expr.parts.map((part) => this.textsOf(part));
        return textValue(combine(parts, (texts) => texts.join("")));
      }
      case "choice":
        return merge(expr.options.map((option) => this.valueOf(option)));
      case "name":
        return expr.variable === undefined ? this.origin(expr.name) : this.#flow.variable(expr.variable);
      case "parameter":
        return this.#flow.parameter(expr);
      case "member":
        return this.#flow.member(expr);
      case "index":
        return this.#flow.element(expr);
      case "imported": {
        const name = this.surroundings.moduleName(expr.module);
        return this.origin(expr.name === "*" ? name : `${name}.${expr.name}`);
      }
      case "call":
        return this.#call(expr);
      case "list":
      case "table":
      case "function":
      case "pattern":
        return { texts: [], things: [expr] };
      case "nothing":
        return { texts: [], things: [] };
      case "spread":
      case "unknown":
      default:
        return unknown;
    }
  }

  #call(call: Call): Value {
    const values: Value[] = [];
    for (const thing of this.valueOf(call.callee).things)
      if (thing.kind === "function" && call.isNew !== true) values.push(this.#flow.returned(thing.definition));
    const results = new Set<Result>();
    const rows = this.rowsOf(call);
    for (const { gives } of rows) if (gives !== undefined) results.add(gives);
    for (const result of results) values.push(resultOf(result, call, this));
    // Who is given a pattern of files mostly finds these.
    if (values.length === 0 && rows.length === 0 && this.#hasPattern(call)) return foundFiles(call, this);
    return values.length === 0 ? unknown : merge(values);
  }

  #hasPattern({ args: [first] }: Call): boolean {
    if (first === undefined || first.kind === "function" || first.kind === "table") return false;
    return this.valueOf(first).texts.some((text) => text.includes("*") && foundPath("/", text) !== hole);
  }
}
