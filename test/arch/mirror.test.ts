import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../scripts/lib/project.ts";

/** `test/unit` mirrors these: the sources, the project with its scripts, and what tests use. */
const mirrored: readonly string[] = ["src", ".", "test"];

/** What a test file is about: its path without the aspect, as `a/b` of `a/b.test.ts` and of `a/b.links.test.ts`. */
function subjectOf(path: string): string {
  return path.replace(/\.test\.ts$/u, "").replace(/\.[a-z0-9-]+$/u, "");
}

test("a unit test is at the path of the source or the folder that it tests", () => {
  const files = globSync("**/*.test.ts", { cwd: join(projectFolder, "test/unit") }).toSorted();
  const astray = files.filter((file) =>
    mirrored.every((root) =>
      ["", ".ts", ".cjs"].every((ending) => !existsSync(join(projectFolder, root, `${subjectOf(file)}${ending}`))),
    ),
  );
  expect(files.length).toBeGreaterThan(0);
  expect(astray).toEqual([]);
});
