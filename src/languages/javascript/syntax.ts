import { parse } from "acorn";
import { hole } from "../../values/patterns.ts";

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

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** A property that holds a list of nodes; holes are left out. */
export function nodesIn(node: SyntaxNode, property: string): readonly SyntaxNode[] {
  const value = node[property];
  if (!Array.isArray(value)) return none;
  const nodes: SyntaxNode[] = [];
  for (const one of asList(value)) if (isSyntaxNode(one)) nodes.push(one);
  return nodes;
}

const none: readonly SyntaxNode[] = [];

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

/** The name of an identifier, or of the last part of `a.b.c`. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "MemberExpression" && node["computed"] !== true) return nameOf(nodeIn(node, "property"));
  return node?.type === "Identifier" && typeof node["name"] === "string" ? node["name"] : undefined;
}

function asList(value: readonly unknown[]): readonly unknown[] {
  return value;
}

/** The names in a pattern. */
export function namesIn(pattern: SyntaxNode): readonly string[] {
  if (pattern.type === "Identifier") return [String(pattern["name"])];
  if (pattern.type === "MemberExpression") return [];
  const inner = pattern.type === "Property" ? "value" : pattern.type === "AssignmentPattern" ? "left" : "argument";
  const parts = [nodeIn(pattern, inner), ...nodesIn(pattern, "properties"), ...nodesIn(pattern, "elements")];
  return parts.flatMap((one) => (one === undefined ? [] : namesIn(one)));
}

export function isExpression({ type }: SyntaxNode): boolean {
  return /(?:Expression|Literal|Identifier)$/u.test(type) || type === "MetaProperty";
}

/** `module.exports`, `exports.name` and `module.exports.name`. */
export function isExports(target: SyntaxNode | undefined): boolean {
  if (target?.type !== "MemberExpression") return false;
  const object = nodeIn(target, "object");
  if (object?.type === "Identifier" && nameOf(object) === "exports") return true;
  return (nameOf(target) === "exports" && nameOf(object) === "module") || isExports(object);
}

export function keyOf(key: SyntaxNode | undefined): string | undefined {
  if (key?.type === "Literal") return String(key["value"]);
  return typeof key?.["name"] === "string" ? key["name"] : undefined;
}

export function textOf({ type, value }: SyntaxNode): string | undefined {
  return type === "Literal" && typeof value === "string" ? value : undefined;
}

export function cookedText(quasi: SyntaxNode): string {
  const value: unknown = quasi["value"];
  const cooked = typeof value === "object" && value !== null && "cooked" in value ? value.cooked : undefined;
  return typeof cooked === "string" ? cooked : hole;
}

/** The parts of a node that may hold code, but for the parameter of `catch`. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (typeof value !== "object" || value === null || ofTypes.has(key)) continue;
    if (Array.isArray(value)) children.push(...nodesIn(node, key));
    else if (isSyntaxNode(value) && key !== "param") children.push(value);
  }
  return children;
}

/** True for an expression with the value of what is in it. */
export function isTransparent({ type }: SyntaxNode): boolean {
  return transparent.has(type);
}

const transparent: ReadonlySet<string> = new Set(
  `AwaitExpression YieldExpression ChainExpression ParenthesizedExpression TSAsExpression TSSatisfiesExpression
  TSNonNullExpression TSTypeAssertion TSInstantiationExpression`.split(/\s+/u),
);

/** Parts of nodes that hold types alone, or are no code. */
const ofTypes: ReadonlySet<string> = new Set(
  "typeAnnotation typeParameters typeArguments returnType superTypeParameters implements loc range extra errors".split(
    " ",
  ),
);

/** The parts of a sum, or of another row of one operator, however many they are. */
export function operandsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  let left: SyntaxNode | undefined = node;
  while (left?.type === "BinaryExpression" && left["operator"] === node["operator"]) {
    const right = nodeIn(left, "right");
    if (right !== undefined) parts.push(right);
    left = nodeIn(left, "left");
  }
  if (left !== undefined) parts.push(left);
  return parts.reverse();
}
