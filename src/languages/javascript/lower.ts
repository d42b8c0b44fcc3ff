import type { Certainty, Expr, Unit } from "../../values/ir.ts";
import { ExpressionLowering } from "./lower-expressions.ts";
import { isExpression, keyOf, nodeIn, nodesIn, type SyntaxNode, textOf } from "./syntax.ts";

/** What a tree of a source means for the evaluation of what it names. */
export function lowerScript(program: SyntaxNode): Unit {
  const lowering = new Lowering();
  lowering.program(program);
  return lowering.unit();
}

class Lowering extends ExpressionLowering {
  program(node: SyntaxNode): void {
    this.statement(node);
    for (let one = this.later.pop(); one !== undefined; one = this.later.pop()) {
      this.scopes.enter(one.scope);
      this.certainty = one.certainty;
      this.returns = one.returns;
      this.statement(one.node);
    }
  }

  unit(): Unit {
    const variables = this.scopes.variables();
    const properties = this.properties.map(({ object, ...rest }) =>
      object?.variable === undefined ? rest : { ...rest, variable: object.variable },
    );
    return {
      calls: this.calls,
      imports: this.imports,
      variables,
      properties,
      definitions: this.definitions,
      texts: this.texts,
      roots: this.roots,
    };
  }

  /** A statement, or an expression that stands as one. */
  protected override statement(node: SyntaxNode): void {
    if (this.isTooDeep(node)) return;
    this.depth++;
    this.#statementAt(node);
    this.depth--;
  }

