import { mostValues } from "../rootfs/hostile-limits.ts";
import type { Call, Index, Member, Parameter, Property } from "./ir.ts";
import { hole } from "./patterns.ts";
import { merge, unknown, type Value, type Values } from "./value.ts";

/** Follows names through assignments, calls, tables and properties of one source. */
export class Flow {
  readonly #values: Values;
  readonly #variables = new Map<number, Value>();
  #callsByVariable: ReadonlyMap<number, readonly Call[]> | undefined;
  #callsByMethod: ReadonlyMap<string, readonly Call[]> | undefined;
  #properties: ReadonlyMap<string, readonly Property[]> | undefined;
  readonly #named = new Map<string, Value>();

  constructor(values: Values) {
    this.#values = values;
  }

  /** All that a variable is given somewhere. */
  variable(index: number): Value {
    const known = this.#variables.get(index);
    if (known !== undefined) return known;
    const values = this.#values.unit.variables[index]?.values ?? [];
    if (values.length === 0 || values.length > mostValues) return unknown;
    this.#variables.set(index, unknown);
    const value = merge(values.map((one) => this.#values.valueOf(one)));
    this.#variables.set(index, value);
    return value;
  }

  /** What the calls that are seen give to a parameter; others may call what is handed on. */
  parameter({ definition: at, index }: Parameter): Value {
    const { unit } = this.#values;
    const definition = unit.definitions[at];
    if (definition === undefined) return unknown;
    const { variable, property } = definition;
    const site = definition.call === undefined ? undefined : unit.calls[definition.call];
    const calls: Call[] = [];
    let isOpen = true;
    if (variable !== undefined) {
      calls.push(...(this.#calls().get(variable) ?? []));
      const held = unit.variables[variable];
      isOpen = held === undefined || held.isExported || held.mentions > 0 || held.values.length !== 1;
    }
    if (property !== undefined) calls.push(...(this.#methods().get(property) ?? []));
    const isCalled = site?.callee.kind === "function" && site.callee.definition === at;
    if (site !== undefined && isCalled) {
      calls.push(site);
      isOpen = false;
    }
    if (calls.length > mostValues) return unknown;
    const values = calls.map((call) => this.#argument(call, index));
    const handed = site === undefined || isCalled || index > 0 ? undefined : this.#handedOn(site);
    if (handed !== undefined) return merge([...values, handed]);
    return merge(isOpen || values.length === 0 ? [...values, unknown] : values);
  }

  /** What a method gives on to the function that it is given: each element of a list, or a value that is waited for. */
  #handedOn({ callee }: Call): Value | undefined {
    if (callee.kind !== "member") return undefined;
    const { iterating, waiting } = this.#values.surroundings.effects.effects;
    if (iterating.has(callee.name)) return this.#values.elementOf(this.#values.valueOf(callee.of));
    return waiting.has(callee.name) ? this.#values.valueOf(callee.of) : undefined;
  }

  #argument({ args }: Call, index: number): Value {
    const given = args.slice(0, index + 1);
    return given.some(({ kind }) => kind === "spread") ? unknown : this.#values.valueOf(given[index]);
  }

  returned(at: number): Value {
    const returns = this.#values.unit.definitions[at]?.returns ?? [];
    return returns.length === 0 || returns.length > mostValues
      ? unknown
      : merge(returns.map((one) => this.#values.valueOf(one)));
  }

  member(expr: Member): Value {
    const of = this.#values.valueOf(expr.of);
    const values: Value[] = [];
    let isKnown = of.things.length > 0 || of.texts.length > 0;
    for (const thing of of.things) {
      if (thing.kind === "origin") values.push(this.#values.origin(`${thing.name}.${expr.name}`));
      else if (thing.kind === "table") {
        const found = thing.entries.filter(({ key }) => key === undefined || key === expr.name);
        if (!found.some(({ key }) => key === expr.name)) isKnown = false;
        for (const { key, value } of found) values.push(key === undefined ? unknown : this.#values.valueOf(value));
      } else isKnown = false;
    }
    if (of.texts.length > 0) {
      // The parts of a URL, which is a path here.
      if (/^(?:href|pathname)$/u.test(expr.name)) values.push({ texts: of.texts, things: [] });
      else isKnown = false;
    }
    const variable = expr.of.kind === "name" ? expr.of.variable : undefined;
    for (const one of variable === undefined ? [] : this.#propertiesOf(expr.name))
      if (one.variable === variable) values.push(this.#values.valueOf(one.value));
    const isThis = expr.of.kind === "name" && expr.of.name === "this";
    if (isThis) values.push(this.#ofThis(expr.name));
    else if (!isKnown) values.push(this.#started(expr.name));
    return merge(isKnown ? values : [...values, unknown]);
  }

  /** What the source gives to properties of that name. */
  #ofThis(name: string): Value {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    this.#named.set(name, unknown);
    const value = merge(this.#propertiesOf(name).map((one) => this.#values.valueOf(one.value)));
    this.#named.set(name, value);
    return value;
  }

  /** Whatever has a property of that name, a function of the language in it is called by that. */
  #started(name: string): Value {
    const { effects } = this.#values.surroundings;
    if (!this.#values.holdsEffect(name)) return nothing;
    const things = this.#ofThis(name).things.filter(
      (one) => one.kind === "origin" && effects.row(one.name)?.effect !== undefined,
    );
    return { texts: [], things };
  }

  element({ of, key }: Index): Value {
    const value = this.#values.valueOf(of);
    const keys = this.#values.textsOf(key);
    const isKnown = !keys.some((text) => text.includes(hole));
    const values: Value[] = [];
    for (const thing of value.things) {
      if (thing.kind === "list") {
        const items = this.#values.itemsOf(thing);
        const item = isKnown && keys.length === 1 && !items.includes(undefined) ? items[Number(keys[0])] : undefined;
        values.push(
          item === undefined ? this.#values.elementOf({ texts: [], things: [thing] }) : this.#values.valueOf(item),
        );
      } else if (thing.kind === "table") {
        if (thing.entries.length > mostValues) return unknown;
        for (const entry of thing.entries)
          if (entry.key === undefined) values.push(unknown);
          else if (!isKnown || keys.includes(entry.key)) values.push(this.#values.valueOf(entry.value));
      } else if (thing.kind === "origin" && isKnown)
        values.push(...keys.map((name) => this.#values.origin(`${thing.name}.${name}`)));
      else values.push(unknown);
    }
    return value.texts.length > 0 || values.length === 0 ? merge([...values, unknown]) : merge(values);
  }

  #calls(): ReadonlyMap<number, readonly Call[]> {
    this.#callsByVariable ??= grouped(this.#values.unit.calls, ({ callee }) =>
      callee.kind === "name" ? callee.variable : undefined,
    );
    return this.#callsByVariable;
  }

  #methods(): ReadonlyMap<string, readonly Call[]> {
    this.#callsByMethod ??= grouped(this.#values.unit.calls, ({ callee }) =>
      callee.kind === "member" ? callee.name : undefined,
    );
    return this.#callsByMethod;
  }

  #propertiesOf(name: string): readonly Property[] {
    this.#properties ??= grouped(this.#values.unit.properties, (one) => one.name);
    const found = this.#properties.get(name) ?? [];
    return found.length > mostValues ? [] : found;
  }
}

const nothing: Value = { texts: [], things: [] };

function grouped<K, T>(all: readonly T[], keyOf: (one: T) => K | undefined): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
