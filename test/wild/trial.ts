import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { capture, output } from "../../scripts/lib/command.ts";
import { folderFiles } from "../../scripts/lib/folder-files.ts";
import { sha256 } from "../../scripts/lib/oci-push.ts";
import type { Command } from "../support/box.ts";
import { type Level, writeContext } from "../support/corpus.ts";
import { unpackImage } from "../support/unpacked-image.ts";
import { type Checking, failuresOf } from "./check.ts";
import { lackedPaths, missedPaths, namesPath, tracesOf } from "./missing.ts";
import { withOverlay } from "./overlay.ts";
import type { WildProgram } from "./program.ts";
import { ensureBuilder, wildFolder } from "./roots.ts";

/** The result of a program at a level. */
export type Outcome = "works" | "announced" | "silent" | "refused" | "invalid";

export interface Trial {
  readonly group: string;
  readonly name: string;
  readonly level: Level;
  readonly outcome: Outcome;
  /** The requirement that the program fails, in words. */
  readonly failures: readonly string[];
  /** The files that the image lacks, its program looked for, and the builder has. */
  readonly missed: readonly string[];
  /** The files that its program opens in the builder, and the image lacks. */
  readonly lacked: readonly string[];
  /** The output of the build. */
  readonly said: string;
  readonly bytes: number;
  readonly files: number;
}

export interface Trying {
  readonly cli: string;
  readonly clients: string;
}

