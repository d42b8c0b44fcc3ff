import { z } from "zod";
import { megabytesOf, readResults, today, writeResults } from "../support/results.ts";
import { wildPrograms } from "./program.ts";
import { readResult, type Trial } from "./trial.ts";

const path = "test/wild/results.json";

/** What programs that no rule was made for did in their images. */
export interface WildResults {
  /** The day of the table. */
  readonly measured: string;
  readonly programs: readonly {
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
  measured: z.string(),
  programs: z.array(
    z.strictObject({
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
      return trial === undefined ? old : lineOf(trial);
    }),
  );
  writeResults(path, { ...before, measured: today(), programs });
}

/** A program that fails in its own builder shows nothing of its image. */
function lineOf({ group, name, level, outcome, bytes, files, missed, lacked }: Trial): WildResults["programs"] {
  if (outcome === "invalid") return [];
  const sizes = bytes === 0 ? {} : { megabytes: megabytesOf(bytes), files };
  // The first missing path tells most: a program that ends there asks for nothing more.
  const first = missed.find((one) => lacked.includes(one)) ?? missed[0] ?? lacked[0];
  return [{ group, name, level, outcome, ...sizes, ...(outcome === "works" ? {} : { missed: first }) }];
}

/** Takes the sizes of programs from two builders; a program that was not built keeps its line. */
export function writeFuller(measured: WildResults["fuller"]): void {
  const before = readWildResults();
  const others = before.fuller.filter((one) => !measured.some(({ name }) => name === one.name));
  const fuller = [...others, ...measured].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  writeResults(path, { ...before, fullerMeasured: today(), fuller });
}
