import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  chosenPrograms,
  imagesOf,
  programsWithoutSteps,
  programsWithSteps,
  turnVariable,
} from "../test/support/corpus.ts";
import { brokenRun, judgeTallies, type Tally, tallyLine, troubleReport } from "../test/support/tally-reporter.ts";
import { ensureBaseImages } from "./lib/base-images.ts";
import { changedPaths, touchesClosures, touchesReleases, turnOfCommit } from "./lib/change.ts";
import { passThrough } from "./lib/command.ts";
import { ensureCorpusImageRoots, ensureCorpusImages } from "./lib/corpus-images.ts";
import { ensureCorpusRoot } from "./lib/corpus-root.ts";
import { lackOfSpace } from "./lib/disk.ts";
import { captureDocker } from "./lib/docker.ts";
import { type Engine, givenEngine, type Store, withEngine } from "./lib/engine.ts";
import { type Suites, suiteArguments } from "./lib/engine-suites.ts";
import { bundlePrograms, ensureFrontendImage } from "./lib/frontend-image.ts";
import { installBrowser, installRootTools, installTestTools } from "./lib/packages.ts";
import { projectFolder, say, stateFolder } from "./lib/project.ts";
import { runProject, unableRun } from "./lib/test-run.ts";

const usage = `usage: node scripts/test.ts [--all] [--change] [--project NAME] [--store NAME] [--tightness] [vitest arguments]
Runs the check, the unit tests, half a minute of changed inputs, the report's page in Chromium, and the engine tests: on a private
engine with containerd's store all but the long ones, then on one with the classic store those of what storing decides. DOCKER_HOST,
PITH_REGISTRY and PITH_STORE name an engine to use instead. Ends with the line "N passed, N failed".

  --all           Everything: also stress, ten minutes of changed inputs, both stores in full, the corpus, a release, and the
                  simulated loaders against the real ones.
  --change        For a push: also stress and the long engine tests, the corpus where the change touches what closures are made
                  of, in two turns, and a release where it touches what a release is made of.
  --project NAME  One of unit, stress, fuzz, browser, corpus, differential, release, engine. All of it, and nothing else.
  --store NAME    One of classic, containerd.
  --tightness     Measures how many bytes of the corpus's images are opened, and writes docs/tightness.md.

PITH_CORPUS=NAME,GROUP chooses programs of the corpus. docs/testing.md has the whole list of suites.`;

const { values, positionals } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    change: { type: "boolean", default: false },
    project: { type: "string" },
    store: { type: "string" },
    tightness: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
  allowPositionals: true,
});

/** The parts of a run. */
type Part = "check" | "unit" | "stress" | "fuzz" | "browser" | "corpus" | "differential" | "release" | "engine";

const usual: readonly Part[] = ["check", "unit", "fuzz", "browser", "engine"];
const ofAll: readonly Part[] = ["stress", "corpus", "differential", "release"];
const everything: readonly Part[] = [...usual, ...ofAll];
/** What engines and their images take of the disk at most, as it was measured. */
const neededGigabytes = { corpus: 25, engine: 12 } as const;
/** Seconds of changed inputs in a run of everything; there are few in others. */
const longFuzzing = "600";

const scratch = mkdtempSync(join(tmpdir(), "pith-test-"));
/** The first runs in full: containerd's, which refuses nothing. */
const wantedStores: readonly Store[] = (["containerd", "classic"] as const).filter(
  (name) => name === (values.store ?? name),
);

async function chosenParts(): Promise<readonly Part[]> {
  if (values.tightness) return [];
  if (values.project !== undefined) return everything.filter((part) => part === values.project);
  if (values.all) return everything;
  if (!values.change) return usual;
  const changed = await changedPaths();
  if (changed === undefined) say("test: the change is unknown: running the corpus and a release");
  const parts: Part[] = [...usual, "stress"];
  if (changed === undefined || touchesClosures(changed)) {
    parts.push("corpus");
    await takeTurn();
  }
  if (changed === undefined || touchesReleases(changed)) parts.push("release");
  say(`test: this change runs ${parts.join(", ")}`);
  return parts;
}

/** Of two pushes, one runs a program of the corpus at one of its levels, and the other at the other. */
async function takeTurn(): Promise<void> {
  const turn = process.env[turnVariable] ?? (await turnOfCommit());
  if (turn === undefined) return;
  process.env[turnVariable] = turn;
  say(`test: each program of the corpus at one level, those of its core at both: ${turnVariable}=${turn}`);
}

