import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { areas } from "./areas.ts";

const usage = `usage: npm run mutation -- [--sample N [--offset M]] [AREA...]
Changes the sources of an area in one place after the other, runs its unit tests for each change, and prints which share of the changes
the tests notice, and those that they do not. Areas: ${areas.map(({ name }) => name).join(", ")} (default: all). All of them take hours
with one core, so run it with nice.

  --sample N  Changes every Nth line of the sources alone.
  --offset M  Begins at line M of the sources that can be changed: 0 (default) to N-1. Tests that were written after
              a look at one sample are measured with another.`;

const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          status: z.string(),
          mutatorName: z.string(),
          replacement: z.string().optional(),
          location: z.object({ start: z.object({ line: z.number() }) }),
        }),
      ),
    }),
  ),
});
type Report = z.infer<typeof reportSchema>;

const cache = join(projectFolder, ".cache/mutation");
const program = join(projectFolder, "node_modules/@stryker-mutator/core/bin/stryker.js");

const { values, positionals } = parseArgs({
  options: {
    sample: { type: "string" },
    offset: { type: "string", default: "0" },
    help: { type: "boolean", short: "h", default: false },
  },
  allowPositionals: true,
});

function main(names: readonly string[]): number {
  const wanted = areas.filter(({ name }) => names.length === 0 || names.includes(name));
  if (values.help || wanted.length === 0 || names.some((name) => !areas.some((area) => area.name === name))) {
    console.error(usage);
    return 2;
  }
  const rows: string[] = [];
  for (const { name, sources, tests } of wanted) {
    const { status } = spawnSync(process.execPath, [program, "run", "--mutate", placesOf(sources).join(",")], {
      cwd: projectFolder,
      env: { ...process.env, PITH_MUTATED: tests.join(",") },
      stdio: "inherit",
    });
    if (status !== 0) return 1;
    const report = reportSchema.parse(JSON.parse(readFileSync(join(cache, "mutation.json"), "utf8")));
    for (const line of changesOf(report, missed)) console.log(line);
    for (const line of changesOf(report, ["Timeout"])) console.log(`${line} (never ended)`);
    rows.push(row(name, report));
  }
  console.log(
    "\n| part | changes | noticed | of these never ended | not noticed | score |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const one of rows) console.log(one);
  return 0;
}

/** What is changed: all files of a folder, or some of their lines. */
function placesOf(folder: string): readonly string[] {
  if (values.sample === undefined) return [`src/${folder}/**/*.ts`];
  const every = Number(values.sample);
  const offset = Number(values.offset);
  const root = join(projectFolder, "src", folder);
  let line = 0;
  return readdirSync(root)
    .filter((name) => name.endsWith(".ts"))
    .toSorted()
    .flatMap((name) => {
      const lines = readFileSync(join(root, name), "utf8").split("\n");
      return lines.flatMap((text, index) => {
        const isCode = /[=?&|(<>+-]/u.test(text) && !/^\s*(?:\*|\/[/*]|import |export interface|\w+:|\})/u.test(text);
        const isTaken = isCode && line++ % every === offset;
        return isTaken ? [`src/${folder}/${name}:${String(index + 1)}-${String(index + 1)}`] : [];
      });
    });
}

/** A change that no test runs is not noticed either; one that never ends is. */
function row(name: string, { files }: Report): string {
  const found = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted: readonly string[]): number => found.filter((status) => wanted.includes(status)).length;
  const endless = count("Timeout");
  const noticed = count("Killed") + endless;
  const unnoticed = count(...missed);
  const all = noticed + unnoticed;
  const score = ((100 * noticed) / Math.max(1, all)).toFixed(1);
  return `| ${name} | ${String(all)} | ${String(noticed)} | ${String(endless)} | ${String(unnoticed)} | ${score} % |`;
}

const missed: readonly string[] = ["Survived", "NoCoverage"];

function changesOf({ files }: Report, statuses: readonly string[]): readonly string[] {
  return Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants
      .filter(({ status }) => statuses.includes(status))
      .map(({ mutatorName, location, replacement = "" }) => {
        const change = replacement.replaceAll(/\s+/gu, " ").slice(0, 60);
        return `${file}:${String(location.start.line)}: ${mutatorName}: ${change}`;
      }),
  );
}

process.exitCode = main(positionals);
