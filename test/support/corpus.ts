import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";

/** How much of a run-time ships: the two levels that every program of a run-time has to run at. */
export type Level = "safe" | "reachable";

/** What a run of the program must answer. A text stands for the whole output without its last line break; `/.../` is a pattern. */
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
  /** An image in which it is built a second time, among packages that it does not need: that of a crowd. */
  readonly among?: string | undefined;
  /** One of those in which naive closures lose something. */
  readonly bold: boolean;
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
  bold: z.boolean().default(false),
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

/** On the second store, and for the images that they need: enough to see that the store makes no difference. */
const handful = new Set(["express", "flask", "multiprocessing", "pillow", "undici"]);

/** How many programs of a group run on every push, beside those that are marked as bold. */
const shares: Readonly<Record<string, number>> = { python: 8, node: 8 };
const usualShare = 4;

/** The programs that run on every push: the bold ones, and as many others of their group, by name, as its share asks for. */
export function pushedPrograms(): readonly CorpusProgram[] {
  const programs = corpusPrograms();
  const taken = new Map<string, number>();
  const isTaken = new Set<CorpusProgram>();
  for (const program of programs.toSorted((left, right) => Number(right.bold) - Number(left.bold))) {
    const count = taken.get(program.group) ?? 0;
    if (!program.bold && count >= (shares[program.group] ?? usualShare)) continue;
    taken.set(program.group, count + 1);
    isTaken.add(program);
  }
  return programs.filter((program) => isTaken.has(program));
}

/**
 * The programs that a run is about: those whose names or groups PITH_CORPUS lists, for `all` each, without it those of a push; of the
 * last two a handful on the second store.
 */
export function chosenPrograms(store: string): readonly CorpusProgram[] {
  const wanted = process.env["PITH_CORPUS"];
  if (wanted === undefined || wanted === "all") {
    if (store !== "classic") return corpusPrograms().filter(({ name }) => handful.has(name));
    return wanted === undefined ? pushedPrograms() : corpusPrograms();
  }
  const listed = wanted.split(",");
  return corpusPrograms().filter(({ group, name }) => listed.includes(group) || listed.includes(name));
}

/** True for a run of more than a push asks for: crowds are its matter. */
export function isWhole(): boolean {
  return process.env["PITH_CORPUS"] !== undefined;
}

/** The levels at which a run builds a program: all of its own where PITH_CORPUS is set, else the one at which it ships least. */
export function chosenLevels({ levels }: CorpusProgram): readonly Level[] {
  if (isWhole()) return levels;
  return levels.includes("reachable") ? ["reachable"] : levels;
}

/** The images of `test/corpus/images` that programs come from. */
export function imagesOf(programs: readonly CorpusProgram[]): ReadonlySet<string> {
  return new Set(
    programs.flatMap(({ image, uses, among }) => [
      image,
      ...uses,
      ...(among === undefined || !isWhole() ? [] : [among]),
    ]),
  );
}

/** What a program installs in the builder of its image. */
export function packagesOf({ spec }: CorpusProgram): readonly string[] {
  return texts.default([]).parse(spec["packages"]);
}

/** The program in an image that has all of its packages already. */
export function inImage(program: CorpusProgram, image: string): CorpusProgram {
  const { packages: _, ...spec } = program.spec;
  return { ...program, image, spec };
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