const run = async (project: string, environment: Readonly<Record<string, string>> = {}): Promise<Tally> =>
  runProject({ project, files: [], filters: positionals, environment, scratch });

async function runBrowser(): Promise<Tally> {
  await installBrowser();
  return run("browser");
}

/** The roots are made here and not by the tests, of which several files run at once. */
async function runDifferential(): Promise<Tally> {
  await ensureCorpusRoot();
  await ensureCorpusImageRoots(imagesOf(chosenPrograms()));
  return run("differential");
}

async function runCorpus(): Promise<Tally> {
  await ensureCorpusImageRoots(imagesOf(programsWithoutSteps().map(({ program }) => program)));
  return run("corpus");
}

/** Suites in roots of Debian, which they enter by chroot(8) or in a namespace. */
async function runInRoots(name: string, suite: () => Promise<Tally>): Promise<Tally> {
  if (process.arch !== "x64" || process.getuid?.() !== 0) return unableRun(name, "needs root on x86-64");
  await installRootTools();
  return suite();
}

/** Makes what the tests on an engine take from its registry. */
async function prepare({ registry, environment }: Engine, parts: ReadonlySet<Part>): Promise<void> {
  await installTestTools();
  await ensureBaseImages(registry);
  await ensureFrontendImage(registry, environment);
  if (parts.has("corpus")) await ensureCorpusImages(registry, imagesOf(programsWithSteps()));
  // Images that an earlier run made, and whose names this one gives to others.
  await captureDocker(["image", "prune", "--force"], { env: environment });
}

/** An engine, and how much of the suites runs on it. */
interface Run {
  readonly engine: Engine;
  readonly parts: ReadonlySet<Part>;
  readonly suites: Suites;
}

/** Runs a project on an engine; all of it where no files are named. */
async function suiteOn({ engine, suites }: Run, project: string, files: readonly string[] = []): Promise<Tally> {
  const environment = {
    ...engine.environment,
    PITH_FRONTEND: `${engine.registry}/pith:1`,
    PITH_SHARED_FOLDER: scratch,
    PITH_SUITES: suites.isInFull ? "all" : "storing",
    ENGINE: "required",
  };
  const found = { project, place: engine.store, files, filters: positionals };
  return runProject({ ...found, environment, scratch });
}

async function runTogether(run: Run): Promise<readonly Tally[]> {
  const { engine, parts, suites } = run;
  const much = suites.isInFull ? "in full" : "where it decides";
  const less = suites.hasLong ? "" : ", without the long suites";
  say(`test: the ${engine.store} store ${much}${less} (${engine.dockerHost}, registry ${engine.registry})`);
  await prepare(engine, parts);
  const tallies: Tally[] = [];
  if (parts.has("engine")) tallies.push(await suiteOn(run, "engine", suiteArguments(suites, "engine")));
  if (parts.has("corpus") && suites.isInFull) {
    await dropImages(engine);
    tallies.push(await suiteOn(run, "corpus-steps"));
  }
  await dropImages(engine);
  return tallies;
}

/**
 * Frees the disk of what a suite built: gigabytes, of no use to what follows. An engine that is given keeps its images.
 */
async function dropImages({ environment }: Engine): Promise<void> {
  if (givenEngine() === undefined) await captureDocker(["image", "prune", "--all", "--force"], { env: environment });
}

/** Suites that prune and kill: on an engine of their own, so that the cache of the others stays for the next run. */
async function runAlone(run: Run): Promise<readonly Tally[]> {
  const files = suiteArguments(run.suites, "engine-alone");
  return run.parts.has("engine") && files !== undefined ? [await suiteOn(run, "engine-alone", files)] : [];
}

async function runOnEngines(parts: ReadonlySet<Part>): Promise<readonly Tally[]> {
  const given = givenEngine();
  if (given !== undefined) {
    const run: Run = { engine: given, parts, suites: suitesOn(wantedStores[0]) };
    return [...(await runTogether(run)), ...(await runAlone(run))];
  }
  if (process.arch !== "x64" || process.getuid?.() !== 0)
    return [unableRun("engine", "needs root on x86-64, or an engine that is given")];
  const lack = lackOfSpace(stateFolder(), parts.has("corpus") ? neededGigabytes.corpus : neededGigabytes.engine);
  if (lack !== undefined) return [brokenRun("the engines", lack)];
  const tallies: Tally[] = [];
  for (const store of wantedStores) {
    // The corpus runs once.
    const ofStore = new Set([...parts].filter((part) => part !== "corpus" || store === wantedStores[0]));
    if (ofStore.size > 0)
      tallies.push(...(await guarded(`the ${store} store`, async () => runOnStore(store, ofStore, suitesOn(store)))));
  }
  return tallies;
}

