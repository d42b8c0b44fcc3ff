import { deepestCode } from "../../rootfs/hostile-limits.ts";
import type { Call, Certainty, Definition, Expr, Import, Name, Property, Root, Text } from "../../values/ir.ts";
import { Scopes } from "./scopes.ts";
import {
  calleeOf,
  childrenOf,
  cookedText,
  isExports,
  isSyntaxNode,
  isTransparent,
  keyOf,
  nameOf,
  namesIn,
  nodeIn,
  nodesIn,
  operandsOf,
  type SyntaxNode,
} from "./syntax.ts";

/** Code that is read by itself, as it stands too deep in what is around it. */
interface Later {
  readonly node: SyntaxNode;
  readonly scope: number;
  readonly certainty: Certainty;
  readonly returns: Expr[];
}

/** Lowers the expressions of a source. */
export abstract class ExpressionLowering {
  protected readonly calls: Call[] = [];
  protected readonly imports: Import[] = [];
  protected readonly definitions: { -readonly [K in keyof Definition]: Definition[K] }[] = [];
  protected readonly properties: (Omit<Property, "variable"> & { readonly object?: Name })[] = [];
  protected readonly texts: Text[] = [];
  protected readonly roots: Root[] = [];
  protected readonly scopes: Scopes = new Scopes();
  protected readonly later: Later[] = [];
  protected certainty: Certainty = "certain";
  /** What the function returns that is being read. */
  protected returns: Expr[] = [];
  protected depth: number = 0;

  protected isTooDeep(node: SyntaxNode): boolean {
    if (this.depth < deepestCode) return false;
    this.later.push({ node, scope: this.scopes.current, certainty: this.certainty, returns: this.returns });
    return true;
  }

  protected children(node: SyntaxNode): void {
    for (const one of childrenOf(node)) this.statement(one);
  }

  protected rootOf(node: SyntaxNode | undefined, use: Root["use"] = "value"): void {
    if (node !== undefined) this.root(node, use);
  }
  protected root(node: SyntaxNode, use: Root["use"] = "value", variable?: number): Expr {
    const expr = this.#expr(node);
    if (!plain.has(expr.kind)) this.roots.push({ expr, use, ...(variable === undefined ? {} : { variable }) });
    return expr;
  }

  protected give(variable: number, value: Expr): void {
    this.scopes.give(variable, value);
    if (value.kind === "function") this.#hold(value.definition, { variable });
  }

