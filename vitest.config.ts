import { defineConfig, type ViteUserConfig } from "vitest/config";
import { tallyReporter } from "./test/support/tally-reporter.ts";

/**
 * Real engines, registries and browsers lose a container or a connection once in a thousand times: such a test is run once more, and
 * the end of the run names it.
 */
const againOnce = 1;

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", tallyReporter()],
    allowOnly: process.env["CI"] === undefined,
    projects: [
      {
        // A busy machine takes its time; a test that hangs is found all the same.
        test: { name: "unit", testTimeout: 30_000, include: ["test/unit/**/*.test.ts", "test/arch/**/*.test.ts"] },
      },
      {
        test: {
          name: "differential",
          include: ["test/differential/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        test: {
          name: "browser",
          retry: againOnce,
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "corpus",
          retry: againOnce,
          include: ["test/corpus/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // A build waits for the engine half of its time: two at once keep two cores busy.
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: "engine",
          retry: againOnce,
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // Builds compete for the same cores: one file at a time keeps their logs readable and their timing honest.
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
