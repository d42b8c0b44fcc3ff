import type { Expr, Name, Variable } from "../../values/ir.ts";

interface Scope {
  readonly parent: number | undefined;
  readonly isFunction: boolean;
  readonly names: Map<string, number>;
}

interface Mention {
  readonly scope: number;
  readonly expr: { -readonly [K in keyof Name]: Name[K] };
  readonly isCalled: boolean;
}

interface Given {
  readonly scope: number;
  readonly name: string;
  readonly value: Expr | undefined;
}

/**
 * The names of a source in the functions and blocks that declare them. A name may be used above its declaration, so
 * that uses and assignments are told apart at the end.
 */
export class Scopes {
  readonly #scopes: Scope[] = [{ parent: undefined, isFunction: true, names: new Map() }];
  readonly #variables: { name: string; values: Expr[]; mentions: number; isExported: boolean }[] = [];
  readonly #mentions: Mention[] = [];
  readonly #assigned: Given[] = [];
  current: number = 0;

  open(kind: "function" | "block"): void {
    this.#scopes.push({ parent: this.current, isFunction: kind === "function", names: new Map() });
    this.current = this.#scopes.length - 1;
  }

  close(): void {
    this.current = this.#scopes[this.current]?.parent ?? 0;
  }

  enter(scope: number): void {
    this.current = scope;
  }

  /** The variable that a declaration means; `var` and functions belong to the function around them. */
  declare(name: string, isOfFunction: boolean): number {
    let at = this.current;
    if (isOfFunction) while (this.#scopes[at]?.isFunction === false) at = this.#scopes[at]?.parent ?? 0;
    const names = this.#scopes[at]?.names;
    const known = names?.get(name);
    if (known !== undefined) return known;
    const variable = this.#variables.length;
    this.#variables.push({ name, values: [], mentions: 0, isExported: false });
    names?.set(name, variable);
    return variable;
  }

  give(variable: number, value: Expr): void {
    this.#variables[variable]?.values.push(value);
  }

  markExported(variable: number): void {
    const found = this.#variables[variable];
    if (found !== undefined) found.isExported = true;
  }

  /** `export { name }`. */
  exportName(name: string): void {
    this.#assigned.push({ scope: this.current, name, value: undefined });
  }

  mention(expr: Name, role: "use" | "callee"): void {
    this.#mentions.push({ scope: this.current, expr, isCalled: role === "callee" });
  }

  assign(name: string, value: Expr): void {
    this.#assigned.push({ scope: this.current, name, value });
  }

  /** All variables, when the source is read to its end: now names are known to be theirs. */
  variables(): readonly Variable[] {
    for (const { scope, expr, isCalled } of this.#mentions) {
      const variable = this.#find(expr.name, scope);
      if (variable === undefined) continue;
      expr.variable = variable;
      const found = this.#variables[variable];
      if (found !== undefined && !isCalled) found.mentions++;
    }
    for (const { scope, name, value } of this.#assigned) {
      const found = this.#variables[this.#find(name, scope) ?? -1];
      if (value === undefined) {
        if (found !== undefined) found.isExported = true;
      } else found?.values.push(value);
    }
    return this.#variables;
  }

  #find(name: string, from: number): number | undefined {
    for (let at: number | undefined = from; at !== undefined; at = this.#scopes[at]?.parent) {
      const variable = this.#scopes[at]?.names.get(name);
      if (variable !== undefined) return variable;
    }
    return undefined;
  }
}
