import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";

/** How much of a run-time ships: the two levels that every program of a run-time has to run at. */
export type Level = "safe" | "reachable";

/**
 * The answer that a run of the program must give. A text stands for the whole output without its last line break;
 * `/.../` is a pattern.
 */
interface Expected {
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  readonly exit: number;
}

/** The program, run to its end. */
export interface CorpusRun extends Expected {
  /** Instead of the image's entrypoint. */
  readonly entrypoint?: string | undefined;
  /** Instead of the image's command. */
  readonly args: readonly string[];
  /** Further options of `docker run`, such as `--tmpfs=/tmp`, as a user would give them. */
  readonly docker: readonly string[];
  readonly stdin?: string | undefined;
}

/** A question to a server, asked over its own loopback. */
export type Question =
  | {
      readonly http: string;
      readonly method: string;
      readonly status: number;
      readonly body?: string | undefined;
      /** The media type of the answer. */
      readonly type?: string | undefined;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly tcp: number; readonly send: string; readonly answer: string }
  | { readonly dns: string; readonly port: number; readonly answer: string };

/** The program as a server that answers questions until it is stopped. */
export interface CorpusServer {
  readonly args: readonly string[];
  readonly docker: readonly string[];
  readonly ask: readonly Question[];
}

/** One program of the corpus: `test/corpus/programs/<group>/<name>.yaml`. */
export interface CorpusProgram {
  readonly group: string;
  readonly name: string;
  /** The builder: an image of `test/corpus/images`. */
  readonly image: string;
  /** Further images of `test/corpus/images` that its builders come from. */
  readonly uses: readonly string[];
  /** An image in which it is built a second time, among packages that it does not need: an all-packages image. */
  readonly among?: string | undefined;
  /** One of those in which naive closures lose something. */
  readonly core: boolean;
  /** Why it is hard to ship. */
  readonly hard?: string | undefined;
  readonly levels: readonly Level[];
  /** The spec without its first line and `from`. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The build context. */
  readonly files: Readonly<Record<string, string>>;
  readonly runs: readonly CorpusRun[];
  readonly server?: CorpusServer | undefined;
  /** For a program that cannot work without more than a closure: the code with which the build says so. */
  readonly says?: string | undefined;
}

const texts = z.array(z.string());
const expected = { stdout: z.string().optional(), stderr: z.string().optional(), exit: z.number().default(0) };

