import { z } from "zod";

/** The part of JSON Schema that the schema of the spec uses. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly $defs?: Readonly<Record<string, Schema>> | undefined;
  readonly description?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly items?: Schema | false | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
}

const schemaType: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    $defs: z.record(z.string(), schemaType).optional(),
    description: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(schemaType).optional(),
    oneOf: z.array(schemaType).optional(),
    items: z.union([schemaType, z.literal(false)]).optional(),
    properties: z.record(z.string(), schemaType).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), schemaType]).optional(),
  }),
);

/** TypeScript's declarations of what a JSON Schema describes: an exported type for each definition. */
export function printSpecTypes(schemaText: string): string {
  const schema = schemaType.parse(JSON.parse(schemaText));
  const types = Object.entries(schema.$defs ?? {}).map(
    ([name, definition]) => `${remark(definition, "")}export type ${name} = ${typeOf(definition, "")};\n`,
  );
  return types.join("\n");
}

function remark({ description }: Schema, indent: string): string {
  return description === undefined ? "" : `${indent}/** ${description.replaceAll("*/", "* /")} */\n`;
}

function typeOf(schema: Schema, indent: string): string {
  const { $ref: reference, anyOf, oneOf, enum: values, type } = schema;
  if (reference !== undefined) return referredType(reference);
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map((one) => typeOf(one, indent)).join(" | ");
  if ("const" in schema && schema.const !== undefined) return JSON.stringify(schema.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (type === "array") return `readonly (${schema.items ? typeOf(schema.items, indent) : "unknown"})[]`;
  if (type === "object") return objectType(schema, indent);
  const types: readonly (string | undefined)[] = typeof type === "object" ? type : [type];
  return types.map((one) => simpleTypes.get(one ?? "") ?? "unknown").join(" | ");
}

/** `#/$defs/Spec/properties/from` is the type of a property of another type. */
function referredType(reference: string): string {
  const [name = "unknown", ...below] = reference.split("/").slice(2);
  return name + below.flatMap((part, index) => (index % 2 === 1 ? [`[${JSON.stringify(part)}]`] : [])).join("");
}

const simpleTypes: ReadonlyMap<string, string> = new Map([
  ["string", "string"],
  ["number", "number"],
  ["integer", "number"],
  ["boolean", "boolean"],
  ["null", "null"],
]);

function objectType({ properties, required = [], additionalProperties: others }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties ?? {}).map(([name, property]) => {
    const mark = required.includes(name) ? "" : "?";
    return `${remark(property, inner)}${inner}readonly ${JSON.stringify(name)}${mark}: ${typeOf(property, inner)};\n`;
  });
  const value = typeof others === "object" ? typeOf(others, inner) : "unknown";
  if (lines.length === 0) return `Readonly<Record<string, ${value}>>`;
  return `{\n${lines.join("")}${indent}}`;
}
