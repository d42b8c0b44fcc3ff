import { statSync } from "node:fs";
import { z } from "zod";
import { megabytesOf, readResults, today, writeResults } from "../support/results.ts";
import { wildPrograms } from "./program.ts";
import { readResult, resultFile, type Trial } from "./trial.ts";

const path = "test/wild/results.json";

/** What programs that no rule was made for did in their images. */
export interface WildResults {
  readonly programs: readonly {
    /** The day on which it was run. */
    readonly day: string;
    readonly group: string;
    readonly name: string;
    readonly level: "safe" | "reachable";
    readonly outcome: "works" | "announced" | "silent" | "refused";
    /** Those of the image's files; absent where there is no image. */
    readonly megabytes?: number | undefined;
    readonly files?: number | undefined;
    /** The first file that it missed. */
    readonly missed?: string | undefined;
  }[];
  readonly fullerMeasured: string;
  /** Megabytes of images from the program's own builder and from one that has more. */
  readonly fuller: readonly {
    readonly group: string;
    readonly name: string;
    readonly own: number;
    readonly fuller: number;
    readonly ratio: number;
  }[];
}

const schema: z.ZodType<WildResults> = z.strictObject({
  programs: z.array(
    z.strictObject({
      day: z.string(),
      group: z.string(),
      name: z.string(),
      level: z.enum(["safe", "reachable"]),
      outcome: z.enum(["works", "announced", "silent", "refused"]),
      megabytes: z.number().optional(),
      files: z.number().optional(),
      missed: z.string().optional(),
    }),
  ),
  fullerMeasured: z.string(),
  fuller: z.array(
    z.strictObject({ group: z.string(), name: z.string(), own: z.number(), fuller: z.number(), ratio: z.number() }),
  ),
});

export function readWildResults(): WildResults {
  return readResults(path, schema);
}

/** Takes the results that are kept under a label; a program that was not run keeps its line. */
export function writeTrials(label: string): void {
  const before = readWildResults();
  const programs = wildPrograms([]).flatMap((program) =>
    program.levels.flatMap((level) => {
      const trial = readResult(label, { ...program, level });
      const old = before.programs.filter(
        (one) => one.group === program.group && one.name === program.name && one.level === level,
      );
      return trial === undefined ? old : lineOf(trial, dayOfResult(label, trial));
    }),
  );
  writeResults(path, { ...before, programs });
}

/** A program that fails in its own builder shows nothing of its image. */
function lineOf(
  { group, name, level, outcome, bytes, files, missed, lacked }: Trial,
  day: string,
): WildResults["programs"] {
  if (outcome === "invalid") return [];
  const sizes = bytes === 0 ? {} : { megabytes: megabytesOf(bytes), files };
  // The first missing path tells most: a program that ends there asks for nothing more.
  const first = missed.find((one) => lacked.includes(one)) ?? missed[0] ?? lacked[0];
  return [{ day, group, name, level, outcome, ...sizes, ...(outcome === "works" ? {} : { missed: first }) }];
}

/** Takes the sizes of programs from two builders; a program that was not built keeps its line. */
export function writeFuller(measured: WildResults["fuller"]): void {
  const before = readWildResults();
  const others = before.fuller.filter((one) => !measured.some(({ name }) => name === one.name));
  const fuller = [...others, ...measured].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  writeResults(path, { ...before, fullerMeasured: today(), fuller });
}

/** The day on which a result was kept, as `2026-12-07`. */
function dayOfResult(label: string, trial: Trial): string {
  return statSync(resultFile(label, trial)).mtime.toISOString().slice(0, 10);
}