/** The second store runs what storing decides, and the long suites run where somebody asks for more than the usual. */
function suitesOn(store: Store | undefined): Suites {
  const isWhole = values.all || values.project === "engine";
  return {
    isInFull: isWhole || store === wantedStores[0],
    hasLong: isWhole || values.change || positionals.length > 0,
  };
}

async function runOnStore(store: Store, parts: ReadonlySet<Part>, suites: Suites): Promise<readonly Tally[]> {
  const together = await withEngine(store, async (engine) => runTogether({ engine, parts, suites }));
  if (!suites.hasLong) return together;
  const folder = join(stateFolder(), `${store}-alone`);
  rmSync(join(folder, "data"), { recursive: true, force: true });
  try {
    const alone = await withEngine(store, async (engine) => runAlone({ engine, parts, suites }), { engine: folder });
    return [...together, ...alone];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that cannot even begin counts as one failure. */
async function guarded(name: string, work: () => Promise<readonly Tally[]>): Promise<readonly Tally[]> {
  const started = performance.now();
  try {
    return await work();
  } catch (failure) {
    return [brokenRun(name, failure instanceof Error ? failure.message : String(failure))];
  } finally {
    say(`test: ${name} took ${Math.round((performance.now() - started) / 1000)} s`);
  }
}

async function runParts(parts: ReadonlySet<Part>): Promise<readonly Tally[]> {
  const tallies: Tally[] = [];
  const add = async (part: Part, work: () => Promise<Tally>): Promise<void> => {
    if (parts.has(part)) tallies.push(...(await guarded(part, async () => [await work()])));
  };
  // The check has bundled already.
  if (!parts.has("check") && (parts.has("engine") || parts.has("corpus"))) await bundlePrograms();
  await add("unit", async () => run("unit"));
  await add("stress", async () => run("stress"));
  await add("fuzz", async () => run("fuzz", values.all ? { PITH_FUZZ_SECONDS: longFuzzing } : {}));
  await add("browser", runBrowser);
  await add("corpus", async () => runInRoots("corpus", runCorpus));
  await add("differential", async () => runInRoots("differential", runDifferential));
  await add("release", async () => runInRoots("release", async () => run("release")));
  const hasStepped = programsWithSteps().length > 0;
  const onEngines = new Set([...parts].filter((part) => part === "engine" || (part === "corpus" && hasStepped)));
  if (onEngines.size > 0) tallies.push(...(await guarded("the engines", async () => runOnEngines(onEngines))));
  return tallies;
}

async function main(): Promise<number> {
  if (values.help) {
    say(usage);
    return 0;
  }
  if (values.tightness) return measureTightness();
  const isKnown = values.project === undefined || everything.some((part) => part === values.project);
  if (!isKnown || wantedStores.length === 0) {
    say(usage);
    return 2;
  }
  const parts = new Set(await chosenParts());
  const isChecked = !parts.has("check") || (await passThrough("npm", ["run", "check"], { cwd: projectFolder })) === 0;
  const tallies = isChecked
    ? await runParts(parts)
    : [brokenRun("check", "npm run check fails: what it prints stands above")];
  const total = judgeTallies(tallies);
  for (const { name, seconds } of total.files.slice(0, 10)) say(`test: ${seconds.toFixed(1).padStart(6)} s ${name}`);
  const trouble = troubleReport(total);
  if (trouble !== "") console.log(trouble);
  console.log(tallyLine(total));
  return total.failed === 0 ? 0 : 1;
}

/** Writes docs/tightness.md on an engine with the classic store. */
async function measureTightness(): Promise<number> {
  const measure = async ({ registry, environment }: Engine): Promise<number> => {
    await bundlePrograms();
    await ensureBaseImages(registry);
    await ensureFrontendImage(registry, environment);
    await ensureCorpusImages(registry, imagesOf(chosenPrograms()));
    const program = join(projectFolder, "test/tightness/run.ts");
    const env = { ...environment, PITH_FRONTEND: `${registry}/pith:1`, ENGINE: "required" };
    return passThrough(process.execPath, [program], { cwd: projectFolder, env });
  };
  const given = givenEngine();
  return given === undefined ? withEngine("classic", measure) : measure(given);
}

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
