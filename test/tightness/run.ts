import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { installTracer } from "../../scripts/lib/packages.ts";
import { say } from "../../scripts/lib/project.ts";
import { type CorpusProgram, chosenPrograms, corpusPrograms, type Level } from "../support/corpus.ts";
import { dockerOutput, testEngine } from "../support/engine.ts";
import { packTracer } from "../support/traced-run.ts";
import { measureTightness, type Tightness } from "./measure.ts";
import { type Line, lineOf, readTightness, writeTightness } from "./results.ts";

/*
 * Measures the programs of the corpus on the engine that the environment names, as `npm run corpus -- --tightness`
 * starts it. Writes results.json, where the lines of programs that PITH_CORPUS does not name stay as they are.
 * PITH_TIGHTNESS_JSON names a file for all that was found: what is there already is not measured again, so that a run
 * that was ended goes on.
 */
async function main(): Promise<number> {
  await installTracer();
  const folder = mkdtempSync(join(tmpdir(), "pith-tracer-"));
  try {
    const tools = join(folder, "tools");
    await packTracer(tools);
    const cases = casesOf(chosenPrograms());
    const file = process.env["PITH_TIGHTNESS_JSON"];
    const before = readBefore(file);
    const measured = cases.map(({ program: { group, name }, level }) =>
      before.find((one) => one.group === group && one.name === name && one.level === level),
    );
    const pending = [...cases.entries()].filter(([index]) => measured[index] === undefined);
    let failures = 0;
    const worker = async (): Promise<void> => {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        const [index, { program, level }] = next;
        const title = titleOf(next[1]);
        try {
          const found = await measureTightness(program, level, tools);
          measured[index] = found;
          if (file !== undefined) writeFileSync(file, JSON.stringify(measured.filter((one) => one !== undefined)));
          say(`${title}: ${lineOf(found).ratio.toFixed(2)}`);
        } catch (failure) {
          failures++;
          say(`${title}: ${failure instanceof Error ? failure.message : String(failure)}`);
        }
        // As the corpus does: the disk may be small.
        if (index % 15 === 14) await dockerOutput(["builder", "prune", "--force", "--keep-storage=8GB"]);
      }
    };
    await Promise.all([worker(), worker()]);
    const found = measured.filter((one) => one !== undefined).map(lineOf);
    const others = otherCases(readTightness().programs, cases);
    const programs = inOrder([...found, ...others]);
    for (const absent of otherCases(casesOf(corpusPrograms()), programs)) say(`${titleOf(absent)}: not measured`);
    writeTightness({ machine: await machine(), programs });
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program at a level. */
interface Case {
  readonly group: string;
  readonly name: string;
  readonly level: Level;
}

/** All that programs can be measured at; a few are in the corpus for what is said of them when they are built. */
function casesOf(programs: readonly CorpusProgram[]): readonly (Case & { readonly program: CorpusProgram })[] {
  const running = programs.filter(({ runs, server }) => runs.length > 0 || server !== undefined);
  return running.flatMap((program) =>
    program.levels.map((level) => ({ group: program.group, name: program.name, level, program })),
  );
}

function titleOf({ group, name, level }: Case): string {
  return `${group} ${name} at ${level}`;
}

/** Those that are not among others. */
function otherCases<T extends Case>(cases: readonly T[], others: readonly Case[]): readonly T[] {
  const known = new Set(others.map(titleOf));
  return cases.filter((one) => !known.has(titleOf(one)));
}

/** As the corpus has them; what it has no more is dropped. */
function inOrder(lines: readonly Line[]): readonly Line[] {
  return corpusPrograms().flatMap(({ group, name, levels }) =>
    levels.flatMap((level) =>
      lines.filter((line) => line.group === group && line.name === name && line.level === level),
    ),
  );
}

const measuredSchema = z.array(
  z.object({
    group: z.string(),
    name: z.string(),
    level: z.enum(["safe", "reachable"]),
    shippedBytes: z.number(),
    openedBytes: z.number(),
    unopened: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
  }),
);

function readBefore(file: string | undefined): readonly Tightness[] {
  if (file === undefined || !existsSync(file)) return [];
  return measuredSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Where it was measured. */
async function machine(): Promise<string> {
  const engine = await dockerOutput(["version", "--format", "{{.Server.Version}}"]);
  const strace = /version (\S+)/u.exec(await output("strace", ["-V"]))?.[1] ?? "";
  const kernel = (await output("uname", ["-sr"])).trim();
  const processor = cpus()[0]?.model ?? "processor";
  return `${cpus().length} cores (${processor}), ${kernel}, Docker ${engine} with the ${testEngine().store} store, strace ${strace}`;
}

process.exitCode = await main();
