import { createHash } from "node:crypto";
import { parseRecord } from "../../formats/json/json-object.ts";
import { parseToml, tableAt, textOf } from "../../formats/toml/toml.ts";

const keyLength = 16;

/**
 * What tells one project's cache from another's on an engine: its name, where one of its lists has one, else the lists
 * themselves. A package whose installation runs a program can write to the cache, and so must not reach another
 * project.
 */
export function projectKey(lists: ReadonlyMap<string, string>): string {
  const sorted = [...lists].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const names = sorted.flatMap(([list, text]) => nameIn(text)?.map((name) => [list, name]) ?? []);
  const identity = names.length > 0 ? { names } : { lists: sorted };
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, keyLength);
}

/** The name of a project in JSON (npm, Composer) or TOML (PEP 621, Poetry). */
function nameIn(text: string): readonly string[] | undefined {
  const record = parseRecord(text);
  const name = record === undefined ? tomlName(text) : record["name"];
  return typeof name === "string" && name !== "" ? [name] : undefined;
}

function tomlName(text: string): string | undefined {
  const toml = parseToml(text);
  return textOf(tableAt(toml, "project"), "name") ?? textOf(tableAt(toml, "tool", "poetry"), "name");
}