/** Makes a program's builder, sees that it does there what it should, and then what its images do at each level. */
export async function tryProgram(program: WildProgram, trying: Trying): Promise<readonly Trial[]> {
  const layers = await ensureBuilder(program);
  const dependencies = await ensureDependencies(program);
  mkdirSync(join(wildFolder(), "scratch"), { recursive: true });
  const folder = mkdtempSync(join(wildFolder(), "scratch", `${program.name}-`));
  try {
    const context = join(folder, "context");
    mkdirSync(context);
    writeContext({ ...program, image: "wild", uses: [], core: false }, "safe", context);
    if (dependencies !== undefined) cpSync(join(dependencies, "package-lock.json"), join(context, "package-lock.json"));
    const whole = { lower: layers, upper: join(folder, "whole/upper"), folder: join(folder, "whole") };
    const location = { lower: layers, upper: join(folder, "builder/upper"), folder: join(folder, "builder") };
    return await withOverlay(whole, async (whole) =>
      withOverlay(location, async (builder) => {
        await placeApplication(program, { whole, context, dependencies });
        const prepared = { ...trying, layers, dependencies, context, folder, whole, builder };
        const failures = await validate(program, prepared);
        if (failures.length > 0) return [{ ...named(program, "safe"), ...nothing, outcome: "invalid", failures }];
        const trials: Trial[] = [];
        for (const level of program.levels) trials.push(await tryLevel(program, { ...prepared, level }));
        return trials;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const nothing = { missed: [], lacked: [], said: "", bytes: 0, files: 0 } as const;

function named({ group, name }: WildProgram, level: Level): Pick<Trial, "group" | "name" | "level"> {
  return { group, name, level };
}

interface Prepared extends Trying {
  readonly layers: readonly string[];
  readonly dependencies: string | undefined;
  readonly context: string;
  readonly folder: string;
  /** The builder's root, as Pith sees it. */
  readonly builder: string;
  /** The same with the application in it, as a program would run there. */
  readonly whole: string;
}

/** The folder in which npm has installed what the program's package.json lists; undefined where it has none. */
async function ensureDependencies({ files }: WildProgram): Promise<string | undefined> {
  const listed = files["package.json"];
  if (listed === undefined || !/"dependencies"/u.test(listed)) return undefined;
  const folder = join(wildFolder(), "npm", sha256(listed).slice(7, 23));
  if (existsSync(join(folder, "node_modules"))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), listed);
  const options = ["--silent", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--engine-strict=false"];
  await output("npm", ["install", ...options], { cwd: folder });
  return folder;
}

/**
 * The faults of a program in its own builder: its file is wrong then. A result that was right once is not tried again.
 */
async function validate(program: WildProgram, prepared: Prepared): Promise<readonly string[]> {
  const { layers, dependencies } = prepared;
  const { group: _group, levels: _levels, ...matter } = program;
  const key = sha256(JSON.stringify([matter, layers, dependencies])).slice(7, 23);
  const mark = join(wildFolder(), "valid", `${program.name}-${key}`);
  if (existsSync(mark)) return [];
  const failures = await runInBuilder(program, prepared);
  if (failures.length === 0) {
    mkdirSync(join(wildFolder(), "valid"), { recursive: true });
    writeFileSync(mark, "");
  }
  return failures;
}

/** Puts the application and what npm installed for it where they land in the image. */
async function placeApplication(
  program: WildProgram,
  { whole, context, dependencies }: Pick<Prepared, "whole" | "context" | "dependencies">,
): Promise<void> {
  const { app } = statedCommand(program);
  if (app === undefined || app.from !== "context") return;
  const target = join(whole, app.dest);
  mkdirSync(target, { recursive: true });
  cpSync(join(context, app.src), target, { recursive: true });
  if (dependencies !== undefined) await output("cp", ["-a", join(dependencies, "node_modules"), target]);
}

/** Does in the builder all that a program's file asks of it; answers what went wrong. */
async function runInBuilder(
  program: WildProgram,
  { clients, folder, whole }: Prepared,
  traceFile?: string,
): Promise<readonly string[]> {
  const { command, entrypointLength } = statedCommand(program);
  const trace = traceFile === undefined ? {} : { traceFile };
  const location = join(folder, traceFile === undefined ? "box" : "box-traced");
  const volumes = volumesOf(program, []);
  const box = {
    root: whole,
    folder: location,
    tmpfs: memoryOf(program),
    volumes,
    capabilities: "usual",
    ...trace,
  } as const;
  const startMilliseconds = traceFile === undefined ? 60_000 : 30_000;
  return failuresOf({ program, command, entrypointLength, box, clients, startMilliseconds });
}

const texts = z.array(z.string()).default([]);
const appSchema = z.looseObject({
  src: z.string().default("."),
  from: z.string().default("context"),
  dest: z.string().default("/app"),
});
const specSchema = z.looseObject({
  interpreter: z.union([z.string(), z.looseObject({ path: z.string() })]).optional(),
  app: z.union([z.string(), appSchema]).optional(),
  binaries: z.array(z.union([z.string(), z.looseObject({ path: z.string() })])).default([]),
  entrypoint: z.array(z.string()).optional(),
  cmd: texts,
  env: z.record(z.string(), z.string()).default({}),
  workdir: z.string().optional(),
  user: z.union([z.string(), z.number().transform(String)]).default("65532:65532"),
  volumes: texts,
});

/** The commands of a spec, as its builder can run them. */
function statedCommand({ spec }: WildProgram): {
  readonly command: Command;
  readonly entrypointLength: number;
  readonly app: z.infer<typeof appSchema> | undefined;
} {
  const { interpreter, app: stated, binaries, entrypoint: given, cmd, env, workdir, user } = specSchema.parse(spec);
  const program = interpreter ?? binaries[0];
  const entrypoint = given ?? (program === undefined ? [] : [typeof program === "string" ? program : program.path]);
  const app = typeof stated === "string" ? appSchema.parse({ src: stated }) : stated;
  return {
    command: {
      argv: [...entrypoint, ...cmd],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...env },
      workdir: workdir ?? app?.dest ?? "/",
      user,
    },
    entrypointLength: entrypoint.length,
    app,
  };
}

/** Programs may run what they write there. */
function memoryOf({ tmpfs }: WildProgram): readonly string[] {
  return tmpfs.map((location) => `${location}:exec`);
}

function volumesOf({ spec, volumes, tmpfs }: WildProgram, ofImage: readonly string[]): readonly string[] {
  const all = new Set([...volumes, ...specSchema.parse(spec).volumes, ...ofImage]);
  return [...all].filter((location) => !tmpfs.includes(location));
}

async function tryLevel(program: WildProgram, prepared: Prepared & { readonly level: Level }): Promise<Trial> {
  const { cli, clients, level, builder, whole, dependencies, context, folder } = prepared;
  const about = named(program, level);
  const spec = writeContext({ ...program, image: "wild", uses: [], core: false }, level, context);
  const layout = join(folder, `layout-${level}`);
  const node = process.execPath;
  const installed = dependencies === undefined ? [] : ["--dependencies", `dir:${dependencies}`];
  const sources = ["--source", `main=dir:${builder}`, ...installed];
  const options = ["build", "-f", spec, ...sources, "--compression", "none", "-o", `oci:${layout}`];
  const built = await capture(node, [cli, ...options]);
  const said = built.stderr.replaceAll(folder, "");
  if (built.code !== 0) return { ...about, ...nothing, outcome: "refused", failures: [said], said };
  const root = join(folder, `root-${level}`);
  const image = await unpackImage(layout, root);
  const counted = folderFiles(root);
  const bytes = counted.reduce((sum, { size }) => sum + size, 0);
  const files = counted.filter(({ type }) => type === "file").length;
  const sizes = { said, bytes, files };
  const box = {
    root,
    folder: join(folder, `box-${level}`),
    tmpfs: memoryOf(program),
    volumes: volumesOf(program, image.volumes),
    capabilities: "usual",
  } as const;
  const checking: Checking = {
    program,
    command: image.command,
    entrypointLength: image.entrypointLength,
    box,
    clients,
    startMilliseconds: 30_000,
  };
  const failures = await failuresOf(checking);
  if (failures.length === 0) return { ...about, ...sizes, outcome: "works", failures, missed: [], lacked: [] };
  const traceFile = join(folder, `trace-${level}`);
  await failuresOf({
    ...checking,
    startMilliseconds: 10_000,
    box: { ...box, traceFile, folder: `${box.folder}-traced` },
  });
  const missed = missedPaths(traceFile, { root, builder: whole });
  const builderTrace = join(folder, "trace-builder");
  if (tracesOf(builderTrace).length === 0) await runInBuilder(program, prepared, builderTrace);
  const lacked = lackedPaths(builderTrace, { root, builder: whole });
  const outcome = missed.some((path) => namesPath(said, path)) ? "announced" : "silent";
  return { ...about, ...sizes, outcome, failures, missed, lacked };
}

/** Where the result of a trial is kept. */
export function resultFile(label: string, { group, name, level }: Pick<Trial, "group" | "name" | "level">): string {
  return join(wildFolder(), "results", label, `${group}-${name}-${level}.json`);
}

/** Reads what was kept of a trial; undefined where it was not made. */
export function readResult(label: string, trial: Pick<Trial, "group" | "name" | "level">): Trial | undefined {
  const file = resultFile(label, trial);
  if (!existsSync(file)) return undefined;
  return trialSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

const trialSchema: z.ZodType<Trial> = z.object({
  group: z.string(),
  name: z.string(),
  level: z.enum(["safe", "reachable"]),
  outcome: z.enum(["works", "announced", "silent", "refused", "invalid"]),
  failures: z.array(z.string()),
  missed: z.array(z.string()),
  lacked: z.array(z.string()).default([]),
  said: z.string(),
  bytes: z.number(),
  files: z.number(),
});
