import { shelling, starting } from "./child-process-names.ts";
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
  readonly possibleCommands = new Set<string>();
  readonly modules = new Set<string>();
  registers = false;

  visit(node: SyntaxNode): void {
    if (node.type === "VariableDeclarator") {
      const [target, value] = [nodeIn(node, "id"), nodeIn(node, "init")];
      this.#declare(target, value);
      this.#alias(target, value);
      this.#imported(target, requiredName(value));
    } else if (node.type === "AssignmentExpression") {
      this.#declare(nodeIn(node, "left"), undefined);
      this.#alias(nodeIn(node, "left"), nodeIn(node, "right"));
      this.#imported(nodeIn(node, "left"), requiredName(nodeIn(node, "right")));
    } else if (node.type === "ImportDeclaration") {
      const module = textOf(nodeIn(node, "source"));
      for (const one of nodesIn(node, "specifiers")) this.#specifier(one, module);
    } else if (node["params"] !== undefined) {
      for (const parameter of nodesIn(node, "params")) this.#declare(parameter, undefined);
    }
  }

  #declare(target: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    if (target?.type !== "Identifier") return;
    const name = String(target["name"]);
    this.variables.set(name, this.variables.has(name) ? undefined : value);
    if (this.#isResolve(value)) this.resolves.add(name);
  }

  #alias(target: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    if (target?.type !== "Identifier") return;
    const name = String(target["name"]);
    if (isRequire(value)) this.requires.add(name);
    const promised = nameOf(promisified(value));
    if (promised === undefined) return;
    if (shelling.has(promised) || this.commands.has(promised)) this.commands.add(name);
    else if (starting.has(promised) || this.starters.has(promised)) this.starters.add(name);
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

  #specifier(node: SyntaxNode, module: string | undefined): void {
    const imported = nodeIn(node, "imported");
    this.#bind(module, imported === undefined ? "*" : nameOf(imported), nameOf(nodeIn(node, "local")));
  }

  #bind(module: string | undefined, name: string | undefined, local: string | undefined): void {
    const own = module?.replace(/^node:/u, "");
    if (own === "module" && (name === "register" || name === "*")) this.registers = true;
    if (own === undefined || name === undefined || local === undefined) return;
    if (own === "child_process") {
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

/** True for what is `require` under another name, so that a bundler does not see it. */
function isRequire(value: SyntaxNode | undefined): boolean {
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
