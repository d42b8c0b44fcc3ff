import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join, relative } from "node:path";
import { createContext, runInContext } from "node:vm";
import { type AnyNode, parse } from "acorn";
import { expect, it } from "vitest";
import { projectFolder } from "../../scripts/lib/project.ts";
import { processorMilliseconds } from "../support/growth.ts";

/*
 * Nearly all that is read was written by somebody else: a source of one line, a list of nothing but blanks. No pattern
 * may take time that grows with the square of such a text.
 */

/** Patterns that never see a text of anybody else. */
const ofOwnTexts: Readonly<Record<string, string>> = { "src/diagnostics/numbers.ts": "the digits of a number" };

/** What hostile texts consist of: what words, paths, lists, comments and blanks are made of, in many languages. */
const pieces = [
  ...'a.b(c) |x = y; |# |" |\' | |a|\t|/|a/|a.|-|--a|1|(|[|{|$a|a\n| \n|a b |a"a",|require |import a |use |./a/'.split(
    "|",
  ),
  ..."\\|=|a=|a: |<|%s|\0|::|a::b|@|${|A|a,|*|a;|>|`|~|&|+|?|:".split("|"),
];
const starts = ["", "a "];
/** Texts that tools for patterns find, and that no piece alone is: a start, and what follows again and again. */
const found: readonly (readonly [string, string])[] = [
  ["File.join(o,'*'", "\n\"*'"],
  ["libosi%l", "ls%l"],
  ["<?php ", "// /**/ # "],
  ["<?php ", "//\n"],
  ["if\t", "\t"],
  ["[", "\t"],
  ["curl t", "/http://"],
  ["", '\\"'],
  ["", "\\'"],
  ["", "--[[\n"],
  ["", "[=["],
  ["", "/*\n"],
  ["", "=begin\n"],
  ["", '"""\n'],
  ["", "<<A\n"],
];

const shortLength = 12_000;
const longLength = 4 * shortLength;
/** Below this nobody waits, however it grows. */
const fewMilliseconds = 15;
/** What is looked at once takes four times as long, what is looked at for each other piece sixteen times. */
const mostGrowth = 9;
const mostMilliseconds = 2000;
/** How many times as long as it costs something may take on a busy machine. */
const patience = 20;

interface Pattern {
  readonly file: string;
  readonly line: number;
  readonly pattern: RegExp;
}

function patternsOf(path: string): readonly Pattern[] {
  const file = relative(projectFolder, path);
  const program = parse(stripTypeScriptTypes(readFileSync(path, "utf8")), {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
  });
  const found: Pattern[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (!isNode(node)) return;
    if (node.type === "Literal" && node.regex !== undefined && node.regex !== null) {
      const { pattern, flags } = node.regex;
      found.push({ file, line: node.loc?.start.line ?? 0, pattern: new RegExp(pattern, flags) });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return found;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value;
}

const context: { pattern?: RegExp; text?: string } = {};
createContext(context);
const search = "pattern.global ? Array.from(text.matchAll(pattern)).length : pattern.exec(text)?.index";

/** The shortest of several, since a machine that stutters makes one run look longer. */
function milliseconds(pattern: RegExp, text: string, tries: number): number {
  let shortest = mostMilliseconds;
  for (let index = 0; index < tries; index++) {
    Object.assign(context, { pattern: new RegExp(pattern.source, pattern.flags), text });
    const start = processorMilliseconds();
    try {
      runInContext(search, context, { timeout: mostMilliseconds * patience });
    } catch {
      return mostMilliseconds;
    }
    shortest = Math.min(shortest, processorMilliseconds() - start);
  }
  return shortest;
}

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

/** The text that a pattern takes too long for, in short. */
function slowText(pattern: RegExp): string | undefined {
  for (const [start, piece] of [...pieces.flatMap((one) => starts.map((start) => [start, one] as const)), ...found]) {
    const short = start + repeated(piece, shortLength);
    if (milliseconds(pattern, short, 1) < fewMilliseconds) continue;
    const time = milliseconds(pattern, short, 5);
    if (time < fewMilliseconds / 2) continue;
    const long = milliseconds(pattern, start + repeated(piece, longLength), 3);
    if (long / time > mostGrowth || long >= mostMilliseconds) return JSON.stringify(start + piece);
  }
  return undefined;
}

it("no pattern takes time that grows with the square of a text", { timeout: 600_000 }, () => {
  const patterns = globSync(join(projectFolder, "src/**/*.ts"), { exclude: ["**/*.d.ts"] }).flatMap(patternsOf);
  expect(patterns.length).toBeGreaterThan(1000);
  const slow = patterns.flatMap(({ file, line, pattern }) => {
    const text = ofOwnTexts[file] === undefined ? slowText(pattern) : undefined;
    return text === undefined ? [] : [`${file}:${String(line)} ${String(pattern)} with ${text} again and again`];
  });
  expect(slow).toEqual([]);
});
