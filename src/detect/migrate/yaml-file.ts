import { parse } from "yaml";
import { isRecord } from "../../formats/json/json-object.ts";

/** The map that a YAML file of another tool holds; undefined: it holds none. Aliases are bounded. */
export function readYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parse(text, { maxAliasCount: 100, logLevel: "silent", merge: true });
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A scalar as a text; empty for what is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** The first line that has a key. */
export function lineOfKey(text: string, key: string): number | undefined {
  const at = text.split("\n").findIndex((line) => line.trim().replace(/^- /u, "").startsWith(`${key}:`));
  return at === -1 ? undefined : at + 1;
}

/** The first line that has an item of a list. */
export function lineOfItem(text: string, item: string): number | undefined {
  const at = text.split("\n").findIndex((line) => line.trim() === `- ${item}`);
  return at === -1 ? undefined : at + 1;
}
