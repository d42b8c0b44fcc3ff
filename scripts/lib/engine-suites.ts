/** Suites whose answer depends on the store. */
const ofStoring: readonly string[] = [
  "test/engine/attestations.test.ts",
  "test/engine/conformance.test.ts",
  "test/engine/evidence.test.ts",
  "test/engine/frontend-image.test.ts",
  "test/engine/golden.test.ts",
  "test/engine/integrations.test.ts",
  "test/engine/outputs.test.ts",
  "test/engine/platforms.test.ts",
  "test/engine/registry.test.ts",
  "test/engine/signing.test.ts",
];

/** The same of the suites that have an engine of their own. */
const ofStoringAlone: readonly string[] = ["test/engine/alone/reproducible.test.ts", "test/engine/alone/watch.test.ts"];

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
  /** False: neither the long ones nor those that need an engine of their own. */
  readonly hasLong: boolean;
}

/** The arguments by which vitest takes the files of a project of engine tests; undefined where none of them runs. */
export function suiteArguments(
  { isInFull, hasLong }: Suites,
  project: "engine" | "engine-alone",
): readonly string[] | undefined {
  if (project === "engine-alone") return hasLong ? (isInFull ? [] : ofStoringAlone) : undefined;
  const chosen = isInFull ? [] : ofStoring.filter((file) => hasLong || !long.includes(file));
  return hasLong || !isInFull ? chosen : long.flatMap((file) => ["--exclude", file]);
}
