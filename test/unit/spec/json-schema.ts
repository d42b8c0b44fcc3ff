import { z } from "zod";

const schemaNode = z.record(z.string(), z.unknown());
type SchemaNode = z.infer<typeof schemaNode>;

/** The places at which a value breaks a JSON Schema, for the keywords that the printed schema uses. */
export function findSchemaProblems(value: unknown, schema: unknown, root: unknown, path = ""): readonly string[] {
  const node = schemaNode.parse(schema);
  const problems: string[] = [];
  if (typeof node["$ref"] === "string")
    problems.push(...findSchemaProblems(value, follow(node["$ref"], root), root, path));
  for (const key of ["anyOf", "oneOf"]) {
    const forms = node[key];
    if (!Array.isArray(forms)) continue;
    const isFine = forms.some((form) => findSchemaProblems(value, form, root, path).length === 0);
    if (!isFine) problems.push(`${path}: none of ${key}`);
  }
  if (node["type"] !== undefined && ![node["type"]].flat().some((type) => hasType(value, type))) {
    problems.push(`${path}: not ${JSON.stringify(node["type"])}`);
  }
  if (Array.isArray(node["enum"]) && !node["enum"].includes(value)) problems.push(`${path}: not in enum`);
  if (node["const"] !== undefined && node["const"] !== value) problems.push(`${path}: not const`);
  if (Array.isArray(value) && node["items"] !== undefined) {
    problems.push(...value.flatMap((one, at) => findSchemaProblems(one, node["items"], root, `${path}/${at}`)));
  }
  if (hasType(value, "object")) problems.push(...propertyProblems(schemaNode.parse(value), node, root, path));
  return problems;
}

function propertyProblems(value: SchemaNode, node: SchemaNode, root: unknown, path: string): readonly string[] {
  const properties = schemaNode.parse(node["properties"] ?? {});
  const required = z.array(z.string()).parse(node["required"] ?? []);
  const missing = required.filter((key) => !Object.hasOwn(value, key)).map((key) => `${path}: no ${key}`);
  const inner = Object.entries(value).flatMap(([key, one]) => {
    const other = node["additionalProperties"];
    const schema = Object.hasOwn(properties, key) ? properties[key] : other;
    if (schema === false) return [`${path}: unknown ${key}`];
    return schema === undefined || schema === true ? [] : findSchemaProblems(one, schema, root, `${path}/${key}`);
  });
  return [...missing, ...inner];
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function follow(reference: string, root: unknown): unknown {
  let node = root;
  for (const segment of reference.replace(/^#\//, "").split("/")) node = schemaNode.parse(node)[segment];
  return node;
}
