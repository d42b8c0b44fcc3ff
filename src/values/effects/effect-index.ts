import type { Effects, Row } from "./effects.ts";

/** Rows by their names. */
export class EffectIndex {
  readonly effects: Effects;
  /** The last names of functions that do something with an argument, or give such functions. */
  readonly effective: ReadonlySet<string>;
  /** The last names of functions whose value follows from what they are given. */
  readonly giving: ReadonlySet<string>;
  readonly #rows = new Map<string, Row>();
  readonly #distinct = new Map<string, Row>();

  constructor(effects: Effects) {
    this.effects = effects;
    const effective = effects.rows.filter(({ effect, gives }) => effect !== undefined || gives === "loader");
    this.effective = new Set([...effective.flatMap(({ names }) => names.map(lastName)), ...effects.othersNames]);
    this.giving = new Set(effects.rows.flatMap(({ names, gives }) => (gives === undefined ? [] : names.map(lastName))));
    for (const row of effects.rows)
      for (const name of row.names) {
        this.#rows.set(name, row);
        if (row.isDistinct === true) this.#distinct.set(lastName(name), row);
      }
  }

  row(origin: string): Row | undefined {
    return this.#rows.get(origin);
  }

  /** The row of a function that anything has, by its own name. */
  distinct(name: string): Row | undefined {
    return this.#distinct.get(name);
  }

  canonical(name: string): string {
    const found = this.effects.aliases.get(name) ?? name;
    if (found.startsWith("globalThis.")) return this.canonical(found.slice("globalThis.".length));
    return found.endsWith(".default") ? this.canonical(found.slice(0, -".default".length)) : found;
  }
}

export function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
