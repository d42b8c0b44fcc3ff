import { z } from "zod";
import { specSchema, topOnlyKeys } from "../../src/spec/schema.ts";

/** A part of a JSON Schema, as far as the generators read it. */
export interface SchemaNode {
  readonly [key: string]: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
}

/** The JSON Schema of a spec file (draft 2020-12), for editors. */
export function renderSpecSchema(): Promise<string> {
  return Promise.resolve(`${JSON.stringify(specJsonSchema(), undefined, 2)}\n`);
}

/** The schema as data, printed from the zod schema. */
export function specJsonSchema(): SchemaNode {
  const printed = z.toJSONSchema(specSchema, { io: "input", target: "draft-2020-12" });
  const definitions = toDefinitions(printed.$defs);
  const spec = definitions["Spec"] ?? {};
  const properties = spec.properties ?? {};
  const keys = Object.keys(properties).filter((key) => !topOnlyKeys.includes(key));
  const changes = Object.fromEntries(keys.map((key) => [key, { $ref: `#/$defs/Spec/properties/${key}` }]));
  const target: SchemaNode = {
    type: "object",
    description: "Changes to the main image.",
    properties: {
      add: {
        type: "object",
        description: "Lists to append to.",
        properties: changes,
        additionalProperties: false,
      },
      ...changes,
    },
    additionalProperties: false,
  };
  const targets = { ...properties["targets"], additionalProperties: target };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:pith:spec:1",
    title: "Pith spec",
    description: "What an image is made of, version 1.",
    $ref: "#/$defs/Spec",
    $defs: { ...definitions, Spec: { ...spec, properties: { ...properties, targets } } },
  };
}

function toDefinitions(value: unknown): Readonly<Record<string, SchemaNode>> {
  const isMap = z.record(z.string(), z.record(z.string(), z.unknown()));
  return isMap.parse(value);
}