  #hold(definition: number, by: { readonly variable?: number; readonly property?: string }): void {
    Object.assign(this.definitions[definition] ?? {}, by);
  }

  /** Names in a pattern: `{ a, b: [c], ...d } = value`. */
  protected bind(target: SyntaxNode | undefined, value: Expr, isVar: boolean): void {
    switch (target?.type) {
      case "Identifier":
        // Who wraps a source in a function hands on what the run-time gives to each.
        if (value.kind === "parameter" && target["name"] === "require") break;
        this.give(this.scopes.declare(String(target["name"]), isVar), value);
        break;
      case "AssignmentPattern": {
        const other = nodeIn(target, "right");
        const options = other === undefined ? [value] : [value, this.root(other)];
        this.bind(nodeIn(target, "left"), { kind: "choice", at: target.start, options }, isVar);
        break;
      }
      case "ObjectPattern":
        for (const one of nodesIn(target, "properties")) {
          const key = one["computed"] === true ? undefined : keyOf(nodeIn(one, "key"));
          const at = one.start;
          const part: Expr = key === undefined ? { kind: "unknown", at } : { kind: "member", at, of: value, name: key };
          this.bind(one.type === "RestElement" ? nodeIn(one, "argument") : nodeIn(one, "value"), part, isVar);
        }
        break;
      case "ArrayPattern": {
        const elements = target["elements"];
        for (const [index, one] of Array.isArray(elements) ? elements.entries() : []) {
          if (!isSyntaxNode(one)) continue;
          const at = one.start;
          const isRest = one.type === "RestElement";
          const key: Expr = { kind: "text", at, text: String(index) };
          const part: Expr = isRest ? { kind: "unknown", at } : { kind: "index", at, of: value, key };
          this.bind(isRest ? nodeIn(one, "argument") : one, part, isVar);
        }
        break;
      }
      case "TSParameterProperty":
        this.bind(nodeIn(target, "parameter"), value, isVar);
        break;
      case "RestElement":
        this.bind(nodeIn(target, "argument"), { kind: "unknown", at: target.start }, isVar);
        break;
      case undefined:
      default:
        break;
    }
  }

  #expr(node: SyntaxNode): Expr {
    const at = node.start;
    if (this.isTooDeep(node)) return { kind: "unknown", at };
    this.depth++;
    const expr = this.#exprAt(node, at);
    this.depth--;
    return expr;
  }

  #exprAt(node: SyntaxNode, at: number): Expr {
    switch (node.type) {
      case "Literal":
        return this.#literal(node);
      case "TemplateLiteral": {
        const expressions = nodesIn(node, "expressions").map((one) => this.#expr(one));
        const parts = nodesIn(node, "quasis").flatMap((quasi, index): readonly Expr[] => {
          const text = cookedText(quasi);
          const next = expressions[index];
          return [...(text === "" ? [] : [{ kind: "text", at: quasi.start, text } as const]), ...(next ? [next] : [])];
        });
        return { kind: "concat", at, parts };
      }
      case "BinaryExpression":
        return this.#binary(node, at);
      case "ConditionalExpression":
        this.rootOf(nodeIn(node, "test"));
        return this.#choice(node, at, ["consequent", "alternate"]);
      case "LogicalExpression":
        return this.#choice(node, at, ["left", "right"]);
      case "Identifier":
        return this.#name(node, "use");
      case "ThisExpression":
      case "MetaProperty":
        return { kind: "name", at, name: node.type === "MetaProperty" ? "import.meta" : "this" };
      case "MemberExpression":
        return this.#member(node, at);
      case "CallExpression":
      case "NewExpression":
        return this.#callExpr(node, at);
      case "ImportExpression":
        return this.call(at, { kind: "name", at, name: "import" }, [nodeIn(node, "source")]);
      case "TaggedTemplateExpression": {
        const tag = nodeIn(node, "tag");
        const callee: Expr = tag === undefined ? { kind: "unknown", at } : this.#callee(tag);
        return this.call(at, callee, [nodeIn(node, "quasi")], { isTagged: true });
      }
      case "ArrayExpression":
        return { kind: "list", at, items: nodesIn(node, "elements").map((one) => this.#item(one)) };
      case "ObjectExpression":
        return this.#table(node, at);
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ClassExpression":
        return this.define(node).expr;
      case "AssignmentExpression":
        return this.#assignment(node, at);
      case "SequenceExpression": {
        const all = nodesIn(node, "expressions");
        for (const one of all.slice(0, -1)) this.root(one);
        const last = all.at(-1);
        return last === undefined ? { kind: "unknown", at } : this.#expr(last);
      }
      case "UnaryExpression":
        this.rootOf(nodeIn(node, "argument"), "compared");
        return { kind: node["operator"] === "void" ? "nothing" : "unknown", at };
      case "UpdateExpression": {
        const argument = nodeIn(node, "argument");
        if (argument !== undefined) this.assign(argument, { kind: "unknown", at });
        return { kind: "unknown", at };
      }
      default: {
        const inner = isTransparent(node) ? (nodeIn(node, "argument") ?? nodeIn(node, "expression")) : undefined;
        if (inner !== undefined) return this.#expr(inner);
        this.children(node);
        return { kind: "unknown", at };
      }
    }
  }

  #literal(node: SyntaxNode): Expr {
    const { start: at, value } = node;
    if (typeof value === "string") {
      const text: Text = { kind: "text", at, text: value };
      this.texts.push(text);
      return text;
    }
    if (typeof value === "number") return { kind: "text", at, text: String(value) };
    const stated = node["regex"];
    if (typeof stated === "object" && stated !== null && "pattern" in stated && "flags" in stated)
      return { kind: "pattern", at, pattern: String(stated.pattern), flags: String(stated.flags) };
    return value === true ? { kind: "nothing", at, isTrue: true } : { kind: "nothing", at };
  }

  /** A sum has its parts in a row, however many they are; what is compared is forgotten. */
  #binary(node: SyntaxNode, at: number): Expr {
    const { operator } = node;
    const parts = operandsOf(node);
    if (operator === "+") return { kind: "concat", at, parts: parts.map((part) => this.#expr(part)) };
    for (const part of parts) this.root(part, "compared");
    return { kind: "unknown", at };
  }

  #choice(node: SyntaxNode, at: number, keys: readonly string[]): Expr {
    const before = this.certainty;
    if (before === "certain") this.certainty = "possible";
    const options = keys.flatMap((key) => nodeIn(node, key) ?? []).map((one) => this.#expr(one));
    this.certainty = before;
    return { kind: "choice", at, options };
  }

  #name(node: SyntaxNode, role: "use" | "callee"): Name {
    const expr: Name = { kind: "name", at: node.start, name: String(node["name"]) };
    this.scopes.mention(expr, role);
    return expr;
  }

  #member(node: SyntaxNode, at: number): Expr {
    const [object, property] = [nodeIn(node, "object"), nodeIn(node, "property")];
    const of: Expr = object === undefined ? { kind: "unknown", at } : this.#expr(object);
    if (node["computed"] !== true) return { kind: "member", at, of, name: keyOf(property) ?? "" };
    const key: Expr = property === undefined ? { kind: "unknown", at } : this.#expr(property);
    return key.kind === "text" && !/^\d+$/u.test(key.text)
      ? { kind: "member", at, of, name: key.text }
      : { kind: "index", at, of, key };
  }

  #callee(node: SyntaxNode): Expr {
    return node.type === "Identifier" ? this.#name(node, "callee") : this.#expr(node);
  }

  /** A call; `f.call(x, a)`, `f.apply(x, [a])` and `Reflect.apply(f, x, [a])` are the call of `f` that they make. */
  #callExpr(node: SyntaxNode, at: number): Expr {
    const target = calleeOf(node);
    const given = nodesIn(node, "arguments");
    const isNew = node.type === "NewExpression" ? ({ isNew: true } as const) : {};
    const first = nodeIn(node, "callee");
    if (first?.type === "SequenceExpression")
      for (const one of nodesIn(first, "expressions").slice(0, -1)) this.root(one);
    const name = target?.type === "MemberExpression" ? nameOf(target) : undefined;
    const object = nodeIn(target, "object");
    if (target !== undefined && (name === "call" || name === "apply") && object !== undefined) {
      const isReflected = nameOf(object) === "Reflect" && given[0] !== undefined;
      const callee = isReflected ? given[0] : object;
      const rest = given.slice(isReflected ? 2 : 1);
      if (callee !== undefined && name === "call") return this.call(at, this.#callee(callee), rest);
      const [list] = rest;
      const args = list?.type === "ArrayExpression" ? nodesIn(list, "elements") : undefined;
      if (callee !== undefined && args !== undefined) return this.call(at, this.#callee(callee), args);
      // What is handed on whole, is what the caller was given.
      for (const one of [callee, ...rest]) this.rootOf(one);
      return { kind: "unknown", at };
    }
    return this.call(at, target === undefined ? { kind: "unknown", at } : this.#callee(target), given, isNew);
  }

  protected call(
    at: number,
    callee: Expr,
    given: readonly (SyntaxNode | undefined)[],
    about: Pick<Call, "isNew" | "isTagged"> = {},
  ): Expr {
    // A call stands before those among its arguments.
    const place = this.calls.length;
    const args: Expr[] = [];
    const call: Call = { kind: "call", at, callee, args, certainty: this.certainty, ...about };
    this.calls.push(call);
    for (const one of given) if (one !== undefined) args.push(this.#item(one));
    this.#callWith(callee, place);
    for (const one of args) this.#callWith(one, place);
    return call;
  }

  #callWith(expr: Expr, place: number): void {
    const definition = expr.kind === "function" ? this.definitions[expr.definition] : undefined;
    if (definition !== undefined) definition.call = place;
  }

  #item(node: SyntaxNode): Expr {
    const inner = node.type === "SpreadElement" ? nodeIn(node, "argument") : undefined;
    return inner === undefined ? this.#expr(node) : { kind: "spread", at: node.start, of: this.#expr(inner) };
  }

  #table(node: SyntaxNode, at: number): Expr {
    const entries = nodesIn(node, "properties").map((one) => {
      const [keyNode, valueNode] = [nodeIn(one, "key"), nodeIn(one, "value") ?? nodeIn(one, "argument")];
      const isKnown = one["computed"] !== true && one.type !== "SpreadElement";
      const key = isKnown ? keyOf(keyNode) : undefined;
      // The texts of keys are texts of the source.
      if (keyNode !== undefined && (one["computed"] === true || keyNode.type === "Literal")) this.root(keyNode);
      const value: Expr = valueNode === undefined ? { kind: "unknown", at } : this.#expr(valueNode);
      if (key !== undefined) this.#property(key, value, { at: one.start });
      return { key, value };
    });
    return { kind: "table", at, entries };
  }

  #property(
    name: string,
    value: Expr,
    about: { readonly at: number; readonly isExported?: boolean; readonly object?: Expr },
  ): void {
    const { at, isExported = false, object } = about;
    if (value.kind === "function") this.#hold(value.definition, { property: name });
    this.properties.push({ name, value, at, isExported, ...(object?.kind === "name" ? { object } : {}) });
  }

  #assignment(node: SyntaxNode, at: number): Expr {
    const [target, right] = [nodeIn(node, "left"), nodeIn(node, "right")];
    if (target === undefined || right === undefined) return { kind: "unknown", at };
    const value = this.root(right, isExports(target) ? "exported" : "value");
    const { operator } = node;
    this.assign(target, /^(?:=|[|&?]{2}=)$/u.test(String(operator)) ? value : { kind: "unknown", at });
    return value;
  }

  protected assign(target: SyntaxNode, value: Expr): void {
    if (target.type === "Identifier") this.scopes.assign(String(target["name"]), value);
    else if (target.type === "MemberExpression") {
      const member = this.#member(target, target.start);
      if (member.kind === "member")
        this.#property(member.name, value, { at: target.start, isExported: isExports(target), object: member.of });
    } else for (const part of namesIn(target)) this.scopes.assign(part, { kind: "unknown", at: target.start });
  }

  /** A function or a class, with the variable that its own name is. */
  protected define(node: SyntaxNode): { readonly expr: Expr; readonly variable: number | undefined } {
    const at = node.start;
    const isClass = node.type.startsWith("Class");
    const isDeclared = node.type.endsWith("Declaration");
    const definition = this.definitions.length;
    const returns: Expr[] = [];
    this.definitions.push({ returns });
    const expr: Expr = { kind: "function", at, definition };
    const name = keyOf(nodeIn(node, "id"));
    const variable = isDeclared && name !== undefined ? this.scopes.declare(name, !isClass) : undefined;
    if (variable !== undefined) this.give(variable, expr);
    for (const one of nodesIn(node, "decorators")) this.children(one);
    if (isClass) {
      this.rootOf(nodeIn(node, "superClass"));
      this.#classBody(nodeIn(node, "body"), definition);
      return { expr, variable };
    }
    this.#body(node, definition, returns);
    return { expr, variable };
  }

  #body(node: SyntaxNode, definition: number, returns: Expr[]): void {
    const before = { returns: this.returns, certainty: this.certainty };
    this.returns = returns;
    if (this.certainty === "certain") this.certainty = "possible";
    this.scopes.open("function");
    for (const [index, one] of nodesIn(node, "params").entries())
      this.bind(one, { kind: "parameter", at: one.start, definition, index }, false);
    const body = nodeIn(node, "body");
    if (body?.type === "BlockStatement") this.children(body);
    else if (body !== undefined) returns.push(this.root(body));
    this.scopes.close();
    this.returns = before.returns;
    this.certainty = before.certainty;
  }

  #classBody(body: SyntaxNode | undefined, definition: number): void {
    for (const one of body === undefined ? [] : nodesIn(body, "body")) {
      const key = nodeIn(one, "key");
      const name = one["computed"] === true ? undefined : keyOf(key);
      if (one["computed"] === true) this.rootOf(key);
      const value = nodeIn(one, "value");
      if (value === undefined) {
        if (one.type === "StaticBlock") this.children(one);
        continue;
      }
      if (one["kind"] === "constructor") {
        this.#body(value, definition, []);
        continue;
      }
      const expr = this.root(value);
      if (name !== undefined) this.#property(name, expr, { at: one.start });
    }
  }
  /** A statement, or an expression that stands as one. */
  protected abstract statement(node: SyntaxNode): void;
}

const plain: ReadonlySet<Expr["kind"]> = new Set(["text", "unknown", "nothing", "pattern", "function"]);
