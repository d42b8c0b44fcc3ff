import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchors, links } from "./documents/links.ts";
import { blocks, sentences, withoutCode } from "./documents/prose.ts";
import { findRetired, retiredWords } from "./documents/retired-words.ts";
import { findBadSpecs } from "./documents/specs.ts";
import { projectFolder } from "./lib/project.ts";

/** The most words of a sentence. The aim is 25. */
const mostWords = 30;

const words = retiredWords("documents");
const files = globSync(["*.md", "docs/**/*.md", "examples/*/README.md"], { cwd: projectFolder }).toSorted();
const texts = new Map(files.map((file) => [file, readFileSync(join(projectFolder, file), "utf8")]));
const problems: string[] = [];

for (const [file, text] of texts) {
  const lines = withoutCode(text);
  checkLinks(file, lines);
  if (namesProject(file)) checkPaths(file, text);
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
  console.error(`documents: ${problems.length} problems; docs/guides/writing.md has the rules`);
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

/** The lines outside fenced blocks, with the code in headings kept: anchors are made of it. */
function withoutHeadingCode(text: string): readonly string[] {
  const kept = text.split("\n");
  return withoutCode(text).map((line, index) => (line.startsWith("#") ? (kept[index] ?? "") : line));
}
