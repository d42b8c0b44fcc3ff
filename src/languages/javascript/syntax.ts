import { parse } from "acorn";

/** A node of an ESTree syntax tree, before its type is looked at. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [property: string]: unknown;
}

/** The program as a tree; undefined for what is no JavaScript, such as TypeScript, or nested too deeply. */
export function parseScript(source: string): SyntaxNode | undefined {
  // With everything allowed everywhere, a script may hold imports, so that most files parse at the first try; modules
  // that a script would misread (`await` at the top, strict words) take the second.
  for (const sourceType of ["script", "module"] as const) {
    try {
      const program: unknown = parse(source, {
        ecmaVersion: "latest",
        sourceType,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowImportExportEverywhere: true,
        allowSuperOutsideMethod: true,
        allowHashBang: true,
        checkPrivateFields: false,
      });
      if (isSyntaxNode(program)) return program;
    } catch (failure) {
      if (!(failure instanceof SyntaxError || failure instanceof RangeError)) throw failure;
    }
  }
  return undefined;
}

/** How sure it is that a piece of code runs. */
export interface CodeContext {
  /** False where the code may never run: in functions, branches and `try`. */
  readonly isCertain: boolean;
  /** True in the block of a `try` that has a handler. */
  readonly isTried: boolean;
}

/** Visits every node below and including `program`, parents first, in the order of the source. */
export function visitSyntax(program: SyntaxNode, visit: (node: SyntaxNode, context: CodeContext) => void): void {
  // Stacks of its own instead of recursion: minified sources nest thousands of levels deep. Two plain ones, since this
  // loop is most of the time that reading sources takes.
  const nodes: SyntaxNode[] = [program];
  const locations: CodeContext[] = [{ isCertain: true, isTried: false }];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const context = locations.pop() ?? uncertain;
    visit(node, context);
    const inner = context.isCertain && conditional.has(node.type) ? uncertain : context;
    const handled = node.type === "TryStatement" && Boolean(node["handler"]) ? nodeIn(node, "block") : undefined;
    const values = Object.values(node);
    for (let index = values.length - 1; index >= 0; index--) {
      const value = values[index];
      if (typeof value !== "object" || value === null) continue;
      const children = Array.isArray(value) ? asList(value) : [value];
      for (let at = children.length - 1; at >= 0; at--) {
        const child = children[at];
        if (!isSyntaxNode(child)) continue;
        nodes.push(child);
        locations.push(child === handled ? tried : inner);
      }
    }
  }
}

const uncertain: CodeContext = { isCertain: false, isTried: false };
const tried: CodeContext = { isCertain: false, isTried: true };

const conditional: ReadonlySet<string> = new Set([
  "TryStatement",
  "IfStatement",
  "ConditionalExpression",
  "LogicalExpression",
  "SwitchStatement",
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** A property that holds a list of nodes; holes are left out. */
export function nodesIn(node: SyntaxNode, property: string): readonly SyntaxNode[] {
  const value = node[property];
  return Array.isArray(value) ? asList(value).filter(isSyntaxNode) : [];
}

/** A property that holds a node. */
export function nodeIn(node: SyntaxNode | undefined, property: string): SyntaxNode | undefined {
  const value = node?.[property];
  return isSyntaxNode(value) ? value : undefined;
}

/** The callee of a call or `new`: the last part of `(0, module.name)(...)`, as compilers write a call of an import. */
export function calleeOf(node: SyntaxNode): SyntaxNode | undefined {
  const callee = nodeIn(node, "callee");
  return callee?.type === "SequenceExpression" ? nodesIn(callee, "expressions").at(-1) : callee;
}

/** The call that `f.call(x, a)`, `f.apply(x, [a])` and `Reflect.apply(f, x, [a])` make; another call as it is. */
export function directCall(call: SyntaxNode): SyntaxNode {
  const callee = calleeOf(call);
  const name = nameOf(callee);
  if (callee?.type !== "MemberExpression" || (name !== "call" && name !== "apply")) return call;
  const given = nodesIn(call, "arguments");
  const object = nodeIn(callee, "object");
  const isReflected = nameOf(object) === "Reflect";
  const list = isReflected ? given[2] : given[1];
  const listed = list?.type === "ArrayExpression" ? nodesIn(list, "elements") : [];
  return { ...call, callee: isReflected ? given[0] : object, arguments: name === "call" ? given.slice(1) : listed };
}

/** The name of an identifier, or of the last part of `a.b.c`. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "MemberExpression" && node["computed"] !== true) return nameOf(nodeIn(node, "property"));
  return node?.type === "Identifier" && typeof node["name"] === "string" ? node["name"] : undefined;
}

function asList(value: readonly unknown[]): readonly unknown[] {
  return value;
}
