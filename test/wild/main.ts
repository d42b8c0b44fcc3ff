import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { twoAtOnce } from "../../scripts/lib/two-at-once.ts";
import { comparedPrograms, compareFuller } from "./fuller.ts";
import { withOverlay } from "./overlay.ts";
import { wildPrograms } from "./program.ts";
import { writeTrials } from "./results.ts";
import { ensureClients, wildFolder } from "./roots.ts";
import { resultFile, type Trial, tryProgram } from "./trial.ts";

const usage = `usage: npm run wild -- [NAME|GROUP...] [--cli FILE] [--label NAME] [--fuller | --table]

Builds programs that no rule was made for, runs them in their images without an engine, and says what they lost. Takes a superuser, mmdebstrap and strace.

  --cli FILE    The assembler that makes the images. Default: dist/cli.js.
  --label NAME  Under which results are kept, to be compared. Default: now.
  --fuller      Compare the image of each program at safe with the one from a builder that has 40 more packages, and write
                test/wild/results.json. Without names: five programs, a language each.
  --table       Run nothing: write test/wild/results.json from the results that are kept under the label.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: "string", default: join(projectFolder, "dist/cli.js") },
    label: { type: "string", default: "now" },
    table: { type: "boolean", default: false },
    fuller: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return say(usage);
  if (values.table) return writeTrials(values.label);
  const cli = resolve(values.cli);
  const wanted = values.fuller && positionals.length === 0 ? comparedPrograms : positionals;
  const programs = wildPrograms(wanted);
  const folder = join(wildFolder(), "scratch", `clients-${process.pid}`);
  const location = { lower: await ensureClients(), upper: join(folder, "upper"), folder };
  if (values.fuller) {
    await withOverlay(location, async (clients) => compareFuller(programs, { cli, clients }));
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  await withOverlay(location, async (clients) =>
    twoAtOnce(programs, async (program) => {
      try {
        for (const trial of await tryProgram(program, { cli, clients })) keep(trial);
      } catch (failure) {
        say(`${program.group}/${program.name}: ${failure instanceof Error ? failure.message : String(failure)}`);
        process.exitCode = 1;
      }
    }),
  );
  rmSync(folder, { recursive: true, force: true });
}

function keep(trial: Trial): void {
  const { group, name, level, outcome, failures, missed, lacked, bytes } = trial;
  process.stdout.write(`${group}/${name} ${level}: ${outcome}, ${(bytes / 1e6).toFixed(1)} MB\n`);
  const lines = [
    ...failures.slice(0, outcome === "invalid" ? 6 : 2).map((line) => line.slice(0, 1500)),
    ...missed.slice(0, 8).map((path) => `missed ${path}`),
    ...lacked.slice(0, 8).map((path) => `lacked ${path}`),
  ];
  for (const line of lines) process.stdout.write(`    ${line.replaceAll("\n", "\n    ")}\n`);
  const file = resultFile(values.label, trial);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(trial, undefined, 1)}\n`);
}

await main();
