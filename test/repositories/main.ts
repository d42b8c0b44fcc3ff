import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { say } from "../../scripts/lib/project.ts";
import { twoAtOnce } from "../../scripts/lib/two-at-once.ts";
import { type DockerfileTrial, dockerfileCases, sayTrial, tryDockerfile } from "./dockerfiles.ts";
import { ensureStandIns } from "./images.ts";
import { repositories } from "./list.ts";
import { makeRepository } from "./make.ts";
import { writeDockerfiles, writeSizes, writeTrials } from "./results.ts";
import { measureSizes, sizesTable } from "./sizes.ts";
import { type Trial, trialSchema, tryRepository } from "./trial.ts";

const usage = `usage: npm run -s repositories -- images [NAME ...]
       npm run -s repositories -- make FOLDER [NAME ...]
       npm run -s repositories -- try FOLDER [NAME ...]
       npm run -s repositories -- table FOLDER
       npm run -s repositories -- sizes FOLDER [NAME ...]
       npm run -s repositories -- dockerfiles FOLDER [NAME ...]

The last three write what they found into test/repositories/results.json. The engine is the one that npm run engine -- up has printed; the frontend is the one in its registry.`;

async function main(args: readonly string[]): Promise<number> {
  const [verb = "", first, ...rest] = args;
  const registry = process.env["PITH_REGISTRY"];
  if (registry === undefined || !["images", "make", "try", "table", "sizes", "dockerfiles"].includes(verb)) {
    say(usage);
    return 2;
  }
  if (verb === "images") {
    await ensureStandIns(registry, first === undefined ? [] : [first, ...rest]);
    return 0;
  }
  const folder = resolve(first ?? "");
  const frontend = process.env["PITH_FRONTEND"] ?? `${registry}/pith:1`;
  const results = join(folder, "results.jsonl");
  const chosen = repositories().filter(({ name }) => rest.length === 0 || rest.includes(name));
  mkdirSync(folder, { recursive: true });
  if (verb === "table") {
    const trials = readTrials(results);
    process.stdout.write(`${tableOf(trials).join("\n")}\n`);
    writeTrials(trials);
    return 0;
  }
  if (verb === "sizes") {
    const sized = await measureSizes(repositories(), { folder, frontend, names: rest });
    process.stdout.write(`${sizesTable(sized).join("\n")}\n`);
    writeSizes(sized);
    return 0;
  }
  if (verb === "dockerfiles") {
    const wanted = dockerfileCases().filter(({ name }) => rest.length === 0 || rest.includes(name));
    const tried: DockerfileTrial[] = [];
    await twoAtOnce(wanted, async (one) => {
      const trial = await tryDockerfile(one, { folder, frontend });
      appendFileSync(join(folder, "dockerfiles.jsonl"), `${JSON.stringify(trial)}\n`);
      sayTrial(trial);
      tried.push(trial);
    });
    writeDockerfiles(tried);
    return 0;
  }
  await twoAtOnce(chosen, async (repository) => {
    const { name } = repository;
    if (verb === "make") {
      const problem = await makeRepository(repository, folder);
      say(problem === undefined ? `${name}: made` : `${name}: not made: ${problem}`);
      return;
    }
    if (!existsSync(join(folder, name))) return;
    const trial = await tryRepository(repository, { folder, frontend });
    appendFileSync(results, `${JSON.stringify(trial)}\n`);
    const size = trial.bytes === undefined ? "" : ` ${megabytes(trial.bytes)} MB`;
    say(`${name}: ${trial.reached}${size} in ${String(trial.seconds)} s`);
  });
  return 0;
}

/** The last trial of each repository. */
function readTrials(file: string): readonly Trial[] {
  const last = new Map<string, Trial>();
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const trial = trialSchema.parse(JSON.parse(line));
    last.set(trial.name, trial);
  }
  return [...last.values()];
}

function tableOf(trials: readonly Trial[]): readonly string[] {
  const works = ({ reached }: Trial): boolean => reached === "answered" || reached === "told";
  const kinds = [...new Set(trials.map(({ kind }) => kind))].sort();
  const lines = kinds.map((kind) => {
    const own = trials.filter((one) => one.kind === kind);
    const sizes = own.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes])).sort((left, right) => left - right);
    const [smallest = 0] = sizes;
    const largest = sizes.at(-1) ?? 0;
    const size =
      sizes.length === 0
        ? ""
        : smallest === largest
          ? megabytes(smallest)
          : `${megabytes(smallest)} to ${megabytes(largest)}`;
    return `| ${kind} | ${String(own.length)} | ${String(own.filter(works).length)} | ${size} |`;
  });
  const all = `| all | ${String(trials.length)} | ${String(trials.filter(works).length)} | |`;
  return ["| kind | repositories | work | MB |", "| --- | --- | --- | --- |", ...lines, all];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

process.exitCode = await main(process.argv.slice(2));
