import { casesVariable } from "../../test/support/corpus-cases.ts";
import { brokenRun, type Tally } from "../../test/support/tally-reporter.ts";
import { ensureBaseImages } from "./base-images.ts";
import { ensureCorpusImages } from "./corpus-images.ts";
import { lackOfSpace } from "./disk.ts";
import { captureDocker } from "./docker.ts";
import { type Engine, givenEngine, type Store, withEngine } from "./engine.ts";
import { type Suites, suiteFiles } from "./engine-suites.ts";
import { ensureFrontendImage } from "./frontend-image.ts";
import { installTestTools } from "./packages.ts";
import { say, stateFolder } from "./project.ts";
import { runProject, unableRun } from "./test-run.ts";
import { guarded, type TestRun } from "./whole-run.ts";

/** What engines and their images take of the disk at most, as it was measured. */
const neededGigabytes = { corpus: 25, engine: 12 } as const;

/** The tests that take an engine. */
export interface EngineTests {
  /** The first runs in full. */
  readonly stores: readonly Store[];
  /** Which engine tests run on a store. */
  suitesOn(store: Store): Suites;
  /** False: programs of the corpus alone. */
  readonly hasSuites: boolean;
  /** Images of `test/corpus/images` that programs with steps come from; empty: none of them runs. */
  readonly corpusImages: ReadonlySet<string>;
}

/** One engine, and what runs on it. */
interface StoreRun {
  readonly run: TestRun;
  readonly engine: Engine;
  readonly tests: EngineTests;
  readonly suites: Suites;
}

/** Runs the tests that take an engine: on that of the environment, or on one engine for each store. */
export async function runOnEngines(run: TestRun, tests: EngineTests): Promise<readonly Tally[]> {
  const given = givenEngine();
  if (given !== undefined) {
    const suites = tests.suitesOn(tests.stores[0] ?? given.store);
    return runOnStore({ run, engine: given, tests, suites });
  }
  if (process.arch !== "x64" || process.getuid?.() !== 0)
    return [unableRun("engine", "needs root on x86-64, or an engine that is given")];
  const hasCorpus = tests.corpusImages.size > 0;
  const lack = lackOfSpace(stateFolder(), hasCorpus ? neededGigabytes.corpus : neededGigabytes.engine);
  if (lack !== undefined) return [brokenRun("the engines", lack)];
  const tallies: Tally[] = [];
  for (const store of tests.stores) {
    const suites = tests.suitesOn(store);
    if (!takesStore({ tests, suites })) continue;
    const work = async (): Promise<readonly Tally[]> =>
      withEngine(store, async (engine) => runOnStore({ run, engine, tests, suites }));
    tallies.push(...(await guarded(run, { name: `the ${store} store`, work })));
  }
  return tallies;
}

/** False where nothing would run on a store. */
function takesStore({ tests, suites }: Pick<StoreRun, "tests" | "suites">): boolean {
  const hasFiles = (["engine", "engine-alone"] as const).some((project) => suiteFiles(suites, project).length > 0);
  return (tests.hasSuites && hasFiles) || (suites.isInFull && tests.corpusImages.size > 0);
}

async function runOnStore(storeRun: StoreRun): Promise<readonly Tally[]> {
  const { engine, tests, suites } = storeRun;
  const much = suites.isInFull ? "in full" : "where it decides";
  const less = suites.hasLong ? "" : ", without the long suites";
  say(`test: the ${engine.store} store ${much}${less} (${engine.dockerHost}, registry ${engine.registry})`);
  await prepare(engine);
  const tallies: Tally[] = [];
  const add = async (project: string, files: readonly string[]): Promise<void> => {
    tallies.push(await suiteOn(storeRun, project, files));
  };
  const together = tests.hasSuites ? suiteFiles(suites, "engine") : [];
  if (together.length > 0) await add("engine", together);
  if (suites.isInFull && tests.corpusImages.size > 0) {
    await ensureCorpusImages(engine.registry, tests.corpusImages);
    await dropImages(engine);
    await add("corpus-steps", []);
  }
  // They kill clients, watch the clock, or start forty builds at once: nothing else of the engine runs beside them.
  const alone = tests.hasSuites ? suiteFiles(suites, "engine-alone") : [];
  if (alone.length > 0) await add("engine-alone", alone);
  await dropImages(engine);
  return tallies;
}

/** Makes what the tests on an engine take from its registry. */
async function prepare({ registry, environment }: Engine): Promise<void> {
  await installTestTools();
  await ensureBaseImages(registry);
  await ensureFrontendImage(registry, environment);
  // Images that an earlier run made, and whose names this one gives to others.
  await captureDocker(["image", "prune", "--force"], { env: environment });
}

/** Runs a project on an engine; all of it where no files are named. */
async function suiteOn({ run, engine, suites }: StoreRun, project: string, files: readonly string[]): Promise<Tally> {
  const environment = {
    ...engine.environment,
    ...(run.casesFile === undefined ? {} : { [casesVariable]: run.casesFile }),
    PITH_FRONTEND: `${engine.registry}/pith:1`,
    PITH_SHARED_FOLDER: run.scratch,
    PITH_SUITES: suites.isInFull ? "all" : "storing",
    ENGINE: "required",
  };
  return runProject({ ...run, project, place: engine.store, files, filters: [], environment });
}

/**
 * Frees the disk of what a suite built: gigabytes, of no use to what follows. An engine that is given keeps its images.
 */
async function dropImages({ environment }: Engine): Promise<void> {
  if (givenEngine() === undefined) await captureDocker(["image", "prune", "--all", "--force"], { env: environment });
}