/** A question to a server, as a program's file says it. */
export const questionSchema: z.ZodType<Question> = z.union([
  z.strictObject({
    http: z.string(),
    method: z.string().default("GET"),
    status: z.number().default(200),
    body: z.string().optional(),
    type: z.string().optional(),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({ tcp: z.number(), send: z.string().default(""), answer: z.string() }),
  z.strictObject({ dns: z.string(), port: z.number(), answer: z.string() }),
]);

/** A run, as a program's file says it. */
export const runSchema: z.ZodType<CorpusRun> = z.strictObject({
  ...expected,
  entrypoint: z.string().optional(),
  args: texts.default([]),
  docker: texts.default([]),
  stdin: z.string().optional(),
});

const programSchema = z.strictObject({
  image: z.string(),
  uses: texts.default([]),
  among: z.string().optional(),
  core: z.boolean().default(false),
  hard: z.string().optional(),
  levels: z.array(z.enum(["safe", "reachable"])).default(["safe", "reachable"]),
  spec: z.record(z.string(), z.unknown()),
  files: z.record(z.string(), z.string()).default({}),
  runs: z.array(runSchema).default([]),
  server: z
    .strictObject({ args: texts.default([]), docker: texts.default([]), ask: z.array(questionSchema) })
    .optional(),
  says: z.string().optional(),
});

const programsFolder = join(projectFolder, "test/corpus/programs");

/** The programs of the corpus, sorted by group and name. */
export function corpusPrograms(): readonly CorpusProgram[] {
  return readdirSync(programsFolder)
    .sort()
    .flatMap((group) =>
      readdirSync(join(programsFolder, group))
        .sort()
        .map((file) => readProgram(group, file)),
    );
}

/** The programs that a run is about: those whose names or groups PITH_CORPUS lists, all without it. */
export function chosenPrograms(): readonly CorpusProgram[] {
  const listed = process.env["PITH_CORPUS"]?.split(",");
  if (listed === undefined) return corpusPrograms();
  return corpusPrograms().filter(({ group, name }) => listed.includes(group) || listed.includes(name));
}

/** The images of `test/corpus/images` that programs come from. */
export function imagesOf(programs: readonly CorpusProgram[]): ReadonlySet<string> {
  return new Set(
    programs.flatMap(({ image, uses, among }) => [image, ...uses, ...(among === undefined ? [] : [among])]),
  );
}

/** True for programs whose builders have steps, which take an engine. */
export function hasSteps(program: CorpusProgram): boolean {
  const { from, builders, build } = program.spec;
  return packagesOf(program).length > 0 || [from, builders, build].some((key) => key !== undefined);
}

/** The packages that a program installs in the builder of its image. */
export function packagesOf({ spec }: CorpusProgram): readonly string[] {
  return texts.default([]).parse(spec["packages"]);
}

/** The program in an image that has all of its packages already. */
export function inImage(program: CorpusProgram, image: string): CorpusProgram {
  const { packages: _, ...spec } = program.spec;
  return { ...program, image, spec };
}

/** A program as it is, and where its file asks for that, among the packages of another image. */
export function inBoth(program: CorpusProgram): readonly { readonly program: CorpusProgram; readonly place: string }[] {
  const { among } = program;
  const alone = { program, place: "" };
  if (among === undefined) return [alone];
  return [alone, { program: inImage(program, among), place: ` among the packages of ${among}` }];
}

/** True for programs whose only builder is their image, with or without steps: it can be had without an engine. */
export function hasOneBuilder({ spec }: CorpusProgram): boolean {
  return spec["from"] === undefined && spec["builders"] === undefined;
}

function readProgram(group: string, file: string): CorpusProgram {
  const read = programSchema.safeParse(parse(readFileSync(join(programsFolder, group, file), "utf8")));
  if (!read.success) throw new Error(`cannot read ${group}/${file}: ${z.prettifyError(read.error)}`);
  return { group, name: file.replace(/\.yaml$/u, ""), ...read.data };
}

/** Writes the program's build context and its spec at a level; answers the spec's path. */
export function writeContext(program: CorpusProgram, level: Level, folder: string): string {
  for (const [path, content] of Object.entries(program.files)) {
    const hostPath = join(folder, path);
    mkdirSync(dirname(hostPath), { recursive: true });
    writeFileSync(hostPath, content, { mode: content.startsWith("#!") ? 0o755 : 0o644 });
  }
  const hostPath = join(folder, "pith.yaml");
  writeFileSync(hostPath, `# syntax=localhost:5000/pith:1\n${stringify(specAt(program, level))}`);
  return hostPath;
}

function specAt({ spec, image }: CorpusProgram, level: Level): object {
  const whole = { from: `corpus-${image}:1`, ...spec };
  if (level === "safe") return whole;
  const { interpreter, app, ...rest } = z
    .looseObject({ interpreter: z.unknown().optional(), app: z.unknown().optional() })
    .parse(whole);
  return {
    ...rest,
    ...(interpreter === undefined ? {} : { interpreter: { ...mapOf(interpreter, "path"), stdlib: "reachable" } }),
    ...(app === undefined ? {} : { app: { ...mapOf(app, "src"), prune: "reachable" } }),
  };
}

function mapOf(value: unknown, key: string): object {
  return typeof value === "string" ? { [key]: value } : z.looseObject({}).parse(value);
}

/** Whether an output is what was expected: the whole text, or a pattern between slashes. */
export function answers(text: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const pattern = /^\/([^]*)\/$/u.exec(wanted.trim())?.[1];
  return pattern === undefined ? text.trimEnd() === wanted.trimEnd() : new RegExp(pattern, "u").test(text.trimEnd());
}
