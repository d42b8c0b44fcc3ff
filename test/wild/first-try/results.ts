import { z } from "zod";
import { readResults } from "../../support/results.ts";

const level = z.enum(["safe", "reachable"]);

/** What programs did at the first try. Their figures are never measured again. */
export interface FirstTryResults {
  /** Programs by batches: chosen, and their checks written, before Pith saw them. */
  readonly batches: readonly {
    readonly batches: string;
    readonly kind: string;
    readonly level: "safe" | "reachable";
    readonly programs: number;
    readonly work: number;
    readonly silent: number;
  }[];
  /** The same for programs that others wrote, a line for each run, kind and level. */
  readonly runs: readonly {
    readonly what:
      | "applications"
      | "Dockerfiles"
      | "official images"
      | "packages with tests"
      | "servers from their sources"
      | "tests of libraries";
    readonly day: string;
    readonly commit?: string | undefined;
    readonly sample: string;
    readonly kind: string;
    readonly level: "safe" | "reachable";
    /** Programs, images, or tests. */
    readonly programs: number;
    readonly packages?: number | undefined;
    readonly work: number;
    readonly announced?: number | undefined;
    readonly silent: number;
    readonly noImage?: number | undefined;
    /** Packages that have no image and whose tests are not among `programs`. */
    readonly noImagePackages?: number | undefined;
  }[];
  /** Modules that were loaded one at a time; `loadLess` did without others that the builder has. */
  readonly modules: readonly {
    readonly kind: string;
    readonly level: "safe" | "reachable";
    readonly modules: number;
    readonly work: number;
    readonly silent: number;
    readonly loadLess: number;
  }[];
  /** Tests of Debian's maintainers, at safe. */
  readonly debianTests: readonly {
    readonly day: string;
    readonly commit: string;
    readonly seed: string;
    readonly kind: string;
    readonly sources: number;
    readonly programs: number;
    readonly filesUsed: number;
    readonly sourcesThatLost: number;
    readonly silentFiles: number;
  }[];
}

const schema: z.ZodType<FirstTryResults> = z.strictObject({
  batches: z.array(
    z.strictObject({
      batches: z.string(),
      kind: z.string(),
      level,
      programs: z.number(),
      work: z.number(),
      silent: z.number(),
    }),
  ),
  runs: z.array(
    z.strictObject({
      what: z.enum([
        "applications",
        "Dockerfiles",
        "official images",
        "packages with tests",
        "servers from their sources",
        "tests of libraries",
      ]),
      day: z.string(),
      commit: z.string().optional(),
      sample: z.string(),
      kind: z.string(),
      level,
      programs: z.number(),
      packages: z.number().optional(),
      work: z.number(),
      announced: z.number().optional(),
      silent: z.number(),
      noImage: z.number().optional(),
      noImagePackages: z.number().optional(),
    }),
  ),
  modules: z.array(
    z.strictObject({
      kind: z.string(),
      level,
      modules: z.number(),
      work: z.number(),
      silent: z.number(),
      loadLess: z.number(),
    }),
  ),
  debianTests: z.array(
    z.strictObject({
      day: z.string(),
      commit: z.string(),
      seed: z.string(),
      kind: z.string(),
      sources: z.number(),
      programs: z.number(),
      filesUsed: z.number(),
      sourcesThatLost: z.number(),
      silentFiles: z.number(),
    }),
  ),
});

export function readFirstTry(): FirstTryResults {
  return readResults("test/wild/first-try/results.json", schema);
}
