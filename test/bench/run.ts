import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBaseImages } from "../../scripts/lib/base-images.ts";
import { bundle } from "../../scripts/lib/bundle.ts";
import { output } from "../../scripts/lib/command.ts";
import { givenEngine, stores, withEngine } from "../../scripts/lib/engine.ts";
import { buildFrontendImage } from "../../scripts/lib/frontend-image.ts";
import { projectVersion, say } from "../../scripts/lib/project.ts";
import { type AssemblerResult, measureAssembler } from "./assembler.ts";
import { allScenarios, type BuildResult, buildCases, measureBuilds, type Scenario } from "./builds.ts";
import { compressedBytes } from "./compressed-size.ts";
import { measureResolver, type ResolverResult } from "./resolver.ts";
import { printAssembler, printBuilds, printResolver, printVerify } from "./tables.ts";
import { measureVerify, type VerifyResult } from "./verify.ts";

const usage =
  "usage: npm run bench -- [--only builds|verify|resolver|assembler] [--example NAME] [--scenario NAME,...] [--store classic|containerd] [--runs N] [--json FILE]";

/** Everything that one run measured, as `--json` writes it. */
interface Measured {
  readonly store: string | undefined;
  readonly frontendBytes: number | undefined;
  readonly builds: readonly BuildResult[];
  readonly verify: readonly VerifyResult[];
  readonly resolver: readonly ResolverResult[];
  readonly assembler: AssemblerResult | undefined;
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    example: { type: "string" },
    scenario: { type: "string" },
    store: { type: "string", default: "classic" },
    runs: { type: "string", default: "7" },
    json: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<number> {
  const store = stores.find((known) => known === values.store);
  const runs = Number(values.runs);
  if (values.help || store === undefined || scenarios?.length === 0 || !Number.isInteger(runs) || runs < 1) {
    say(usage);
    return values.help ? 0 : 2;
  }
  const nothing = { store: undefined, frontendBytes: undefined, builds: [], verify: [] };
  const given = givenEngine();
  const builds =
    values.only === "resolver" || values.only === "assembler"
      ? nothing
      : given === undefined
        ? await withEngine(store, async (engine) => measureOn(engine, runs))
        : await measureOn(given, runs);
  const measured: Measured = {
    ...builds,
    resolver: wants("resolver") ? await resolverAlone(runs) : [],
    assembler: wants("assembler") ? await measureAssembler({ runs }) : undefined,
  };
  if (measured.builds.length > 0) console.log(printBuilds(measured));
  if (measured.verify.length > 0) console.log(printVerify(measured.verify));
  if (measured.resolver.length > 0) console.log(printResolver(measured.resolver));
  if (measured.assembler !== undefined) console.log(printAssembler(measured.assembler));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measured, undefined, 2)}\n`);
  return 0;
}

/** Whether a part that needs no engine was asked for; all of them are where none is named. */
function wants(part: "resolver" | "assembler"): boolean {
  return (values.only ?? part) === part;
}

/** The scenarios that are named; undefined where all are to be measured. */
const scenarios: readonly Scenario[] | undefined =
  values.scenario === undefined
    ? undefined
    : allScenarios.filter((known) => values.scenario?.split(",").includes(known));

async function measureOn(
  engine: {
    readonly store: string;
    readonly registry: string;
    readonly environment: Readonly<Record<string, string>>;
  },
  runs: number,
): Promise<Omit<Measured, "resolver" | "assembler">> {
  Object.assign(process.env, engine.environment);
  await ensureBaseImages(engine.registry);
  const frontend = `${engine.registry}/pith:1`;
  await buildFrontendImage({ tag: frontend, push: true, version: projectVersion() });
  // Images that a machine has after its first build are there, so that no build pays for their transfer.
  for (const image of [frontend, ...buildCases.map((one) => one.base)]) await output("docker", ["pull", "-q", image]);
  const builds: BuildResult[] = [];
  const verify: VerifyResult[] = [];
  for (const one of buildCases) {
    if (values.example !== undefined && values.example !== one.example) continue;
    if (values.only !== "verify") builds.push(await measureBuilds(one, { frontend, runs, only: scenarios }));
    if (values.only !== "builds") verify.push(await measureVerify(one, { frontend, runs }));
  }
  return { store: engine.store, frontendBytes: await compressedBytes(engine.registry, "pith", "1"), builds, verify };
}

async function resolverAlone(runs: number): Promise<readonly ResolverResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-bench-"));
  try {
    for (const name of ["resolver", "layer-thread"] as const) await bundle(name, folder);
    return measureResolver(join(folder, "resolver.js"), {
      runs: Math.max(1, Math.round(runs / 3)),
      told: (result) => say(`bench: resolver, ${result.name}: ${result.seconds.toFixed(2)} s`),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = await main();
