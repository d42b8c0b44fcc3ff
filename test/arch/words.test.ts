import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findRetired, retiredWords } from "../../scripts/documents/retired-words.ts";
import { projectFolder } from "../../scripts/lib/project.ts";

/** Texts that hold words of others, the list itself, and texts that its own test searches. */
const left: readonly string[] = [
  "scripts/documents/retired-words.json",
  "test/unit/scripts/documents/{retired-words.test,sample-document}.ts",
  "test/**/fixtures/**",
  "test/corpus/programs/**",
  "**/*.gen.*",
];

const words = retiredWords("code");

test("no retired word is in the code, its messages, its comments or the names of its files", () => {
  const files = globSync(["src/**/*.ts", "scripts/**/*.ts", "test/**/*.{ts,snap,yaml}", "native/**/*.{c,h}"], {
    cwd: projectFolder,
    exclude: left,
  }).toSorted();
  const found = files.flatMap((file) => {
    const lines = readFileSync(join(projectFolder, file), "utf8").split("\n");
    const inText = findRetired(lines, words).map(
      ({ line, found: used, use }) => `${file}:${line}: "${used}": write ${use}`,
    );
    const inName = findRetired([file.replaceAll(/[-/.]/gu, " ")], words).map(({ use }) => `${file}: name it ${use}`);
    return [...inText, ...inName];
  });
  expect(files.length).toBeGreaterThan(800);
  expect(found).toEqual([]);
});

/** A line of a comment, but for what a tool reads and for addresses. */
const comment = /^\s*(?:\/\*\*?|\*|\/\/) (?!oxlint|biome)(?!.*https?:\/\/)/u;

test("lines of comments have 120 characters at most", () => {
  const files = globSync(["src/**/*.ts", "scripts/**/*.ts", "test/**/*.ts"], { cwd: projectFolder, exclude: left });
  const long = files.flatMap((file) => {
    const lines = readFileSync(join(projectFolder, file), "utf8").split("\n");
    return lines.flatMap((line, at) => (line.length > 120 && comment.test(line) ? [`${file}:${at + 1}`] : []));
  });
  expect(long).toEqual([]);
});
