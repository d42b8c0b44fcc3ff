import { z } from "zod";
import { megabytesOf, readResults, today, writeResults } from "../support/results.ts";
import type { Tightness } from "./measure.ts";

const path = "test/tightness/results.json";

/** A program at one level. */
export interface Line {
  /** The day on which it was measured. */
  readonly day: string;
  readonly group: string;
  readonly name: string;
  readonly level: "safe" | "reachable";
  readonly shippedMegabytes: number;
  readonly openedMegabytes: number;
  /** Bytes shipped a byte opened. */
  readonly ratio: number;
  /** The largest files that ship and that the runs did not open. */
  readonly unopened: readonly {
    readonly path: string;
    readonly megabytes: number;
  }[];
}

const lineSchema: z.ZodType<Line> = z.strictObject({
  day: z.string(),
  group: z.string(),
  name: z.string(),
  level: z.enum(["safe", "reachable"]),
  shippedMegabytes: z.number(),
  openedMegabytes: z.number(),
  ratio: z.number(),
  unopened: z.array(z.strictObject({ path: z.string(), megabytes: z.number() })),
});

/** How tight the images of the corpus are. */
export interface TightnessResults {
  /** That of the last run. */
  readonly machine: string;
  readonly programs: readonly Line[];
}

const schema: z.ZodType<TightnessResults> = z.strictObject({
  machine: z.string(),
  programs: z.array(lineSchema),
});

export function readTightness(): TightnessResults {
  return readResults(path, schema);
}

export function writeTightness(results: TightnessResults): void {
  writeResults(path, results);
}

/** What is kept of a measurement. */
export function lineOf({ group, name, level, shippedBytes, openedBytes, unopened }: Tightness): Line {
  return {
    day: today(),
    group,
    name,
    level,
    shippedMegabytes: megabytesOf(shippedBytes),
    openedMegabytes: megabytesOf(openedBytes),
    ratio: Math.round((shippedBytes / Math.max(1, openedBytes)) * 100) / 100,
    unopened: unopened.slice(0, 3).map(({ path, sizeBytes }) => ({ path, megabytes: megabytesOf(sizeBytes) })),
  };
}

const compiled: readonly string[] = ["data", "media", "shell", "tools", "web"];
const scripted: readonly string[] = ["perl", "python", "ruby"];

/** The highest median that a group should have: each alone, for one that is far below says nothing of another. */
export function aimOf(group: string, level: Line["level"]): number | undefined {
  if (compiled.includes(group) && level === "safe") return 1.5;
  if (!scripted.includes(group)) return undefined;
  return level === "safe" ? 2.4 : 1.4;
}

/** The middle one, or the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}
