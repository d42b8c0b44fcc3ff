import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chosenPrograms, imagesOf } from "../test/support/corpus.ts";
import { type CorpusCase, casesVariable, corpusCases } from "../test/support/corpus-cases.ts";
import { firstVariable } from "../test/support/file-order.ts";
import { recordedTimes, timesFile, usualSeconds } from "../test/support/recorded-times.ts";
import { brokenRun, judgeTallies, type Tally, tallyLine, troubleReport } from "../test/support/tally-reporter.ts";
import { turnVariable } from "../test/support/turn.ts";
import { ensureBaseImages } from "./lib/base-images.ts";
import { changedPaths, turnOfCommit } from "./lib/change.ts";
import { type Choice, chooseTests, everyPart, type Part, wholeChoice } from "./lib/choice.ts";
import { passThrough } from "./lib/command.ts";
import { chooseCases } from "./lib/corpus-choice.ts";
import { ensureCorpusImageRoots, ensureCorpusImages } from "./lib/corpus-images.ts";
import { ensureCorpusRoot } from "./lib/corpus-root.ts";
import { startDeadline } from "./lib/deadline.ts";
import { type Engine, givenEngine, type Store, withEngine } from "./lib/engine.ts";
import { runOnEngines } from "./lib/engine-runs.ts";
import { bundlePrograms, ensureFrontendImage } from "./lib/frontend-image.ts";
import { installForTests } from "./lib/packages.ts";
import { endCommands } from "./lib/processes.ts";
import { projectFolder, say } from "./lib/project.ts";
import { runProject, unableRun } from "./lib/test-run.ts";
import { timeReport } from "./lib/time-report.ts";
import { runLanes, type Step, type TestRun } from "./lib/whole-run.ts";

const usage = `usage: node scripts/test.ts [--all] [--change] [--project NAME] [--store NAME] [--record] [--tightness] [WORD]
Runs what the change could break: the check, the unit tests, half a minute of changed inputs, the report's page in Chromium, and
the engine tests: on a private engine with containerd's store all but the long ones, then on one with the classic store those of
what storing decides. DOCKER_HOST, PITH_REGISTRY and PITH_STORE name an engine to use instead. Ends with the line "N passed, N failed".

  --all           Everything, whatever has changed: also stress, ten minutes of changed inputs, both stores in full, the corpus,
                  a release, and the simulated loaders against the real ones.
  --change        For a push: also stress and the long engine tests, programs of the corpus where the change touches what closures
                  are made of, and a release where it touches what a release is made of. Ends after 45 minutes.
  --project NAME  One of ${everyPart.join(", ")}. All of it, and nothing else.
  --store NAME    One of classic, containerd.
  --record        Writes what each file and each program took to test/support/times.json, which decides the order.
  --tightness     Measures how many bytes of the corpus's images are opened, and writes test/tightness/results.json.

PITH_CORPUS=NAME,GROUP chooses programs of the corpus. test/README.md has the whole list of suites.`;

const { values, positionals } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    change: { type: "boolean", default: false },
    project: { type: "string" },
    store: { type: "string" },
    record: { type: "boolean", default: false },
    tightness: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
  allowPositionals: true,
});

/** Of a usual run; a push has more. */
const usual: ReadonlySet<Part> = new Set(["check", "unit", "fuzz", "browser", "engine"]);
/** Seconds of changed inputs in a run of everything; there are few in others. */
const longFuzzing = "600";
/** What a run may take, and what cases of the corpus may take of it without an engine, and as much with one. */
const limitMinutes = 45;
const corpusSeconds = 300;

const scratch = mkdtempSync(join(tmpdir(), "pith-test-"));
/** The first runs in full: containerd's, which refuses nothing. */
const wantedStores: readonly Store[] = (["containerd", "classic"] as const).filter(
  (name) => name === (values.store ?? name),
);

/** What of the tests runs. */
async function chooseRun(): Promise<Choice> {
  const { project } = values;
  if (project !== undefined) return { ...wholeChoice, parts: new Set(everyPart.filter((part) => part === project)) };
  if (values.all) return { ...wholeChoice, parts: new Set(everyPart) };
  const changed = await changedPaths();
  if (changed === undefined) say("test: the change is unknown: it may have touched everything");
  else process.env[firstVariable] = changed.join("\n");
  const choice = changed === undefined ? wholeChoice : chooseTests(changed);
  const parts = values.change ? choice.parts : new Set([...choice.parts].filter((part) => usual.has(part)));
  say(`test: the change of ${changed?.length ?? "unknown"} files runs ${[...parts].join(", ")}`);
  return { ...choice, parts };
}

