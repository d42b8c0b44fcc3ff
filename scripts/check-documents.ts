import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchors, links } from "./documents/links.ts";
import { blocks, sentences, withoutCode } from "./documents/prose.ts";
import { findRetired, retiredWords } from "./documents/retired-words.ts";
import { findBadSpecs } from "./documents/specs.ts";
import { projectFolder } from "./lib/project.ts";

/** The most words of a sentence. The aim is 25. */
const mostWords = 30;

/** The documents that name types and functions of the code. */
const maps: ReadonlySet<string> = new Set(["ARCHITECTURE.md", "CONTRIBUTING.md"]);

const words = retiredWords("documents");
const files = globSync(["*.md", "docs/**/*.md", "examples/*/README.md"], { cwd: projectFolder }).toSorted();
const texts = new Map(files.map((file) => [file, readFileSync(join(projectFolder, file), "utf8")]));
const problems: string[] = [];

for (const [file, text] of texts) {
  const lines = withoutCode(text);
  checkLinks(file, lines);
  if (namesProject(file)) checkPaths(file, text);
  if (maps.has(file)) checkNames(file, text);
  for (const { line, problem } of await findBadSpecs(text)) problems.push(`${file}:${line}: ${problem}`);
  for (const { line, found, use } of findRetired(lines, words)) {
    problems.push(`${file}:${line}: cannot use "${found}": write ${use}`);
  }
  for (const sentence of blocks(lines).flatMap(sentences)) {
    if (sentence.words <= mostWords) continue;
    const start = sentence.text.split(" ").slice(0, 8).join(" ");
    problems.push(`${file}:${sentence.line}: cannot use a sentence of ${sentence.words} words: "${start} ..."`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`documents: ${problems.length} problems; CONTRIBUTING.md has the rules`);
  process.exitCode = 1;
}

/** Each link leads to a file that exists, and each anchor to a heading. */
function checkLinks(file: string, lines: readonly string[]): void {
  for (const { line, path, anchor } of links(lines)) {
    const target = path === "" ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(projectFolder, target))) {
      problems.push(`${file}:${line}: cannot follow a link: no file ${target}`);
      continue;
    }
    const linked = texts.get(target);
    if (anchor === undefined || linked === undefined) continue;
    if (!anchors(withoutHeadingCode(linked)).has(anchor)) {
      problems.push(`${file}:${line}: cannot follow a link: ${target} has no heading #${anchor}`);
    }
  }
}

/** Error pages and the changelog name paths of users' projects, or paths that are gone. */
function namesProject(file: string): boolean {
  return !file.startsWith("docs/errors/") && file !== "CHANGELOG.md";
}

/** Paths of this project that a text names in code spans exist. Paths with a placeholder are left out. */
function checkPaths(file: string, text: string): void {
  for (const [, path = ""] of text.matchAll(/`((?:src|docs|scripts|test|schema|native)\/[\w./-]+)`/g)) {
    if (/[A-Z]{3}/.test(path) && !/\/[A-Z_]+\.md$/.test(path)) continue;
    if (!existsSync(join(projectFolder, path))) problems.push(`${file}: cannot find \`${path}\`: no such file`);
  }
}

/** Types and functions that a text names in code spans occur in the sources. */
function checkNames(file: string, text: string): void {
  const code = globSync("src/**/*.ts", { cwd: projectFolder }).map((path) =>
    readFileSync(join(projectFolder, path), "utf8"),
  );
  for (const [, span = ""] of text.matchAll(/`((?:[a-z]+[A-Z]|[A-Z][a-z])[A-Za-z.]*)`/g)) {
    for (const name of span.split(".")) {
      const pattern = new RegExp(`\\b${name}\\b`);
      if (!code.some((source) => pattern.test(source))) problems.push(`${file}: cannot find ${name}: no source has it`);
    }
  }
}

/** The lines outside fenced blocks, with the code in headings kept: anchors are made of it. */
function withoutHeadingCode(text: string): readonly string[] {
  const kept = text.split("\n");
  return withoutCode(text).map((line, index) => (line.startsWith("#") ? (kept[index] ?? "") : line));
}
