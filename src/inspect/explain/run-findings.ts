import { z } from "zod";
import type { DeniedPath } from "./denied-paths.ts";
import type { MissingFile } from "./missing-files.ts";

/** What explains the failure of a program in the finished root. */
export interface RunFindings {
  /** Files that it looked for in vain and the builder has, likeliest cause first. */
  readonly missing: readonly MissingFile[];
  /** Paths that it was denied, the last first. */
  readonly denied: readonly DeniedPath[];
}

const findingsSchema = z.object({
  missing: z.array(z.custom<MissingFile>()),
  denied: z.array(z.custom<DeniedPath>()),
});

/** Reads back what the resolver wrote. Throws on bytes that are none: both ends are of one image. */
export function parseRunFindings(bytes: Uint8Array): RunFindings {
  return findingsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
