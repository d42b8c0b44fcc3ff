import { expect, it } from "vitest";
import { chooseTests } from "../../../../scripts/lib/choice.ts";
import { filesLike } from "../../../../scripts/lib/imports.ts";

const partsOf = (...paths: readonly string[]): readonly string[] => [...chooseTests(paths).parts];

it("nobody knows what changed: everything of a push runs", () => {
  const { parts, unitFiles, engineFiles, programs } = chooseTests(undefined);
  expect([...parts]).toEqual(["check", "unit", "stress", "fuzz", "browser", "corpus", "release", "engine"]);
  expect([unitFiles, engineFiles, programs.isWide]).toEqual([undefined, undefined, true]);
});

it("a change of documents runs the check and the tests that read documents", () => {
  const { parts, unitFiles, engineFiles } = chooseTests(["docs/spec.md", "README.md"]);
  expect([...parts]).toEqual(["check", "unit", "engine"]);
  expect(unitFiles).toContain("test/unit/support/document-blocks.test.ts");
  expect(unitFiles).toContain("test/arch/codes.test.ts");
  expect(unitFiles?.length).toBeLessThan(filesLike("test/unit/**/*.test.ts").length / 4);
  expect(engineFiles).toContain("test/engine/documents.test.ts");
  expect(engineFiles).not.toContain("test/engine/gateway.test.ts");
});

it("a language that changes runs its own programs, and all other tests of the sources", () => {
  const { parts, unitFiles, engineFiles, programs } = chooseTests(["src/runtimes/python/python.ts", "CHANGELOG.md"]);
  expect([...parts]).toEqual(["check", "unit", "stress", "corpus", "engine"]);
  expect([unitFiles, engineFiles]).toEqual([undefined, undefined]);
  expect(programs).toEqual({ languages: ["python"], paths: [], isWide: false });
});

it.each([
  "src/closure/walk/resolve.ts",
  "src/formats/elf/elf.ts",
  "src/runtimes/runtimes.gen.ts",
  "test/support/corpus-box.ts",
  "scripts/lib/engine.ts",
  "vitest.config.ts",
  "package.json",
  "something/unknown",
])("what all share runs programs of every language: %s", (path) => {
  expect(chooseTests([path]).programs.isWide).toBe(true);
});

it("what ships no files runs no program of the corpus", () => {
  expect(partsOf("src/cli/commands.ts", "src/inspect/sbom/spdx.ts")).not.toContain("corpus");
});

it("the command line alone runs the engine tests that use it", () => {
  const { engineFiles } = chooseTests(["src/cli/commands.ts"]);
  expect(engineFiles).toContain("test/engine/completion.test.ts");
  expect(engineFiles).not.toContain("test/engine/gateway.test.ts");
});

it("a test that changes runs, and no other of its kind", () => {
  const { parts, unitFiles, engineFiles } = chooseTests([
    "test/engine/gateway.test.ts",
    "test/unit/spec/parse.bad.test.ts",
  ]);
  expect([...parts]).toEqual(["check", "unit", "engine"]);
  expect(unitFiles).toEqual(["test/unit/spec/parse.bad.test.ts"]);
  expect(engineFiles).toEqual(["test/engine/gateway.test.ts"]);
});

it("what a release is made of makes a release", () => {
  expect(partsOf("scripts/release/sbom.ts")).toContain("release");
  expect(partsOf("package-lock.json")).toContain("release");
  expect(partsOf("src/closure/walk/resolve.ts", "README.md")).not.toContain("release");
});

it("a program of the corpus that changes runs", () => {
  const path = "test/corpus/programs/web/nginx.yaml";
  expect(chooseTests([path]).programs).toEqual({ languages: [], paths: [path], isWide: false });
  expect(partsOf(path)).toContain("corpus");
});
