import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { chosenPrograms, imagesOf } from "../test/support/corpus.ts";
import { brokenRun, sumTallies, type Tally, tallyLine, troubleReport } from "../test/support/tally-reporter.ts";
import { ensureBaseImages } from "./lib/base-images.ts";
import { passThrough } from "./lib/command.ts";
import { comparedImages, ensureCorpusImageRoots, ensureCorpusImages } from "./lib/corpus-images.ts";
import { ensureCorpusRoot } from "./lib/corpus-root.ts";
import { type Engine, givenEngine, type Store, stores } from "./lib/engine.ts";
import { hasRoomForTwo, messageOf, onEachStore } from "./lib/engines-side-by-side.ts";
import { buildFrontendImage } from "./lib/frontend-image.ts";
import { installBrowser, installMissingTools } from "./lib/packages.ts";
import { projectFolder, projectVersion, say } from "./lib/project.ts";

const usage = `usage: node scripts/test.ts [--project unit|differential|browser|engine|corpus] [--store classic|containerd] [--whole] [--tightness] [vitest arguments]
Runs the unit tests, then the report's page in Chromium, then the engine tests and the corpus of programs on a private engine of each store, both at once where the machine has room (or on the one that DOCKER_HOST, PITH_REGISTRY and PITH_STORE name), and
the simulated loaders against the real ones (as root on x86-64). On the second store, suites of what happens before anything is stored are left out, and of the corpus a share of each group runs, each program at the level at which it ships least; --whole, or a --project, takes all, and PITH_CORPUS=name,group some programs. --tightness: instead of running the corpus, measures how many bytes of its images are opened. Ends with the line "N passed, N failed".`;

const { values, positionals } = parseArgs({
  options: {
    project: { type: "string" },
    store: { type: "string" },
    tightness: { type: "boolean", default: false },
    whole: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
  allowPositionals: true,
});

// Who asks for the corpus or the comparison alone means all of it.
if (values.whole || values.project === "corpus" || values.project === "differential") {
  process.env["PITH_CORPUS"] ??= "all";
}

const troublesSchema = z.array(z.object({ name: z.string(), message: z.string() }));
const tallySchema = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  failures: troublesSchema,
  unsteady: troublesSchema,
});
const wants = (project: string): boolean => (values.project ?? project) === project;
const wantedStores = stores.filter((name) => name === (values.store ?? name));
/** What every push runs: not all of the corpus, and less on the second store. */
const isPush = values.project === undefined && !values.whole;
const wantsEngine = wants("engine") || wants("corpus");
const sideBySide = wantsEngine && givenEngine() === undefined && wantedStores.length > 1 && hasRoomForTwo();
const scratch = mkdtempSync(join(tmpdir(), "pith-test-"));

/** Projects that nothing else runs beside. */
const isAlone: ReadonlySet<string> = new Set(["unit", "browser"]);

