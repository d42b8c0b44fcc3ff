import { createHash } from "node:crypto";
import { parseRecord } from "../../formats/json/json-object.ts";

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
  let isProject = false;
  for (const line of text.split("\n", 10_000)) {
    const table = /^\s*\[([^\]]+)\]/u.exec(line)?.[1]?.trim();
    if (table !== undefined) isProject = table === "project" || table === "tool.poetry";
    const name = isProject ? /^\s*name\s*=\s*["']([^"']{1,200})["']/u.exec(line)?.[1] : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}
