import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { projectFolder, say } from "../../scripts/lib/project.ts";

/*
 * What was measured stands in files results.json beside the tests that measure it. `npm run generate` makes the tables
 * of docs/measurements.md of them.
 */

/** Reads a file of results; the path begins at the project's folder. */
export function readResults<T>(path: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(join(projectFolder, path), "utf8")));
}

/** Writes a file of results, and says what is left to do. */
export function writeResults(path: string, value: object): void {
  writeFileSync(join(projectFolder, path), printResults(value));
  say(`results: ${path} is written; npm run generate puts it into docs/measurements.md`);
}

/** JSON with a line for each element of the lists, so that a change of one is a change of one line. */
export function printResults(value: object): string {
  const entries = Object.entries(value).map(([key, found]) => {
    const text =
      Array.isArray(found) && found.length > 0
        ? `[\n${found.map((one) => `    ${print(one)}`).join(",\n")}\n  ]`
        : print(found);
    return `  ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}

/** On one line, with a blank behind each colon and comma. */
function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}: ${print(one)}`).join(", ")}}`;
}

/** Today, as `2026-12-07`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** When things were measured, as a page says it: each no later than the last day. */
export function daysOf(measured: readonly { readonly day: string }[]): string {
  return `up to ${
    measured
      .map(({ day }) => day)
      .toSorted()
      .at(-1) ?? "no day"
  }`;
}

/** Bytes as megabytes with one decimal, as results keep them. */
export function megabytesOf(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
