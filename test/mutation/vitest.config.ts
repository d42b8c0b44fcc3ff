import { defineConfig, type ViteUserConfig } from "vitest/config";

/** The unit tests of one area (PITH_MUTATED: folders of test/unit, with commas), as the mutation tests run them. */
const folders = (process.env["PITH_MUTATED"] ?? "").split(",");

const config: ViteUserConfig = defineConfig({
  test: {
    // The test of an aspect of a whole folder lies beside the folder.
    include: folders.flatMap((folder) => [`test/unit/${folder}/**/*.test.ts`, `test/unit/${folder}.*test.ts`]),
    testTimeout: 30_000,
    isolate: false,
  },
});

export default config;
