import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesLike, reachedFrom } from "./imports.ts";
import { projectFolder } from "./project.ts";

/** The parts of a run. */
export type Part = "check" | "unit" | "stress" | "fuzz" | "browser" | "corpus" | "differential" | "release" | "engine";

export const everyPart: readonly Part[] = [
  "check",
  "unit",
  "stress",
  "fuzz",
  "browser",
  "corpus",
  "differential",
  "release",
  "engine",
];

/** Programs of the corpus that a change could break; the others come in turns. */
export interface TouchedPrograms {
  /** Folders below `src/runtimes`. */
  readonly languages: readonly string[];
  /** Changed paths below `test/corpus`. */
  readonly paths: readonly string[];
  /** True: what all languages share is changed. */
  readonly isWide: boolean;
}

/** What a change could break. */
export interface Choice {
  readonly parts: ReadonlySet<Part>;
  /** Files of the unit tests; undefined: all. */
  readonly unitFiles: readonly string[] | undefined;
  /** Files of the engine tests, those that run alone among them; undefined: all. */
  readonly engineFiles: readonly string[] | undefined;
  readonly programs: TouchedPrograms;
}

/** Folders that decide which files ship. */
const closureFolders = /^src\/(?:closure|runtimes|languages|values|packages|loader|dlopen|system|rootfs|formats)\//u;
const runtimeFolder = /^src\/runtimes\/([^/]+)\//u;

/** What a release is made of, beside the programs, which every other test runs as well. */
const releasePaths =
  /^(?:scripts\/release|scripts\/build\.ts|native\/|test\/release\/|package(?:-lock)?\.json|Dockerfile\.)/u;

/** Read by people. Tests that read them say so by their names. */
const documentPaths = /^docs\/|\.md$|^LICENSE$/u;
const documentNames = /\bdocs\b|\.md\b/u;

/** Paths whose tests the imports tell. What lies elsewhere concerns everything. */
const knownPaths = /^(?:src|test|scripts|docs|examples|native|integrations|schema)\/|\.md$|^LICENSE$/u;

const engineBundles = ["start", "frontend", "resolver", "layer-thread"].map((name) => `src/bin/${name}.ts`);
const engineTests = ["test/engine/*.test.ts", "test/engine/alone/*.test.ts"].flatMap(filesLike);

/** Everything that a run for a push may have. */
export const wholeChoice: Choice = {
  parts: new Set<Part>(["check", "unit", "stress", "fuzz", "browser", "corpus", "release", "engine"]),
  unitFiles: undefined,
  engineFiles: undefined,
  programs: { languages: [], paths: [], isWide: true },
};

/** What the change of some paths could break, by the graph of imports. Undefined: nobody knows what changed. */
export function chooseTests(changed: readonly string[] | undefined): Choice {
  if (changed === undefined) return wholeChoice;
  const runner = reachedFrom(["scripts/test.ts"]);
  const isShared = changed.some((path) => !knownPaths.test(path) || runner.has(path));
  const touches = (files: readonly string[]): boolean => reachesSome(files, changed);
  const parts = new Set<Part>(["check", "unit"]);
  const add = (part: Part, isTouched: boolean): void => {
    if (isTouched) parts.add(part);
  };
  const engineFiles = isShared ? undefined : chooseEngineFiles(changed);
  const programs = chooseLanguages(changed, isShared);
  add("stress", isShared || touches(filesLike("test/stress/*.ts")) || changed.some((path) => path.startsWith("src/")));
  add("fuzz", isShared || touches(filesLike("test/fuzz/**/*.ts")) || startsSome(changed, "test/fuzz/"));
  add("browser", isShared || touches(filesLike("test/browser/*.ts")) || startsSome(changed, "scripts/site"));
  add("corpus", programs.isWide || programs.languages.length > 0 || programs.paths.length > 0);
  add(
    "release",
    changed.some((path) => releasePaths.test(path)),
  );
  add("engine", engineFiles === undefined || engineFiles.length > 0);
  return { parts, unitFiles: isShared ? undefined : chooseUnitFiles(changed), engineFiles, programs };
}

function startsSome(paths: readonly string[], start: string): boolean {
  return paths.some((path) => path.startsWith(start));
}

function reachesSome(files: readonly string[], changed: readonly string[]): boolean {
  const reached = reachedFrom(files);
  return changed.some((path) => reached.has(path));
}

function chooseUnitFiles(changed: readonly string[]): readonly string[] | undefined {
  const isTest = (path: string): boolean => /^test\/.+\.test\.ts$/u.test(path);
  // Any other file may be read by a test whose imports do not say so: sources, examples and fixtures.
  if (!changed.every((path) => documentPaths.test(path) || isTest(path))) return undefined;
  const files = [...filesLike("test/unit/**/*.test.ts"), ...filesLike("test/arch/*.test.ts")];
  const hasDocuments = changed.some((path) => documentPaths.test(path));
  return files.filter((file) => changed.includes(file) || (hasDocuments && speaksOf(file, documentNames)));
}

function chooseEngineFiles(changed: readonly string[]): readonly string[] | undefined {
  const ofBundles = reachedFrom(engineBundles);
  const isOfAll = (path: string): boolean =>
    ofBundles.has(path) ||
    /^(?:native|examples|integrations|schema|test\/(?:engine\/fixtures|golden|data))\//u.test(path);
  if (changed.some(isOfAll)) return undefined;
  const hasDocuments = changed.some((path) => documentPaths.test(path));
  const ofCommandLine = reachedFrom(["src/bin/cli.ts"]);
  const hasCommandLine = changed.some((path) => ofCommandLine.has(path));
  return engineTests.filter(
    (file) =>
      reachesSome([file], changed) ||
      (hasDocuments && speaksOf(file, documentNames)) ||
      (hasCommandLine && speaksOf(file, /cli\.js|command-line|run-documents/u)),
  );
}

/** True for a test that names something, itself or by what it imports of the tests. */
function speaksOf(file: string, words: RegExp): boolean {
  return [...reachedFrom([file])].filter((path) => path.startsWith("test/")).some((path) => words.test(textOf(path)));
}

function chooseLanguages(changed: readonly string[], isShared: boolean): TouchedPrograms {
  const runners = reachedFrom(["test/corpus/corpus.test.ts", "test/corpus/steps/steps.test.ts"]);
  const ofClosures = changed.filter((path) => closureFolders.test(path));
  const languages = ofClosures.flatMap((path) => runtimeFolder.exec(path)?.[1] ?? []);
  const isWide =
    isShared ||
    languages.length < ofClosures.length ||
    changed.some((path) => !path.startsWith("src/") && runners.has(path));
  const paths = changed.filter((path) => path.startsWith("test/corpus/"));
  return { languages: [...new Set(languages)].sort(), paths, isWide };
}

/** Examples in texts of tests look like imports of files that are not there. */
function textOf(path: string): string {
  const file = join(projectFolder, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
