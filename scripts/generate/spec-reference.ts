import { introduction, levels, rules, sections } from "./spec-prose.ts";
import { type SchemaNode, specJsonSchema } from "./spec-schema.ts";

/** The reference of the spec language: prose, and a table a section from the schema's descriptions and defaults. */
export function renderSpecReference(): Promise<string> {
  const schema = specJsonSchema();
  const definitions = nodesOf(schema["$defs"]);
  const top = definitions["Spec"] ?? {};
  const lines = ["<!-- Made by scripts/generate.ts from the schema; do not edit. -->", introduction];
  for (const section of sections) {
    lines.push(`## ${section.title}`, section.text);
    if (section.keys !== undefined) lines.push(table(top, section.keys));
    for (const name of section.parts) lines.push(...part(name, definitions[name] ?? {}));
  }
  lines.push(levels, rules);
  return Promise.resolve(`${lines.map((line) => line.trim()).join("\n\n")}\n`);
}

/** A definition: one table a form that is a map. */
function part(name: string, definition: SchemaNode): readonly string[] {
  const forms = formsOf(definition).filter((form) => form.properties !== undefined);
  const simple = formsOf(definition).filter((form) => form.properties === undefined);
  const lines = [`### ${name}`, definition.description ?? ""];
  for (const { description } of simple) {
    if (description !== undefined)
      lines.push(`As a text: ${description.charAt(0).toLowerCase()}${description.slice(1)}`);
  }
  for (const form of forms) {
    const [only, ...others] = Object.keys(form.properties ?? {});
    // A map with a single key that holds a map: the inner one is what people write.
    const inner = only === undefined || others.length > 0 ? undefined : form.properties?.[only];
    if (inner?.properties !== undefined) lines.push(`\`${only}:\` takes`, table(inner));
    else lines.push(table(form));
  }
  return lines;
}

function formsOf(definition: SchemaNode): readonly SchemaNode[] {
  const forms = definition["anyOf"] ?? definition["oneOf"];
  return Array.isArray(forms) ? forms.filter(isNode) : [definition];
}

function table(schema: SchemaNode, keys: readonly string[] = Object.keys(schema.properties ?? {})): string {
  const rows = keys.map((key) => {
    const property = schema.properties?.[key] ?? {};
    const isRequired = schema.required?.includes(key) === true && property["const"] === undefined;
    const fallback = isRequired ? "*required*" : defaultText(property["default"]);
    return `| \`${key}\` | ${cell(typeText(property))} | ${fallback} | ${cell(descriptionOf(property))} |`;
  });
  return ["| key | takes | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function descriptionOf(property: SchemaNode): string {
  if (property.description !== undefined) return property.description;
  const name = referenceName(property);
  return name === undefined ? "" : `See [${name}](#${name.toLowerCase()}).`;
}

function typeText(property: SchemaNode): string {
  const name = referenceName(property);
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
  const forms = property["anyOf"] ?? property["oneOf"];
  if (Array.isArray(forms)) return [...new Set(forms.filter(isNode).map(typeText))].join(" or ");
  if (Array.isArray(property["enum"])) return property["enum"].map((value) => `\`${String(value)}\``).join(", ");
  if (property["const"] !== undefined) return `\`${JSON.stringify(property["const"]).replaceAll('"', "")}\``;
  if (Array.isArray(property["type"]))
    return property["type"].map((type) => words[String(type)] ?? String(type)).join(" or ");
  if (property["type"] === "array")
    return isNode(property["items"]) ? `list of ${typeText(property["items"])}` : "list";
  if (property["type"] !== "object") return words[String(property["type"])] ?? "";
  const values = property["additionalProperties"];
  return isNode(values) && Object.keys(values).length > 0 && values.properties === undefined
    ? `map to ${typeText(values)}`
    : "map";
}

const words: Readonly<Record<string, string>> = {
  boolean: "true or false",
  integer: "number",
  null: "nothing",
  number: "number",
  string: "text",
};

function referenceName(property: SchemaNode): string | undefined {
  const reference = property["$ref"];
  return typeof reference === "string" ? reference.split("/").at(-1) : undefined;
}

function defaultText(value: unknown): string {
  if (value === undefined) return "";
  // An empty value or one made of the parts' own defaults says nothing that the table of the part does not.
  if (isNode(value)) return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `\`[${value.map(String).join(", ")}]\``;
  return `\`${JSON.stringify(value).replaceAll('"', "")}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function nodesOf(value: unknown): Readonly<Record<string, SchemaNode>> {
  if (!isNode(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, SchemaNode] => isNode(entry[1])));
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
