import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { projectFolder } from "../../scripts/lib/project.ts";
import { readCorpus, smallestCorpus, writeCorpus } from "./corpus.ts";
import { type Coverage, countBranches } from "./coverage.ts";
import { type Figures, fuzz } from "./fuzz.ts";
import type { Target } from "./target.ts";

const usage = `usage: npm run fuzz -- [--seconds N | --inputs N] [--seed N] [--target NAME] [--keep]
Hands changed inputs to the readers of what strangers write, and prints a table. Inputs that make new branches of a reader run are
changed further. N seconds (default: 120) or N inputs are those of all targets together. The same seed gives the same inputs.
Inputs at which a reader breaks its word are kept in .cache/fuzz, as is the first line of a file NAME-current where it never ends.

  --keep  Adds to test/fuzz/corpus what makes new branches run, and takes away what no longer does.`;

const { values } = parseArgs({
  options: {
    inputs: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    target: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const folder = join(projectFolder, ".cache/fuzz");
const defaultSeconds = 120;

async function main(): Promise<number> {
  if (values.help) {
    console.error(usage);
    return 0;
  }
  const coverage = countBranches();
  const { targets } = await import("./targets.ts");
  const wanted = targets.filter(({ name }) => values.target === undefined || values.target === name);
  if (wanted.length === 0) {
    console.error(`there is no target ${String(values.target)}: ${targets.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  console.log(`seed ${values.seed}\n`);
  console.log("| reader | inputs | branches | corpus | inputs a second | slowest, ms | findings |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  let total = 0;
  let findings = 0;
  for (const target of wanted) {
    const figures = await fuzzOne(target, coverage, wanted.length);
    total += figures.inputs;
    findings += figures.findings.length;
  }
  console.log(`\n${total.toLocaleString("en-US")} inputs, ${String(findings)} findings`);
  return findings === 0 ? 0 : 1;
}

async function fuzzOne(target: Target, coverage: Coverage, share: number): Promise<Figures> {
  const current = join(folder, `${fileNameOf(target)}-current`);
  mkdirSync(folder, { recursive: true });
  const descriptor = openSync(current, "w");
  const before = coverage.covered();
  const start = performance.now();
  const limit =
    values.inputs === undefined
      ? { milliseconds: (Number(values.seconds ?? defaultSeconds) * 1000) / share }
      : { inputs: Math.ceil(Number(values.inputs) / share) };
  const figures = await fuzz(target, {
    ...limit,
    seed: Number(values.seed),
    coverage,
    corpus: readCorpus(target),
    // A reader that never ends leaves its input there, in base64: making the file anew for each would take longer.
    onInput: (input) => writeSync(descriptor, `${input.toString("base64")}\n`, 0),
  });
  const seconds = (performance.now() - start) / 1000;
  closeSync(descriptor);
  rmSync(current);
  const counts = [
    figures.inputs,
    coverage.covered() - before,
    figures.corpus.length,
    Math.round(figures.inputs / seconds),
  ];
  const cells = counts.map((count) => count.toLocaleString("en-US"));
  console.log(
    `| ${[target.name, ...cells, figures.slowestMilliseconds.toFixed(0), figures.findings.length].join(" | ")} |`,
  );
  for (const [index, { input, what }] of figures.findings.entries()) {
    const file = join(folder, `${fileNameOf(target)}-${String(index + 1)}`);
    writeFileSync(file, input);
    console.error(`${file}: ${what}`);
  }
  if (values.keep && figures.findings.length === 0) {
    writeCorpus(target, await smallestCorpus(target, figures.corpus.slice(target.seeds.length), coverage));
  }
  return figures;
}

function fileNameOf({ name }: Target): string {
  return name.replaceAll(/\W+/gu, "-");
}

process.exitCode = await main();
