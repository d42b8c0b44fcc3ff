import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { installTracer } from "../../scripts/lib/packages.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { chosenPrograms } from "../support/corpus.ts";
import { dockerOutput, testEngine } from "../support/engine.ts";
import { packTracer } from "../support/traced-run.ts";
import { measureTightness, type Tightness } from "./measure.ts";
import { printTightness, ratioOf } from "./table.ts";

/*
 * Measures the programs of the corpus on the engine that the environment names, as `npm run corpus -- --tightness` starts it. Writes
 * docs/tightness.md where all of them are measured, and prints the page where PITH_CORPUS names some. PITH_TIGHTNESS_JSON names a file
 * for all that was found: what is there already is not measured again, so that a run that was ended goes on.
 */
async function main(): Promise<number> {
  await installTracer();
  const folder = mkdtempSync(join(tmpdir(), "pith-tracer-"));
  try {
    const tools = join(folder, "tools");
    await packTracer(tools);
    // A few are in the corpus for what is said of them when they are built.
    const running = chosenPrograms("classic").filter(({ runs, server }) => runs.length > 0 || server !== undefined);
    const cases = running.flatMap((program) => program.levels.map((level) => ({ program, level })));
    const file = process.env["PITH_TIGHTNESS_JSON"];
    const before = readBefore(file);
    const measured = cases.map(({ program: { group, name }, level }) =>
      before.find((one) => one.group === group && one.name === name && one.level === level),
    );
    const kept = measured.filter((one) => one !== undefined).length;
    const pending = [...cases.entries()].filter(([index]) => measured[index] === undefined);
    const missing: string[] = [];
    const worker = async (): Promise<void> => {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        const [index, { program, level }] = next;
        const title = `${program.group} ${program.name} at ${level}`;
        try {
          const found = await measureTightness(program, level, tools);
          measured[index] = found;
          if (file !== undefined) writeFileSync(file, JSON.stringify(measured.filter((one) => one !== undefined)));
          say(`${title}: ${ratioOf(found).toFixed(2)}`);
        } catch (failure) {
          missing.push(title);
          say(`${title}: ${failure instanceof Error ? failure.message : String(failure)}`);
        }
        // As the corpus does: the disk may be small.
        if (index % 15 === 14) await dockerOutput(["builder", "prune", "--force", "--keep-storage=8GB"]);
      }
    };
    await Promise.all([worker(), worker()]);
    const found = measured.filter((one) => one !== undefined);
    const earlier = kept === 0 ? "" : ` ${kept} of ${found.length} lines are of earlier runs, which it went on from.`;
    const page = printTightness(found, `${await circumstances()}${earlier}`, missing.toSorted());
    if (process.env["PITH_CORPUS"] === undefined) writeFileSync(join(projectFolder, "docs/tightness.md"), page);
    else process.stdout.write(page);
    return missing.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** When and where it was measured. */
async function circumstances(): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  const engine = await dockerOutput(["version", "--format", "{{.Server.Version}}"]);
  const strace = /version (\S+)/u.exec(await output("strace", ["-V"]))?.[1] ?? "";
  const kernel = (await output("uname", ["-sr"])).trim();
  const processor = cpus()[0]?.model ?? "processor";
  return `on ${day}: ${cpus().length} cores (${processor}), ${kernel}, Docker ${engine} with the ${testEngine().store} store, strace ${strace}.`;
}

process.exitCode = await main();