/** What a suite does many times is done in turns where a change may have touched all of it. */
async function takeTurn({ engineFiles, parts }: Choice): Promise<void> {
  if (!values.change || positionals.length > 0 || (engineFiles !== undefined && !parts.has("corpus"))) return;
  const turn = process.env[turnVariable] ?? (await turnOfCommit()) ?? "0";
  process.env[turnVariable] = turn;
  say(`test: ${turnVariable}=${turn} says what has its turn`);
}

/** The cases of the corpus, of which a push has as many as its time allows. */
function chooseCorpus({ parts, programs }: Choice): readonly CorpusCase[] {
  if (!parts.has("corpus")) return [];
  const cases = corpusCases();
  if (!values.change) return cases;
  const recorded = recordedTimes().cases;
  const secondsOf = ({ title, takesEngine }: CorpusCase): number =>
    recorded[title] ?? (takesEngine ? usualSeconds.withEngine : usualSeconds.withoutEngine);
  const chosen = chooseCases(cases, programs, {
    turn: process.env[turnVariable] ?? "",
    seconds: corpusSeconds,
    secondsOf,
  });
  say(`test: ${chosen.length} of ${cases.length} cases of the corpus have their turn`);
  return chosen;
}

/** A project without an engine. */
async function suite(
  run: TestRun,
  project: string,
  {
    files = [],
    environment = {},
  }: { readonly files?: readonly string[]; readonly environment?: Record<string, string> } = {},
): Promise<readonly Tally[]> {
  const found = positionals.length > 0 ? [] : files;
  return [await runProject({ ...run, project, files: found, filters: positionals, environment })];
}

/** Roots are made here and not by the tests, of which several files run at once. */
async function runCorpus(run: TestRun, cases: readonly CorpusCase[]): Promise<readonly Tally[]> {
  await ensureCorpusImageRoots(imagesOf(cases.map(({ program }) => program)));
  const environment = run.casesFile === undefined ? {} : { [casesVariable]: run.casesFile };
  return suite(run, "corpus", { environment });
}

async function runDifferential(run: TestRun): Promise<readonly Tally[]> {
  await ensureCorpusRoot();
  await ensureCorpusImageRoots(imagesOf(chosenPrograms()));
  return suite(run, "differential");
}

/** Suites in roots of Debian, which they enter by chroot(8) or in a namespace. */
const inRoots = (name: Part, work: () => Promise<readonly Tally[]>) => async (): Promise<readonly Tally[]> =>
  process.arch === "x64" && process.getuid?.() === 0 ? work() : [unableRun(name, "needs root on x86-64")];

/** Ends the run where it fails: what else fails then says little. */
async function runCheck(run: TestRun): Promise<readonly Tally[]> {
  if ((await passThrough("npm", ["run", "-s", "check:sources"], { cwd: projectFolder })) === 0) return [];
  run.deadline.end("npm run check fails");
  return [brokenRun("check", "npm run check fails: what it prints stands above")];
}

interface Chosen {
  readonly run: TestRun;
  readonly choice: Choice;
  readonly cases: readonly CorpusCase[];
}

/** The steps that take no engine, in order. */
function plainSteps({ run, choice, cases }: Chosen, isInstalled: Promise<void>): readonly Step[] {
  const withPackages = (work: () => Promise<readonly Tally[]>) => async (): Promise<readonly Tally[]> => {
    await isInstalled;
    return work();
  };
  const fuzzing = { environment: values.all ? { PITH_FUZZ_SECONDS: longFuzzing } : {} };
  const runs: Readonly<Record<Exclude<Part, "engine">, Step["work"]>> = {
    check: async () => runCheck(run),
    unit: async () => (choice.unitFiles?.length === 0 ? [] : suite(run, "unit", { files: choice.unitFiles ?? [] })),
    browser: withPackages(async () => suite(run, "browser")),
    fuzz: async () => suite(run, "fuzz", fuzzing),
    corpus: withPackages(inRoots("corpus", async () => runCorpus(run, cases))),
    stress: async () => suite(run, "stress"),
    release: withPackages(inRoots("release", async () => suite(run, "release"))),
    differential: withPackages(inRoots("differential", async () => runDifferential(run))),
  };
  const order = ["check", "unit", "browser", "corpus", "fuzz", "stress", "release", "differential"] as const;
  return order.filter((part) => choice.parts.has(part)).map((name) => ({ name, work: runs[name] }));
}

