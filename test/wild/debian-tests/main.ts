import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder, say } from "../../../scripts/lib/project.ts";
import { twoAtOnce } from "../../../scripts/lib/two-at-once.ts";
import { wildFolder } from "../roots.ts";
import { type PackageResult, sweepPackage } from "./run.ts";
import { sampledSources } from "./sources.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sources: { type: "string" },
    sections: { type: "string" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "20" },
    label: { type: "string", default: "now" },
    cli: { type: "string", default: join(projectFolder, "dist/cli.js") },
  },
});

async function main(): Promise<void> {
  const index = values.sources;
  if (index === undefined) throw new Error("cannot choose packages: --sources FILE names no index of sources");
  const wanted = values.sections?.split(",");
  const all = sampledSources(readFileSync(index, "utf8"), values.seed).filter(
    ({ section }) => wanted === undefined || wanted.includes(section),
  );
  const from = Number(values.from);
  const chosen =
    positionals.length > 0
      ? all.filter(({ name }) => positionals.includes(name))
      : all.slice(from, from + Number(values.count));
  const folder = join(wildFolder(), "results", `debian-tests-${values.label}`);
  mkdirSync(folder, { recursive: true });
  say(`debian-tests: ${String(chosen.length)} of ${String(all.length)} sources`);
  await twoAtOnce(chosen, async (source) => {
    const file = join(folder, `${source.name}.json`);
    if (existsSync(file) && positionals.length === 0) return;
    const result = await sweepPackage(source, resolve(values.cli));
    writeFileSync(file, `${JSON.stringify(result, undefined, 1)}\n`);
    print(result);
  });
}

function print(result: PackageResult): void {
  const { name, kind, skipped, tests, programs, files, lost, announced, unstarted, bytes } = result;
  if (skipped !== undefined) return say(`${name}: skipped: ${skipped.replaceAll("\n", " ").slice(0, 300)}`);
  const codes = Object.entries(tests).map(([test, code]) => `${test}=${String(code)}`);
  say(
    `${name} (${kind}, ${codes.join(" ")}): ${String(programs.length)} programs, ${String(files)} files, ` +
      `${(bytes / 1e6).toFixed(1)} MB, ${String(lost.length)} lost, ${String(announced.length)} announced, ${String(unstarted.length)} of programs outside`,
  );
  for (const { path, how, by, owner } of [...lost, ...unstarted.filter((loss) => loss.how === "start")].slice(0, 12)) {
    say(`    ${how} ${path} (${owner}) by ${by}`);
  }
}

await main();
