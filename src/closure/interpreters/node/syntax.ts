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

/**
 * Visits every node below and including `program`, parents first. `isCertain` is false where the code may never run:
 * in functions, branches and `try`; `isTried` is true in the block of a `try` that has a handler.
 */
export function visitSyntax(
  program: SyntaxNode,
  visit: (node: SyntaxNode, place: { readonly isCertain: boolean; readonly isTried: boolean }) => void,
): void {
  // A list of its own instead of recursion: minified sources nest thousands of levels deep.
  const pending: { readonly node: SyntaxNode; readonly isCertain: boolean; readonly isTried: boolean }[] = [
    { node: program, isCertain: true, isTried: false },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node } = next;
    visit(node, next);
    const isCertain = next.isCertain && !conditional.has(node.type);
    const children: { readonly node: SyntaxNode; readonly isCertain: boolean; readonly isTried: boolean }[] = [];
    for (const [property, value] of Object.entries(node)) {
      const isTried =
        next.isTried || (node.type === "TryStatement" && property === "block" && Boolean(node["handler"]));
      for (const child of Array.isArray(value) ? asList(value) : [value]) {
        if (isSyntaxNode(child)) children.push({ node: child, isCertain, isTried });
      }
    }
    pending.push(...children.reverse());
  }
}

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

/** The name of an identifier, or of the last part of `a.b.c`. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "MemberExpression" && node["computed"] !== true) return nameOf(nodeIn(node, "property"));
  return node?.type === "Identifier" && typeof node["name"] === "string" ? node["name"] : undefined;
}

function asList(value: readonly unknown[]): readonly unknown[] {
  return value;
}