/** The steps that take an engine. */
function engineSteps({ run, choice, cases }: Chosen, isInstalled: Promise<void>): readonly Step[] {
  const withSteps = cases.filter(({ takesEngine }) => takesEngine);
  if (!choice.parts.has("engine") && withSteps.length === 0) return [];
  const isWhole = values.all || values.project === "engine";
  const work = async (): Promise<readonly Tally[]> => {
    await isInstalled;
    return runOnEngines(run, {
      stores: wantedStores,
      // The second store runs what storing decides. The long suites run where somebody asks for more than the usual.
      suitesOn: (store) => ({
        isInFull: isWhole || store === wantedStores[0],
        hasLong: isWhole || values.change || positionals.length > 0,
        chosen: choice.engineFiles,
        words: positionals,
      }),
      hasSuites: choice.parts.has("engine"),
      corpusImages: imagesOf(withSteps.map(({ program }) => program)),
    });
  };
  return [{ name: "the engines", work }];
}

async function runChosen(run: TestRun, choice: Choice, cases: readonly CorpusCase[]): Promise<readonly Tally[]> {
  const takesPrograms = choice.parts.has("engine") || choice.parts.has("corpus") || choice.parts.has("check");
  if (takesPrograms) await bundlePrograms();
  const isInstalled = installForTests({
    engine: choice.parts.has("engine") || cases.some(({ takesEngine }) => takesEngine),
    browser: choice.parts.has("browser"),
    roots: (["corpus", "differential", "release"] as const).some((part) => choice.parts.has(part)),
  });
  // Each step that waits for it tells of its failure.
  isInstalled.catch(() => {});
  const chosen = { run, choice, cases };
  return runLanes(run, [plainSteps(chosen, isInstalled), engineSteps(chosen, isInstalled)]);
}

/** Keeps what each file and each program took, for the next run's order. */
function record({ files, cases }: Tally): void {
  const known = recordedTimes();
  const found = Object.fromEntries(files.map(({ name, seconds }) => [name.replace(/^containerd \| /u, ""), seconds]));
  const ofFiles = Object.entries({ ...known.files, ...found }).filter(
    ([name, seconds]) => seconds >= 1 && !name.includes("|"),
  );
  const sorted = (entries: [string, number][]): object =>
    Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
  const times = { files: sorted(ofFiles), cases: sorted(Object.entries({ ...known.cases, ...cases })) };
  writeFileSync(timesFile, `${JSON.stringify(times, undefined, 2)}\n`);
}

async function main(): Promise<number> {
  if (values.help) {
    say(usage);
    return 0;
  }
  if (values.tightness) return measureTightness();
  const isKnown = values.project === undefined || everyPart.some((part) => part === values.project);
  if (!isKnown || wantedStores.length === 0) {
    say(usage);
    return 2;
  }
  const choice = await chooseRun();
  await takeTurn(choice);
  const cases = chooseCorpus(choice);
  const casesFile = choice.parts.has("corpus") && values.change ? join(scratch, "cases.json") : undefined;
  if (casesFile !== undefined) writeFileSync(casesFile, JSON.stringify(cases.map(({ title }) => title)));
  const started = process.env["PITH_RUN_STARTED"];
  const minutes = Number(process.env["PITH_RUN_MINUTES"] ?? (values.change ? limitMinutes : Number.POSITIVE_INFINITY));
  const deadline = startDeadline(minutes, started === undefined ? Date.now() : Number(started) * 1000);
  // A build or a package manager in the middle of its work fails then, and its engine is stopped in order.
  deadline.signal.addEventListener("abort", () => void endCommands());
  const report = timeReport();
  const total = judgeTallies(await runChosen({ deadline, scratch, casesFile }, choice, cases));
  deadline.clear();
  if (values.record) record(total);
  for (const line of report(total.files)) say(`test: ${line}`);
  const trouble = troubleReport(total);
  if (trouble !== "") console.log(trouble);
  console.log(tallyLine(total));
  return total.failed === 0 ? 0 : 1;
}

/** Measures tightness on an engine with the classic store. */
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

let code = 70;
try {
  code = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
// What the deadline has left behind must not keep the process.
process.exit(code);
