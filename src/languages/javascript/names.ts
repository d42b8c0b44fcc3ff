import { shelling, starting } from "./child-process-names.ts";
import { loopedName } from "./looped-names.ts";
import { calleeOf, nameOf, nodeIn, nodesIn, type SyntaxNode, visitSyntax } from "./syntax.ts";

/** The values of the names in a source, as far as its text alone tells. */
export interface Names {
  /**
   * Variables with the expression that they start with; undefined where a name is declared or assigned more than once.
   */
  readonly variables: ReadonlyMap<string, SyntaxNode | undefined>;
  /** Names that are called like `require`: itself, what it was assigned to, and what createRequire gave. */
  readonly requires: ReadonlySet<string>;
  /** Names that are called like `require.resolve`, which they were assigned. */
  readonly resolves: ReadonlySet<string>;
  /** Names of the module `child_process`, or of `exec` and `execSync` in it, also as promises. */
  readonly commands: ReadonlySet<string>;
  /** Other names of its functions that start a program by name. */
  readonly starters: ReadonlySet<string>;
  /** Names of properties that hold functions which start a program by name, or give a text to the shell. */
  readonly startMembers: ReadonlySet<string>;
  readonly shellMembers: ReadonlySet<string>;
  /** Names of functions of other modules that are called `exec` or `execSync` there. */
  readonly possibleCommands: ReadonlySet<string>;
  /** Names of whole modules. */
  readonly modules: ReadonlySet<string>;
  /** True where `register` is that of `node:module`. */
  readonly registers: boolean;
}

export function namesIn(program: SyntaxNode): Names {
  const reader = new NameReader();
  visitSyntax(program, (node) => reader.visit(node));
  return reader;
}

class NameReader implements Names {
  readonly variables = new Map<string, SyntaxNode | undefined>();
  readonly requires = new Set(["require", "__non_webpack_require__"]);
  readonly resolves = new Set<string>();
  readonly commands = new Set<string>();
  readonly starters = new Set<string>();
  readonly startMembers = new Set<string>();
  readonly shellMembers = new Set<string>();
  readonly possibleCommands = new Set<string>();
  readonly modules = new Set<string>();
  registers = false;
  /** Names that loops declare, which have their values. */
  readonly #looped = new Set<SyntaxNode | undefined>();
  /** Names of all of `child_process`. */
  readonly #processes = new Set<string>();

  visit(node: SyntaxNode): void {
    const looped = loopedName(node);
    if (looped !== undefined) {
      this.#declare(looped.name, looped.value);
      this.#looped.add(looped.name);
    }
    if (node.type === "VariableDeclarator") {
      if (this.#looped.has(nodeIn(node, "id"))) return;
      const [target, value] = [nodeIn(node, "id"), nodeIn(node, "init")];
      this.#declare(target, value);
      this.#alias(target, value);
      this.#imported(target, requiredName(value) ?? this.#wholeModule(value));
    } else if (node.type === "AssignmentExpression") {
      this.#declare(nodeIn(node, "left"), undefined);
      this.#alias(nodeIn(node, "left"), nodeIn(node, "right"));
      this.#hold(nodeIn(node, "left"), nodeIn(node, "right"));
      this.#imported(nodeIn(node, "left"), requiredName(nodeIn(node, "right")));
    } else if (node.type === "ImportDeclaration") {
      const module = textOf(nodeIn(node, "source"));
      for (const one of nodesIn(node, "specifiers")) this.#specifier(one, module);
    } else if (node.type === "AssignmentPattern") {
      this.#alias(nodeIn(node, "left"), nodeIn(node, "right"));
    } else if (node.type === "PropertyDefinition" || (node.type === "Property" && node["shorthand"] !== true)) {
      this.#hold(nodeIn(node, "key"), nodeIn(node, "value"));
    } else if (node["params"] !== undefined) {
      for (const one of nodesIn(node, "params")) if (!this.#looped.has(one)) this.#declare(one, undefined);
    }
  }

  #declare(target: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    if (target?.type !== "Identifier") {
      for (const part of partsOf(target)) this.#declare(part, undefined);
      return;
    }
    const name = String(target["name"]);
    this.variables.set(name, this.variables.has(name) ? undefined : value);
    if (this.#isResolve(value)) this.resolves.add(name);
  }

  #alias(target: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    if (target?.type !== "Identifier") return;
    const name = String(target["name"]);
    if (isRequire(value)) this.requires.add(name);
    const started = this.#startedBy(value);
    if (started === "shell") this.commands.add(name);
    else if (started === "program") this.starters.add(name);
  }

