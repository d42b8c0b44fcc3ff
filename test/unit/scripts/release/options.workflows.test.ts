import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../../../scripts/lib/project.ts";
import { parseReleaseOptions } from "../../../../scripts/release/options.ts";

const step = z.union([
  z.object({ name: z.string().optional(), run: z.string(), env: z.record(z.string(), z.string()).optional() }).strict(),
  z.object({ uses: z.string().regex(/@v\d+$/u), with: z.record(z.string(), z.unknown()).optional() }).strict(),
]);
const workflow = z.object({ jobs: z.record(z.string(), z.looseObject({ steps: z.array(step) })) });
const job = z.looseObject({ script: z.array(z.string()) });

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8"))).scripts;

function read(name: string): unknown {
  return parse(readFileSync(join(projectFolder, name), "utf8"));
}

/** The commands of each file of continuous integration. */
function commands(): ReadonlyMap<string, readonly string[]> {
  const folder = ".github/workflows";
  const found = readdirSync(join(projectFolder, folder)).map((name) => {
    const { jobs } = workflow.parse(read(`${folder}/${name}`));
    const steps = Object.values(jobs).flatMap((one) => one.steps);
    return [name, steps.flatMap((one) => ("run" in one ? [one.run.replaceAll("\\\n", "")] : []))] as const;
  });
  const { check, release } = z.looseObject({ check: job, release: job }).parse(read(".gitlab-ci.yml"));
  return new Map([...found, [".gitlab-ci.yml", [...check.script, ...release.script]]]);
}

test("every script that continuous integration runs is one of the package", () => {
  const names = [...commands().values()].flat().flatMap((line) => [...line.matchAll(/npm run (?<name>[\w:-]+)/gu)]);
  expect(names.length).toBeGreaterThan(4);
  for (const { groups } of names) expect(Object.keys(scripts)).toContain(groups?.["name"]);
});

test("the words that a release is given are its own", () => {
  for (const [file, lines] of commands()) {
    const words = lines.flatMap((line) => /npm run release -- (?<words>.*)/u.exec(line)?.groups?.["words"] ?? []);
    expect(words, file).toHaveLength(1);
    for (const text of words) expect(parseReleaseOptions(text.replaceAll('"', "").split(/\s+/u)), file).toBeDefined();
  }
});
