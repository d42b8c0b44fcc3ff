import { parse } from "smol-toml";
import { isRecord } from "../json/json-object.ts";

/** Characters of a text that is read: the largest locks of projects have fewer. */
const lengthLimit = 2 ** 21;
/** Arrays and inline tables, one in the other. */
const depthLimit = 64;

/** A table of TOML. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** The table that a text has as TOML; undefined where it breaks the grammar, or is longer or deeper than the limits. */
export function parseToml(text: string): TomlTable | undefined {
  if (text.length > lengthLimit) return undefined;
  try {
    return parse(text, { maxDepth: depthLimit });
  } catch {
    return undefined;
  }
}

/** The table below another one's keys, as `tool`, `poetry`; undefined where it has none. */
export function tableAt(table: TomlTable | undefined, ...keys: readonly string[]): TomlTable | undefined {
  return keys.reduce<TomlTable | undefined>((found, key) => {
    const value = found?.[key];
    return isRecord(value) ? value : undefined;
  }, table);
}

/** The tables of an array of tables, as `[[package]]` makes it. */
export function tablesIn(table: TomlTable | undefined, key: string): readonly TomlTable[] {
  const value = table?.[key];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The text of a key; undefined where it has another value. */
export function textOf(table: TomlTable | undefined, key: string): string | undefined {
  const value = table?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The texts in a list, without other values. */
export function textsOf(table: TomlTable | undefined, key: string): readonly string[] {
  const value = table?.[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
