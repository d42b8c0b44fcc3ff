import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Seconds that test files and programs of the corpus took in a run that was alone on two cores. */
export interface RecordedTimes {
  /** By project and file, as a report names them. */
  readonly files: Readonly<Record<string, number>>;
  /** By the title of a case of the corpus. */
  readonly cases: Readonly<Record<string, number>>;
}

const schema = z.object({ files: z.record(z.string(), z.number()), cases: z.record(z.string(), z.number()) });

/** `npm test -- --record` writes it. */
export const timesFile: string = join(import.meta.dirname, "times.json");

/** What a case of the corpus takes that nobody has recorded, where two or three run at once. */
export const usualSeconds = { withoutEngine: 7, withEngine: 20 } as const;

export function recordedTimes(): RecordedTimes {
  return existsSync(timesFile) ? schema.parse(JSON.parse(readFileSync(timesFile, "utf8"))) : { files: {}, cases: {} };
}
