import { z } from "zod";
import { flowText, type SpecValue, specValue } from "./flow-text.ts";
import { type MapNode, nodeAt } from "./node.ts";
import { specSchema } from "./schema.ts";

/** The key that a section's short form, a text, stands for. */
const shortForms: Readonly<Record<string, string>> = { app: "src", interpreter: "path" };

/**
 * The line to write for a key at the top that only a section has: `app: {src: ., entry: server.js}` for `entry`.
 * Undefined where no section has it, or takes such a value.
 */
export function placeKey(tree: MapNode, key: string): string | undefined {
  const value = nodeAt(tree, [key]);
  if (value === undefined) return undefined;
  for (const [section, schema] of Object.entries(shapeOf(specSchema))) {
    if (!keysOf(schema).includes(key)) continue;
    const written = specValue(value);
    const forms = value.kind === "scalar" ? [written, [written]] : [written];
    const fits = forms
      .map((form) => ({ ...fieldsOf(tree, section), [key]: form }))
      .find((fields) => schema instanceof z.ZodType && schema.safeParse(fields).success);
    return fits === undefined ? undefined : `${section}: ${flowText(fits)}`;
  }
  return undefined;
}

function fieldsOf(tree: MapNode, section: string): Readonly<Record<string, SpecValue>> {
  const present = nodeAt(tree, [section]);
  if (present?.kind === "map") {
    return Object.fromEntries([...present.entries].map(([name, entry]) => [name, specValue(entry.value)]));
  }
  const short = shortForms[section];
  return present?.kind === "scalar" && short !== undefined ? { [short]: specValue(present) } : {};
}

/** The keys of a map in any of the forms that a schema allows. */
function keysOf(schema: unknown): readonly string[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(keysOf) : Object.keys(shapeOf(inner));
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

function unwrap(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault;
  return isWrapped ? unwrap(schema.def.innerType) : schema;
}
