import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { projectFolder } from "../../scripts/lib/project.ts";
import { type Figures, fuzz } from "./fuzz.ts";
import { targets } from "./targets.ts";

const usage = `usage: npm run fuzz -- [--inputs N] [--seed N] [--target NAME]
Hands N changed inputs (default 100,000, of all targets together) to the readers of what strangers write, and prints a table. The
same seed gives the same inputs. Inputs at which a reader breaks its word are kept in .cache/fuzz.`;

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    target: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    console.error(usage);
    return 0;
  }
  const seed = Number(values.seed);
  const folder = join(projectFolder, ".cache/fuzz");
  console.log(
    `seed ${seed}\n\n| reader | inputs | different answers | inputs a second | slowest, ms | findings |\n| --- | --- | --- | --- | --- | --- |`,
  );
  let total = 0;
  let findings = 0;
  for (const [target, share] of targets) {
    if (values.target !== undefined && values.target !== target.name) continue;
    const inputs = Math.ceil(Number(values.inputs) * (values.target === undefined ? share : 1));
    const start = performance.now();
    const figures = await fuzz(target, { seed, inputs });
    const seconds = (performance.now() - start) / 1000;
    const counts = [figures.inputs, figures.answers, Math.round(figures.inputs / seconds)].map((count) =>
      count.toLocaleString("en-US"),
    );
    const cells = [target.name, ...counts, figures.slowestMilliseconds.toFixed(0), figures.findings.length];
    console.log(`| ${cells.join(" | ")} |`);
    keep(target.name, figures.findings, folder);
    total += figures.inputs;
    findings += figures.findings.length;
  }
  console.log(`\n${total.toLocaleString("en-US")} inputs, ${findings} findings`);
  return findings === 0 ? 0 : 1;
}

function keep(name: string, findings: Figures["findings"], folder: string): void {
  for (const [index, { input, what }] of findings.entries()) {
    const file = join(folder, `${name.replaceAll(/\W+/gu, "-")}-${index + 1}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, input);
    console.error(`${file}: ${what}`);
  }
}

process.exitCode = await main();