  /** `this.run = spawn`, `{ start: cp.spawn }`. */
  #hold(target: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    const name = nameOf(target);
    if (name === undefined || target?.["computed"] === true || shelling.has(name)) return;
    if (target?.type === "Identifier" || target?.type === "MemberExpression") {
      const started = this.#startedBy(value);
      if (started === "shell") this.shellMembers.add(name);
      else if (started === "program") this.startMembers.add(name);
    }
  }

  /** What a value starts where it is called: a function of the module, or what `promisify` or `bind` makes of one. */
  #startedBy(value: SyntaxNode | undefined, isPromised = false): "shell" | "program" | undefined {
    switch (value?.type) {
      case "Identifier": {
        const name = String(value["name"]);
        if (this.commands.has(name) && !this.modules.has(name)) return "shell";
        if (this.starters.has(name)) return "program";
        return isPromised && shelling.has(name) ? "shell" : isPromised && starting.has(name) ? "program" : undefined;
      }
      case "MemberExpression": {
        const name = nameOf(value) ?? "";
        if (starting.has(name)) return "program";
        const object = nodeIn(value, "object");
        const isOwn = isPromised || this.commands.has(nameOf(object) ?? "") || isChildProcess(requiredName(object));
        return shelling.has(name) && isOwn ? "shell" : undefined;
      }
      case "LogicalExpression":
        return this.#startedBy(nodeIn(value, "left")) ?? this.#startedBy(nodeIn(value, "right"));
      case "ConditionalExpression":
        return this.#startedBy(nodeIn(value, "consequent")) ?? this.#startedBy(nodeIn(value, "alternate"));
      case "CallExpression": {
        const given = promisified(value);
        if (given !== undefined) return this.#startedBy(given, true);
        const callee = calleeOf(value);
        return nameOf(callee) === "bind" ? this.#startedBy(nodeIn(callee, "object")) : undefined;
      }
      case undefined:
      default:
        return undefined;
    }
  }

  /** `const { exec } = require("child_process")`, `const cp = require("child_process")`. */
  #imported(target: SyntaxNode | undefined, module: string | undefined): void {
    if (module === undefined) return;
    const names =
      target?.type === "ObjectPattern"
        ? nodesIn(target, "properties").map(
            (one) => [nameOf(nodeIn(one, "key")), nameOf(nodeIn(one, "value"))] as const,
          )
        : [["*", nameOf(target)] as const];
    for (const [name, local] of names) this.#bind(module, name, local);
  }

  /** `import * as cp from "child_process"; const { exec: run } = cp`. */
  #wholeModule(value: SyntaxNode | undefined): string | undefined {
    const isWhole = value?.type === "Identifier" && this.#processes.has(String(value["name"]));
    return isWhole ? "child_process" : undefined;
  }

  #specifier(node: SyntaxNode, module: string | undefined): void {
    const imported = nodeIn(node, "imported");
    this.#bind(module, imported === undefined ? "*" : nameOf(imported), nameOf(nodeIn(node, "local")));
  }

  #bind(module: string | undefined, name: string | undefined, local: string | undefined): void {
    const own = module?.replace(/^node:/u, "");
    if (own === "module" && (name === "register" || name === "*")) this.registers = true;
    if (own === undefined || name === undefined || local === undefined) return;
    if (own === "child_process") {
      if (name === "*") this.#processes.add(local);
      if (shelling.has(name) || name === "*") this.commands.add(local);
      else if (starting.has(name)) this.starters.add(local);
    } else if (shelling.has(name)) this.possibleCommands.add(local);
    else if (name === "*") this.modules.add(local);
  }

  #isResolve(value: SyntaxNode | undefined): boolean {
    if (value?.type === "ConditionalExpression")
      return this.#isResolve(nodeIn(value, "consequent")) || this.#isResolve(nodeIn(value, "alternate"));
    const object = value?.type === "MemberExpression" ? nodeIn(value, "object") : undefined;
    return nameOf(value) === "resolve" && object?.type === "Identifier" && this.requires.has(String(object["name"]));
  }
}

/** What a pattern gives values to: `{ a, b: c = 1, ...d }`, `[a, b]`. */
function partsOf(pattern: SyntaxNode | undefined): readonly (SyntaxNode | undefined)[] {
  switch (pattern?.type) {
    case "ObjectPattern":
      return nodesIn(pattern, "properties").map((one) => (one.type === "Property" ? nodeIn(one, "value") : one));
    case "ArrayPattern":
      return nodesIn(pattern, "elements");
    case "AssignmentPattern":
      return [nodeIn(pattern, "left")];
    case "RestElement":
      return [nodeIn(pattern, "argument")];
    case undefined:
    default:
      return [];
  }
}

/** True for what is `require` under another name, so that a bundler does not see it. */
export function isRequire(value: SyntaxNode | undefined): boolean {
  if (value === undefined) return false;
  switch (value.type) {
    case "Identifier":
      return value["name"] === "require";
    case "MemberExpression":
      return nameOf(value) === "require" && nameOf(nodeIn(value, "object")) === "module";
    case "ConditionalExpression":
      return isRequire(nodeIn(value, "consequent")) || isRequire(nodeIn(value, "alternate"));
    case "LogicalExpression":
      return isRequire(nodeIn(value, "left")) || isRequire(nodeIn(value, "right"));
    case "CallExpression": {
      const callee = calleeOf(value);
      const name = nameOf(callee);
      if (name === "createRequire") return true;
      if (name === "eval") return textOf(nodesIn(value, "arguments")[0]) === "require";
      return name === "bind" && isRequire(nodeIn(callee, "object"));
    }
    default:
      return false;
  }
}

function isChildProcess(module: string | undefined): boolean {
  return /^(?:node:)?child_process$/u.test(module ?? "");
}

/** What `promisify` is given; undefined for all but its calls. */
export function promisified(value: SyntaxNode | undefined): SyntaxNode | undefined {
  const isCall = value?.type === "CallExpression" && nameOf(calleeOf(value)) === "promisify";
  return isCall ? nodesIn(value, "arguments")[0] : undefined;
}

/** The module that `require` or `await import` is given. */
function requiredName(value: SyntaxNode | undefined): string | undefined {
  const imported = value?.type === "AwaitExpression" ? nodeIn(value, "argument") : undefined;
  if (imported?.type === "ImportExpression") return textOf(nodeIn(imported, "source"));
  const isCall = value?.type === "CallExpression" && nameOf(calleeOf(value)) === "require";
  return isCall ? textOf(nodesIn(value, "arguments")[0]) : undefined;
}

/** The text of a literal. */
export function textOf(node: SyntaxNode | undefined): string | undefined {
  return node?.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined;
}
