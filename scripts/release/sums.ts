import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The digests of files below a folder, by their names in it. */
export type Sums = ReadonlyMap<string, string>;

/** Reads all files below a folder, in the order of their names. */
export function sumFiles(folder: string): Sums {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).toSorted();
  return new Map(names.map((name) => [name, digestOf(readFileSync(join(folder, name)))]));
}

/** As `sha256sum --check` reads it. */
export function printSums(sums: Sums): string {
  return [...sums].map(([name, digest]) => `${digest}  ${name}\n`).join("");
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
