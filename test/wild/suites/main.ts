import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder, say } from "../../../scripts/lib/project.ts";
import { twoAtOnce } from "../../../scripts/lib/two-at-once.ts";
import { ensureBase } from "../roots.ts";
import { keepModuleTrial, type ModuleTrial, tryPythonModules } from "./modules.ts";
import { languages, sampleOf } from "./sample.ts";
import { isTried, type SuiteTrial, suiteResultFile, trySuite } from "./trial.ts";

const usage = `usage: npm run suites -- LANGUAGE... [--count N] [--scripts N] [--seed WORD] [--label NAME] [--cli FILE] [--name SOURCE] [--script FILE] [--compiled] [--least N] [--most N] [--pluggable]

Takes test scripts of libraries as applications, at both levels, without an engine: those of Debian's source packages, in an order that a seed decides.

       npm run suites -- modules [--count N] [--packages N] [--module NAME]... [--level LEVEL]... [--seed WORD] [--label NAME] [--cli FILE]

Loads modules of Python one at a time: those of its own library, and up to eight of each of a sample of packages. What is then loaded has to be what it is in the builder.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: "string", default: join(projectFolder, "dist/cli.js") },
    label: { type: "string", default: "now" },
    count: { type: "string", default: "20" },
    scripts: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    name: { type: "string", multiple: true, default: [] },
    script: { type: "string" },
    compiled: { type: "boolean", default: false },
    least: { type: "string", default: "0" },
    most: { type: "string", default: "12" },
    packages: { type: "string", default: "0" },
    module: { type: "string", multiple: true, default: [] },
    level: { type: "string", multiple: true, default: ["safe", "reachable"] },
    pluggable: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return say(usage);
  const trying = {
    cli: resolve(values.cli),
    count: Number(values.scripts),
    levels: ["safe", "reachable"] as const,
    only: values.script,
    isPluggable: values.pluggable,
  };
  if (positionals.includes("modules")) return tryModules(trying.cli);
  await ensureBase();
  for (const language of languages.filter((one) => positionals.includes(one))) {
    // Packages whose tests take many others use more, and take longer to install.
    const [least, most] = [Number(values.least), Number(values.most)];
    const sample = (await sampleOf(language, values.seed)).filter(
      ({ isCompiled, testDependencies: { length } }) =>
        (isCompiled || !values.compiled) && length >= least && length <= most,
    );
    const { name: names } = values;
    const chosen = names.length === 0 ? sample.slice(0, 200) : sample.filter(({ name }) => names.includes(name));
    let left = Number(values.count);
    await twoAtOnce(chosen, async (source) => {
      if (left <= 0) return;
      if (names.length === 0 && isTried(values.label, source.name)) return;
      const tried = await trySuite(language, source, trying).catch((failure: unknown) => String(failure));
      if (typeof tried === "string") say(`${language}/${source.name}: ${tried.slice(0, 900)}`);
      else {
        left--;
        for (const trial of tried) print(trial);
      }
      const file = suiteResultFile(values.label, source.name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ language, tried }, undefined, 1)}\n`);
    });
  }
}

async function tryModules(cli: string): Promise<void> {
  const { seed, label, module: only } = values;
  const levels = (["safe", "reachable"] as const).filter((level) => values.level.includes(level));
  const [count, packages] = [Number(values.count), Number(values.packages)];
  const counts = new Map<string, number>();
  const report = (trial: ModuleTrial): void => {
    const key = `${trial.level} ${trial.outcome}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    process.stdout.write(`${keepModuleTrial(label, trial)}\n`);
  };
  await tryPythonModules({ cli, levels, seed, count, packages, only, report });
  for (const [key, number] of counts) process.stdout.write(`${key}: ${number}\n`);
}

function print({
  language,
  name,
  script,
  level,
  outcome,
  failure,
  missed,
  lacked,
  bytes,
  milliseconds,
}: SuiteTrial): void {
  const about = `${language}/${name} ${script} ${level}: ${outcome}, ${(bytes / 1e6).toFixed(1)} MB, ${milliseconds} ms`;
  const lines = [
    ...(failure === "" ? [] : [failure.slice(0, 1200)]),
    ...missed.slice(0, 6).map((path) => `missed ${path}`),
    ...lacked
      .filter((path) => !path.endsWith(".gemspec"))
      .slice(0, outcome === "works" ? 6 : 12)
      .map((path) => `lacked ${path}`),
  ];
  process.stdout.write(`${[about, ...lines.map((line) => `    ${line.replaceAll("\n", "\n    ")}`)].join("\n")}\n`);
}

await main();
