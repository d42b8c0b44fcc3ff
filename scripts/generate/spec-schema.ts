import { z } from "zod";
import { specSchema, topOnlyKeys } from "../../src/spec/schema.ts";
import { schemaAddress } from "../../src/spec/schema-address.ts";
import { enumNotes, examples } from "./schema-notes.ts";

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
  const definitions = Object.fromEntries(
    Object.entries(toDefinitions(printed.$defs)).map(([name, one]) => [name, annotate({ title: name, ...one }, name)]),
  );
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
    $id: schemaAddress,
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

/**
 * A schema with what editors show: a title and examples for each key, and a sentence for each value of an enumeration.
 * `place` is the definition and the keys below it: `App.dependencies`. Throws where a value has no sentence.
 */
function annotate(schema: SchemaNode, place: string): SchemaNode {
  const shown = examples[place];
  const values = Array.isArray(schema["enum"]) ? schema["enum"].map(String) : [];
  return {
    ...schema,
    ...(shown === undefined ? {} : { examples: shown }),
    ...(values.length === 0 ? {} : { enumDescriptions: values.map((value) => noteOf(place, value)) }),
    ...(schema.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([key, one]) => [
              key,
              annotate({ title: titleOf(key), ...one }, `${place}.${key}`),
            ]),
          ),
        }),
    ...Object.fromEntries(
      ["anyOf", "oneOf"].flatMap((name) => {
        const forms = schema[name];
        return Array.isArray(forms) ? [[name, forms.map((form) => annotate(toNode(form), place))]] : [];
      }),
    ),
    ...(schema["items"] === undefined ? {} : { items: annotate(toNode(schema["items"]), place) }),
  };
}

function noteOf(place: string, value: string): string {
  const note = enumNotes[place]?.[value];
  if (note === undefined) {
    throw new Error(`cannot print the schema: scripts/generate/schema-notes.ts does not explain ${place}: ${value}`);
  }
  return note;
}

/** `stop-signal` as people read it. */
function titleOf(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1).replaceAll("-", " ");
}

function toNode(value: unknown): SchemaNode {
  return z.record(z.string(), z.unknown()).parse(value);
}
