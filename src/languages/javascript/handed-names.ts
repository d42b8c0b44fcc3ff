import { calleeOf, nodeIn, nodesIn, type SyntaxNode, visitSyntax } from "./syntax.ts";

/**
 * What the calls in a source hand to a function as a parameter: `"node:crypto"` of `load("node:crypto")`, where `const
 * load = (name) => import(name)`. Undefined where others may call the function, or the parameter is given another
 * value.
 */
export function handedValues(program: SyntaxNode, parameter: SyntaxNode): readonly SyntaxNode[] | undefined {
  const name = String(parameter["name"]);
  const own = innermostFunction(program, parameter, name);
  if (own === undefined) return undefined;
  if (own.name === undefined) return own.index === 0 ? resolvedValue(program, own.node, name) : undefined;
  const values: SyntaxNode[] = [];
  let mentions = 0;
  let isKnown = true;
  visitSyntax(program, (node) => {
    if (node.type === "Identifier" && node["name"] === own.name) mentions++;
    if (node.type === "CallExpression") {
      const callee = calleeOf(node);
      if (callee?.type !== "Identifier" || callee["name"] !== own.name) return;
      mentions--;
      const given = nodesIn(node, "arguments").slice(0, own.index + 1);
      const value = given[own.index];
      if (value === undefined || given.some(({ type }) => type === "SpreadElement")) isKnown = false;
      else values.push(value);
    } else if (isExportOf(node, own.declaration)) isKnown = false;
    else if (isWithin(node, own.node) && gives(node, name)) isKnown = false;
  });
  // Beside its calls only the declaration mentions it.
  return isKnown && mentions === 1 && values.length > 0 && values.length <= most ? values : undefined;
}

/** What a promise hands on that is made of a value, as compilers write `import(name)`: `Promise.resolve(name).then`. */
function resolvedValue(program: SyntaxNode, handler: SyntaxNode, name: string): readonly SyntaxNode[] | undefined {
  let value: SyntaxNode | undefined;
  let isKnown = true;
  visitSyntax(program, (node) => {
    if (isWithin(node, handler) && gives(node, name)) isKnown = false;
    if (node.type !== "CallExpression" || nodesIn(node, "arguments")[0] !== handler) return;
    const made = isMethod(node, "then") ? nodeIn(calleeOf(node), "object") : undefined;
    if (made?.type !== "CallExpression" || !isMethod(made, "resolve")) return;
    if (nodeIn(calleeOf(made), "object")?.["name"] === "Promise") [value] = nodesIn(made, "arguments");
  });
  return !isKnown || value === undefined || value.type === "SpreadElement" ? undefined : [value];
}

function isMethod(call: SyntaxNode, name: string): boolean {
  const callee = calleeOf(call);
  return callee?.type === "MemberExpression" && nodeIn(callee, "property")?.["name"] === name;
}

/** A function that more is handed to takes what others ask for. */
const most = 16;

interface Found {
  readonly node: SyntaxNode;
  readonly declaration: SyntaxNode;
  /** Undefined for a function that has no name of its own, or that is handed on. */
  readonly name: string | undefined;
  readonly index: number;
}

function innermostFunction(program: SyntaxNode, inner: SyntaxNode, parameter: string): Found | undefined {
  let found: Found | undefined;
  const declarations = new Map<SyntaxNode, SyntaxNode>();
  visitSyntax(program, (node) => {
    const value = node.type === "VariableDeclarator" ? nodeIn(node, "init") : undefined;
    if (value !== undefined) declarations.set(value, node);
    // The one that begins last among those around is the innermost: parents are visited first.
    if (node["params"] === undefined || !isWithin(inner, node)) return;
    const index = nodesIn(node, "params").findIndex((one) => one.type === "Identifier" && one["name"] === parameter);
    if (index === -1) return;
    const declaration = node.type === "FunctionDeclaration" ? node : declarations.get(node);
    const id = nodeIn(declaration, "id");
    const name = id?.type === "Identifier" ? String(id["name"]) : undefined;
    found = { node, declaration: declaration ?? node, name, index };
  });
  return found;
}

function isWithin(node: SyntaxNode, outer: SyntaxNode): boolean {
  return node.start >= outer.start && Number(node["end"]) <= Number(outer["end"]);
}

function isExportOf(node: SyntaxNode, declaration: SyntaxNode): boolean {
  if (!node.type.startsWith("Export")) return false;
  const exported = nodeIn(node, "declaration");
  return exported !== undefined && isWithin(declaration, exported);
}

/** True where a name is given a value: `name = "x"`, `const name = "x"`, `for (name of list)`. */
function gives(node: SyntaxNode, name: string): boolean {
  const target = nodeIn(node, node.type === "VariableDeclarator" ? "id" : "left");
  const isGiven = /^(?:VariableDeclarator|AssignmentExpression|For(?:In|Of)Statement)$/u.test(node.type);
  if (!isGiven || target === undefined) return false;
  if (target.type === "Identifier") return target["name"] === name;
  if (target.type === "MemberExpression") return false;
  let has = false;
  visitSyntax(target, (inner) => {
    if (inner.type === "Identifier" && inner["name"] === name) has = true;
  });
  return has;
}
