import { parse } from "acorn";
import { isRecord } from "../../../formats/json/json-object.ts";

/**
 * True for a source that only declares and exports, so that it ends at once where it is started. Empty texts, and what
 * is no JavaScript, are not known to.
 */
export function onlyDeclares(text: string): boolean {
  if (text.trim() === "") return false;
  const body = readBody(text);
  return body !== undefined && body.length > 0 && body.every(isQuiet);
}

function readBody(text: string): readonly unknown[] | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      const { body } = parse(text, { ecmaVersion: "latest", sourceType, allowHashBang: true });
      return body;
    } catch (failure) {
      if (!(failure instanceof SyntaxError || failure instanceof RangeError)) throw failure;
    }
  }
  return undefined;
}

const declarations = new Set(["FunctionDeclaration", "ClassDeclaration", "EmptyStatement", "ExportAllDeclaration"]);

function isQuiet(node: unknown): boolean {
  if (!isRecord(node)) return true;
  const { type } = node;
  if (declarations.has(String(type))) return true;
  // An import of nothing is made for what it runs.
  if (type === "ImportDeclaration") return Array.isArray(node["specifiers"]) && node["specifiers"].length > 0;
  if (type === "ExportNamedDeclaration") return isQuiet(node["declaration"]);
  if (type === "ExportDefaultDeclaration") return isQuiet(node["declaration"]) || isValue(node["declaration"]);
  if (type === "VariableDeclaration" && Array.isArray(node["declarations"])) {
    return node["declarations"].every(
      (one: unknown) => isRecord(one) && (one["init"] === null || isValue(one["init"])),
    );
  }
  if (type !== "ExpressionStatement" || !isRecord(node["expression"])) return false;
  const { expression } = node;
  if (expression["type"] === "Literal") return true;
  return (
    expression["type"] === "AssignmentExpression" && isExported(expression["left"]) && isValue(expression["right"])
  );
}

/** `exports`, `module.exports` and what is in them. */
function isExported(node: unknown): boolean {
  if (!isRecord(node)) return false;
  if (node["type"] === "Identifier") return node["name"] === "exports" || node["name"] === "module";
  return node["type"] === "MemberExpression" && isExported(node["object"]);
}

const values = new Set([
  "ArrayExpression",
  "ArrowFunctionExpression",
  "ClassExpression",
  "FunctionExpression",
  "Identifier",
  "Literal",
  "ObjectExpression",
  "TemplateLiteral",
]);

/** A value that nothing is called for but `require`. */
function isValue(node: unknown): boolean {
  if (!isRecord(node)) return false;
  if (values.has(String(node["type"]))) return true;
  if (node["type"] === "MemberExpression") return isValue(node["object"]);
  if (node["type"] === "AssignmentExpression") return isExported(node["left"]) && isValue(node["right"]);
  const callee = node["type"] === "CallExpression" && isRecord(node["callee"]) ? node["callee"] : undefined;
  return callee?.["type"] === "Identifier" && callee["name"] === "require";
}
