import { filesLike } from "./imports.ts";

/** Suites whose answer depends on the store. */
const ofStoring: readonly string[] = [
  "test/engine/attestations.test.ts",
  "test/engine/base-images.test.ts",
  "test/engine/conformance.test.ts",
  "test/engine/evidence.test.ts",
  "test/engine/frontend-image.test.ts",
  "test/engine/golden.test.ts",
  "test/engine/integrations.test.ts",
  "test/engine/outputs.test.ts",
  "test/engine/platforms.test.ts",
  "test/engine/registry.test.ts",
  "test/engine/signing.test.ts",
  "test/engine/alone/reproducible.test.ts",
  "test/engine/alone/watch.test.ts",
];

/** Suites that build dozens of images each. They run for a push, and not each time that somebody tests. */
const long: readonly string[] = [
  "test/engine/demo.test.ts",
  "test/engine/documents.test.ts",
  "test/engine/evidence.test.ts",
  "test/engine/examples.test.ts",
  "test/engine/forms.test.ts",
  "test/engine/guides.test.ts",
  "test/engine/managers.test.ts",
  "test/engine/observed.test.ts",
  "test/engine/serverless.test.ts",
  "test/engine/start-check.test.ts",
];

/** Which engine tests run on a store. */
export interface Suites {
  /** False: only what the image store decides. */
  readonly isInFull: boolean;
  /** False: neither the long ones nor those that nothing may run beside. */
  readonly hasLong: boolean;
  /** The files that a change could break; undefined: all. */
  readonly chosen: readonly string[] | undefined;
  /** Words of which one is in a file's path; empty: all files. */
  readonly words: readonly string[];
}

/** The files of a project of engine tests that run on a store. */
export function suiteFiles(suites: Suites, project: "engine" | "engine-alone"): readonly string[] {
  const { isInFull, hasLong, chosen, words } = suites;
  if (project === "engine-alone" && !hasLong) return [];
  const files = filesLike(project === "engine" ? "test/engine/*.test.ts" : "test/engine/alone/*.test.ts");
  return files.filter(
    (file) =>
      (isInFull || ofStoring.includes(file)) &&
      (hasLong || !long.includes(file)) &&
      (chosen === undefined || chosen.includes(file)) &&
      (words.length === 0 || words.some((word) => file.includes(word))),
  );
}