/** Runs one vitest project. A run that leaves no tally behind died, which counts as one failure. */
async function runProject(
  project: string,
  environment: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<Tally> {
  const file = join(scratch, `${project}-${environment["PITH_STORE"] ?? "none"}.json`);
  const vitest = join(projectFolder, "node_modules/vitest/vitest.mjs");
  const code = await passThrough(
    process.execPath,
    [vitest, "run", "--project", project, "--passWithNoTests", ...options, ...positionals],
    {
      cwd: projectFolder,
      env: { ...environment, PITH_TALLY_FILE: file },
      ...(sideBySide && !isAlone.has(project) ? { linePrefix: `${environment["PITH_STORE"] ?? project} | ` } : {}),
    },
  );
  const label = [project, environment["PITH_STORE"]].filter((part) => part !== undefined).join(" on ");
  const ended = `ended with code ${code}`;
  if (!existsSync(file)) return brokenRun(label, `${ended} and counted no test`);
  const tally = tallySchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return code !== 0 && tally.failed === 0 ? sumTallies([tally, brokenRun(label, ended)]) : tally;
}

/** What the tests on an engine take from its registry. */
async function prepare({ registry, environment }: Engine): Promise<void> {
  await ensureBaseImages(registry);
  await buildFrontendImage({ tag: `${registry}/pith:1`, push: true, version: projectVersion(), environment });
}

/** Suites of what happens before anything is stored: a push runs them on the first store only. */
const beforeStoring = [
  "audit",
  "bad-specs",
  "completion",
  "debug",
  "explain",
  "healthcheck",
  "lock",
  "managers",
  "policy",
  "serverless",
  "verify",
];

async function runOnEngine(engine: Engine): Promise<readonly Tally[]> {
  say(`test: engine tests on the ${engine.store} store (${engine.dockerHost}, registry ${engine.registry})`);
  const isSecondOfPush = isPush && engine.store !== wantedStores[0];
  const environment = {
    ...engine.environment,
    PITH_FRONTEND: `${engine.registry}/pith:1`,
    PITH_SHARED_FOLDER: scratch,
    ENGINE: "required",
    ...(isSecondOfPush ? { PITH_SECOND_STORE: "1" } : {}),
  };
  const tallies: Tally[] = [];
  const left = isSecondOfPush ? beforeStoring.map((name) => `--exclude=**/engine/${name}.test.ts`) : [];
  if (wants("engine")) tallies.push(await runProject("engine", environment, left));
  // The corpus is made of the machine's own packages.
  if (wants("corpus") && process.arch === "x64") {
    await ensureCorpusImages(engine.registry, imagesOf(chosenPrograms(engine.store)));
    if (!values.tightness) tallies.push(await runProject("corpus", environment));
    else if (!(await measureTightness(environment))) tallies.push(brokenRun("tightness", "not every program answered"));
  }
  return tallies;
}

/** Writes docs/tightness.md; answers whether all programs could be measured. */
async function measureTightness(environment: Readonly<Record<string, string>>): Promise<boolean> {
  const program = join(projectFolder, "test/tightness/run.ts");
  return (await passThrough(process.execPath, [program], { cwd: projectFolder, env: environment })) === 0;
}

/** The roots are made here and not by the tests, of which several files run at once. */
async function runDifferential(options: readonly string[]): Promise<Tally> {
  try {
    await installMissingTools();
    await ensureCorpusRoot();
    await ensureCorpusImageRoots(new Set(comparedImages().map(({ name }) => name)));
  } catch (failure) {
    return brokenRun("differential", messageOf(failure));
  }
  return runProject("differential", {}, options);
}

/** The real loaders run on their own machine only, and in a root that takes a superuser to enter. */
function canCompareLoaders(): boolean {
  return process.arch === "x64" && process.getuid?.() === 0;
}

/** What waits for no engine takes every core; the runner alone would leave one of two idle. */
const everyCore = [`--maxWorkers=${availableParallelism()}`];

async function runWithoutEngine(): Promise<readonly Tally[]> {
  const tallies: Tally[] = [];
  if (wants("unit")) tallies.push(await runProject("unit", {}, everyCore));
  if (wants("browser")) {
    await installBrowser();
    tallies.push(await runProject("browser", {}));
  }
  return tallies;
}

async function runOnStores(
  wanted: readonly Store[],
  alongside: () => Promise<readonly Tally[]>,
): Promise<readonly Tally[]> {
  const last = wanted.at(-1);
  const outcomes = await onEachStore(wanted, {
    prepare,
    run: async (engine) => {
      const tallies = await runOnEngine(engine);
      // The second store has the shorter run.
      return engine.store === last && sideBySide ? [...tallies, ...(await alongside())] : tallies;
    },
  });
  return outcomes.flatMap((one) => ("value" in one ? one.value : [brokenRun(`the ${one.store} store`, one.failure)]));
}

async function main(): Promise<number> {
  if (values.help) {
    say(usage);
    return 0;
  }
  const tallies = [...(await runWithoutEngine())];
  let compared: Promise<readonly Tally[]> | undefined;
  const differential = async (): Promise<readonly Tally[]> => {
    const isWanted = wants("differential") && canCompareLoaders();
    compared ??= isWanted ? runDifferential(sideBySide ? [] : everyCore).then((tally) => [tally]) : Promise.resolve([]);
    return compared;
  };
  if (wantsEngine) {
    const given = givenEngine();
    if (given === undefined) tallies.push(...(await runOnStores(wantedStores, differential)));
    else {
      await prepare(given);
      tallies.push(...(await runOnEngine(given)));
    }
  }
  if (compared === undefined) tallies.push(...(await differential()));
  const total = sumTallies(tallies);
  const trouble = troubleReport(total);
  if (trouble !== "") console.log(trouble);
  console.log(tallyLine(total));
  return total.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
