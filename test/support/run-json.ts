import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";

/** `examples/<name>/run.json`: how the example's image is run, and what it must answer. */
export interface RunJson {
  /** docker commands that have to come first, run in the example's folder, such as building an image to distil. */
  readonly prepare: readonly (readonly string[])[];
  /** Further options of `docker build`. */
  readonly build: readonly string[];
  /** Further options of `docker run`, such as `--tmpfs=/tmp`. */
  readonly run: readonly string[];
  /** Arguments for the program, after the image. */
  readonly args: readonly string[];
  /** For a server: one request to it and the whole answer. */
  readonly probe?:
    | { readonly port: number; readonly path: string; readonly status: number; readonly body: string }
    | undefined;
  /** For a function of AWS Lambda: events, one after the other in one process, and what each is answered with. */
  readonly invocations: readonly { readonly event: unknown; readonly response: unknown }[];
  /** For a program that ends: what it prints, whole. */
  readonly stdout?: string | undefined;
  readonly exitCode: number;
  /** Every file in a directory of programs (`bin`, `sbin`), by base name: the image holds no other program. */
  readonly programs: readonly string[];
  readonly limits: Limits;
  /** Targets of the spec that are built, run and bounded likewise. */
  readonly targets: Readonly<Record<string, Limits>>;
}

/** Bounds on the files that ship, bytecode not counted. */
export interface Limits {
  readonly bytes?: number | undefined;
  readonly files?: number | undefined;
}

const strings = z.array(z.string());
const limitsSchema = z.strictObject({ bytes: z.number().optional(), files: z.number().optional() });

const runSchema: z.ZodType<RunJson> = z.strictObject({
  prepare: z.array(strings).default([]),
  build: strings.default([]),
  run: strings.default([]),
  args: strings.default([]),
  probe: z
    .strictObject({
      port: z.number(),
      path: z.string().default("/"),
      status: z.number().default(200),
      body: z.string(),
    })
    .optional(),
  invocations: z.array(z.strictObject({ event: z.unknown(), response: z.unknown() })).default([]),
  stdout: z.string().optional(),
  exitCode: z.number().default(0),
  programs: strings.default([]),
  limits: limitsSchema.default({}),
  targets: z.record(z.string(), limitsSchema).default({}),
});

export interface Example {
  readonly name: string;
  readonly folder: string;
  readonly spec: string;
  readonly run: RunJson;
}

/** The examples, sorted by name. One without a run.json is an error: nothing would check it. */
export function examples(): readonly Example[] {
  const parent = join(projectFolder, "examples");
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const folder = join(parent, name);
      const run = runSchema.parse(JSON.parse(readFileSync(join(folder, "run.json"), "utf8")));
      return { name, folder, spec: join(folder, "pith.yaml"), run };
    });
}
