import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { FileOrder } from "./test/support/file-order.ts";
import { tallyReporter } from "./test/support/tally-reporter.ts";

/**
 * Real engines, registries and browsers lose a container or a connection once in a thousand times: such a test is run once more, and
 * the end of the run names it. More than two of them fail the run.
 */
const againOnce = 1;

/** Two at once keep two cores busy: a test waits for its engine, or for a child process, half of its time. */
const twoFiles = 2;

/** Seconds that a file of a project may take: several times what the longest takes on two cores of its own. */
const budgets = {
  unit: 20,
  stress: 180,
  fuzz: 900,
  differential: 900,
  browser: 90,
  corpus: 900,
  release: 900,
  "corpus-steps": 900,
  engine: 240,
  "engine-alone": 300,
};

/** Files of these projects start programs, and tell what for they waited. */
const setupFiles = ["test/support/spent-time.ts"];

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", tallyReporter(budgets)],
    sequence: { sequencer: FileOrder },
    allowOnly: process.env["CI"] === undefined,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/arch/**/*.test.ts"],
          // A busy machine takes its time; a test that hangs is found all the same.
          testTimeout: 30_000,
          // Loading the sources anew for each file would take as long as all tests. No test replaces a module.
          isolate: false,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Kills, growth and floods: they measure time and memory, so nothing runs beside them.
        test: {
          name: "stress",
          include: ["test/stress/**/*.test.ts"],
          testTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // It takes a core, and the time that PITH_FUZZ_SECONDS says.
        test: {
          name: "fuzz",
          include: ["test/fuzz/*.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 9 },
        },
      },
      {
        test: {
          name: "differential",
          setupFiles,
          include: ["test/differential/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 1_200_000,
          maxWorkers: twoFiles,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // A whole release, twice.
        test: {
          name: "release",
          setupFiles,
          include: ["test/release/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 9 },
        },
      },
      {
        test: {
          name: "browser",
          setupFiles,
          include: ["test/browser/**/*.test.ts"],
          retry: againOnce,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "corpus",
          setupFiles,
          include: ["test/corpus/*.test.ts"],
          retry: againOnce,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // The tests of the one file start their programs two at a time.
          maxConcurrency: 2,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Programs of the corpus whose builders have steps.
        test: {
          name: "corpus-steps",
          setupFiles,
          include: ["test/corpus/steps/*.test.ts"],
          retry: againOnce,
          testTimeout: 300_000,
          // A build waits for its downloads, and its start check for what it started: a third fills the gaps.
          maxConcurrency: 3,
          sequence: { groupOrder: 8 },
        },
      },
      {
        test: {
          name: "engine",
          setupFiles,
          include: ["test/engine/*.test.ts"],
          retry: againOnce,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: twoFiles,
          sequence: { groupOrder: 6 },
        },
      },
      {
        // They prune an engine's cache, restart or kill an engine, or read the clock.
        test: {
          name: "engine-alone",
          setupFiles,
          include: ["test/engine/alone/*.test.ts"],
          retry: againOnce,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
});

export default config;