  #statementAt(node: SyntaxNode): void {
    switch (node.type) {
      case "ExpressionStatement":
        this.rootOf(nodeIn(node, "expression"));
        return;
      case "VariableDeclaration":
        for (const one of nodesIn(node, "declarations")) this.#declarator(one, node["kind"] === "var");
        return;
      case "FunctionDeclaration":
      case "ClassDeclaration":
        this.define(node);
        return;
      case "ReturnStatement": {
        const argument = nodeIn(node, "argument");
        if (argument !== undefined) this.returns.push(this.root(argument));
        return;
      }
      case "IfStatement":
        this.rootOf(nodeIn(node, "test"));
        this.#within("possible", [nodeIn(node, "consequent"), nodeIn(node, "alternate")]);
        return;
      case "SwitchStatement":
        this.#within("possible", [nodeIn(node, "discriminant"), ...nodesIn(node, "cases")]);
        return;
      case "TryStatement":
        this.#within(nodeIn(node, "handler") === undefined ? "possible" : "tried", [nodeIn(node, "block")]);
        this.#within("possible", [nodeIn(node, "handler"), nodeIn(node, "finalizer")]);
        return;
      case "ForOfStatement":
      case "ForInStatement":
        this.#loop(node);
        return;
      case "BlockStatement":
      case "ForStatement":
      case "CatchClause":
        this.scopes.open("block");
        this.bind(nodeIn(node, "param"), { kind: "unknown", at: node.start }, false);
        this.children(node);
        this.scopes.close();
        return;
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
      case "TSImportEqualsDeclaration":
      case "TSExportAssignment":
        this.#moduleStatement(node);
        return;
      default:
        // Types, and what is not known, hold expressions at most.
        if (node.type.startsWith("TS") && !evaluatedTypes.has(node.type)) return;
        if (isExpression(node)) this.root(node);
        else this.children(node);
    }
  }

  /** Code that may not run, or in a `try` that is handled. */
  #within(certainty: Certainty, nodes: readonly (SyntaxNode | undefined)[]): void {
    const before = this.certainty;
    if (before === "certain" || (before === "possible" && certainty === "tried")) this.certainty = certainty;
    for (const node of nodes) if (node !== undefined) this.statement(node);
    this.certainty = before;
  }

  #declarator(node: SyntaxNode, isVar: boolean, isExported = false): void {
    const [target, init] = [nodeIn(node, "id"), nodeIn(node, "init")];
    const isName = target?.type === "Identifier";
    const variable = isName ? this.scopes.declare(String(target["name"]), isVar) : undefined;
    if (isExported && variable !== undefined) this.scopes.markExported(variable);
    if (init === undefined) {
      if (!isName) this.bind(target, { kind: "unknown", at: node.start }, isVar);
      return;
    }
    const value = this.root(init, isExported ? "exported" : isName ? "kept" : "value", variable);
    if (variable === undefined) this.bind(target, value, isVar);
    else this.give(variable, value);
  }

  /** `for (const x of list)` gives each element, `for (const x in table)` each key. */
  #loop(node: SyntaxNode): void {
    const right = nodeIn(node, "right");
    const list: Expr = right === undefined ? { kind: "unknown", at: node.start } : this.root(right);
    const at = node.start;
    this.scopes.open("block");
    const keys: Expr = {
      kind: "call",
      at,
      callee: { kind: "member", at, of: { kind: "name", at, name: "Object" }, name: "keys" },
      args: [list],
      certainty: "possible",
    };
    const of = node.type === "ForOfStatement" ? list : keys;
    const element: Expr = { kind: "index", at, of, key: { kind: "unknown", at } };
    const left = nodeIn(node, "left");
    const [declared] = left === undefined ? [] : nodesIn(left, "declarations");
    if (declared !== undefined) this.bind(nodeIn(declared, "id"), element, left?.["kind"] === "var");
    else if (left !== undefined) this.assign(left, element);
    const body = nodeIn(node, "body");
    if (body !== undefined) this.statement(body);
    this.scopes.close();
  }

  #moduleStatement(node: SyntaxNode): void {
    const source = nodeIn(node, "source") ?? nodeIn(nodeIn(node, "moduleReference"), "expression");
    const module = source === undefined ? undefined : textOf(source);
    const isType = node["importKind"] === "type" || node["exportKind"] === "type";
    if (isType) return;
    const at = node.start;
    if (module !== undefined && source !== undefined) {
      const { type } = node;
      // Where each name is that of a type, compilers leave the statement out.
      const named = nodesIn(node, "specifiers");
      if (named.length > 0 && named.every((one) => one["importKind"] === "type")) return;
      if (type === "TSImportEqualsDeclaration") this.call(at, { kind: "name", at, name: "require" }, [source]);
      else this.imports.push({ module, at, certainty: this.certainty });
    }
    if (node.type === "ImportDeclaration" || node.type === "TSImportEqualsDeclaration") {
      const id = nodeIn(node, "id");
      if (id !== undefined && module !== undefined) this.bind(id, { kind: "imported", at, module, name: "*" }, false);
      for (const one of nodesIn(node, "specifiers")) {
        const imported = nodeIn(one, "imported");
        const name = one.type === "ImportSpecifier" ? (keyOf(imported) ?? "*") : "*";
        if (module !== undefined)
          this.bind(
            nodeIn(one, "local"),
            { kind: "imported", at, module, name: name === "default" ? "*" : name },
            false,
          );
      }
      return;
    }
    const declaration = nodeIn(node, "declaration") ?? nodeIn(node, "expression");
    if (module === undefined)
      for (const one of nodesIn(node, "specifiers")) {
        const local = nodeIn(one, "local");
        if (local?.type === "Identifier") this.scopes.exportName(String(local["name"]));
      }
    if (declaration?.type === "VariableDeclaration")
      for (const one of nodesIn(declaration, "declarations"))
        this.#declarator(one, declaration["kind"] === "var", true);
    else if (declaration?.type === "FunctionDeclaration" || declaration?.type === "ClassDeclaration") {
      const value = this.define(declaration);
      if (value.variable !== undefined) this.scopes.markExported(value.variable);
    } else if (declaration !== undefined) {
      if (isExpression(declaration)) this.root(declaration, "exported");
      else this.statement(declaration);
    }
  }
}

const evaluatedTypes: ReadonlySet<string> = new Set([
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSModuleDeclaration",
  "TSModuleBlock",
]);
