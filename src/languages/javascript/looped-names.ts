import { calleeOf, nameOf, nodeIn, nodesIn, type SyntaxNode } from "./syntax.ts";

/** The type of a node that stands for any one of the elements of its `list`. */
export const elementOf = "ElementOf";

interface LoopedName {
  /** The name, as an identifier. */
  readonly name: SyntaxNode;
  /** What it stands for: one of a list. */
  readonly value: SyntaxNode;
}

/** The name that a loop gives to each element: `for (const x of list)`, `list.map((x) => ...)`. */
export function loopedName(node: SyntaxNode): LoopedName | undefined {
  if (node.type === "ForOfStatement") {
    const [declared] = nodesIn(nodeIn(node, "left") ?? node, "declarations");
    return named(nodeIn(declared, "id"), nodeIn(node, "right"), node);
  }
  if (node.type !== "CallExpression") return undefined;
  const callee = calleeOf(node);
  if (callee?.type !== "MemberExpression" || !goingThrough.has(nameOf(callee) ?? "")) return undefined;
  const [given] = nodesIn(node, "arguments");
  const [parameter] = given === undefined ? [] : nodesIn(given, "params");
  return named(parameter, nodeIn(callee, "object"), node);
}

const goingThrough: ReadonlySet<string> = new Set(["flatMap", "forEach", "map"]);

function named(
  name: SyntaxNode | undefined,
  list: SyntaxNode | undefined,
  { start }: SyntaxNode,
): LoopedName | undefined {
  if (name?.type !== "Identifier" || list === undefined) return undefined;
  return { name, value: { type: elementOf, start, list } };
}

/** A list without what waits for it: `await list`. */
export function listOf(element: SyntaxNode): SyntaxNode | undefined {
  let list = nodeIn(element, "list");
  while (list?.type === "AwaitExpression" || list?.type === "ParenthesizedExpression")
    list = nodeIn(list, list.type === "AwaitExpression" ? "argument" : "expression");
  return list;
}

/** The value of an option of a call: `{ cwd: here }`. */
export function optionOf(call: SyntaxNode, name: string): SyntaxNode | undefined {
  const options = nodesIn(call, "arguments").find(({ type }) => type === "ObjectExpression");
  const option =
    options === undefined
      ? undefined
      : nodesIn(options, "properties").find((one) => nameOf(nodeIn(one, "key")) === name);
  return nodeIn(option, "value");
}
