import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { type CorpusRun, type Level, type Question, questionSchema, runSchema } from "../support/corpus.ts";

/** A question that a client of Debian asks: a shell command among all clients, in the server's network. */
export interface ClientQuestion {
  readonly sh: string;
  readonly answer: string;
}

/** One program that nobody of the project has looked at: `test/wild/programs/<group>/<name>.yaml`. */
export interface WildProgram {
  /** The kind of program, by which figures are kept apart. */
  readonly group: string;
  readonly name: string;
  /** Packages of Debian that its builder installs. */
  readonly packages: readonly string[];
  /** Packages that have nothing to do with it, which its builder has before them. */
  readonly others?: readonly string[];
  /** Its builder has npm's own Node at /usr/local/bin/node. */
  readonly node: boolean;
  /** Files that are put into the builder, by their paths. */
  readonly root: Readonly<Record<string, string>>;
  /** A shell script that ends the making of the builder. */
  readonly setup: string;
  readonly levels: readonly Level[];
  /** The spec without its first line. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The build context. */
  readonly files: Readonly<Record<string, string>>;
  /** Directories that are empty memory where it runs, as `docker run --tmpfs` gives them. */
  readonly tmpfs: readonly string[];
  /** Directories that are volumes where it runs: they begin as what the image has there. */
  readonly volumes: readonly string[];
  readonly runs: readonly CorpusRun[];
  readonly ask: readonly (Question | ClientQuestion)[];
}

const texts = z.array(z.string());
const textMap = z.record(z.string(), z.string());

const programSchema = z.strictObject({
  packages: texts.default([]),
  node: z.boolean().default(false),
  root: textMap.default({}),
  setup: z.string().default(""),
  levels: z.array(z.enum(["safe", "reachable"])).default(["safe", "reachable"]),
  spec: z.record(z.string(), z.unknown()),
  files: textMap.default({}),
  tmpfs: texts.default(["/tmp"]),
  volumes: texts.default([]),
  runs: z.array(runSchema).default([]),
  ask: z.array(z.union([questionSchema, z.strictObject({ sh: z.string(), answer: z.string() })])).default([]),
});

const programsFolder = join(projectFolder, "test/wild/programs");

/** The programs whose names or groups are wanted, all where none are. */
export function wildPrograms(wanted: readonly string[]): readonly WildProgram[] {
  const programs = globSync("*/*.yaml", { cwd: programsFolder }).sort().map(readProgram);
  for (const word of wanted) {
    if (!programs.some(({ group, name }) => word === group || word === name)) {
      throw new Error(`cannot find ${word}: it is neither a program nor a group of test/wild/programs`);
    }
  }
  return programs.filter(({ group, name }) => wanted.length === 0 || wanted.includes(group) || wanted.includes(name));
}

function readProgram(file: string): WildProgram {
  const read = programSchema.safeParse(parse(readFileSync(join(programsFolder, file), "utf8")));
  if (!read.success) throw new Error(`cannot read ${file}: ${z.prettifyError(read.error)}`);
  return { group: dirname(file), name: basename(file, ".yaml"), ...read.data };
}
