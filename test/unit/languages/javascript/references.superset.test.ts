import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { readReferences } from "../../../../src/languages/javascript/references.ts";

/*
 * What a source is found to name is at least what it opens when Node runs it. Programs are generated: names of modules
 * and files that are put together in all the ways that the evaluation follows, and in some that it does not.
 */
const words = ["a", "b", "c/d", "e"];

interface Program {
  readonly lines: readonly string[];
  /** Names of texts, of lists, of functions that load what they are given. */
  readonly texts: readonly string[];
}

/** So many are made. One process runs all of them. */
const programs = 150;

const word = fc.constantFrom(...words);
const quoted = word.map((one) => JSON.stringify(one));
const pick = fc.nat();

/** An expression of a text, from the names that there are. */
function expression(texts: readonly string[]): fc.Arbitrary<string> {
  const named = texts.length === 0 ? quoted : fc.constantFrom(...texts);
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 3 },
      quoted,
      named,
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(${one} + ${other})`),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(flag ? ${one} : ${other})`),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(none || ${one} || ${other})`),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `\`\${${one}}/\${${other}}\``),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `path.join(${one}, ${other})`),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `({ k: ${one}, l: ${other} })[flag ? "k" : "l"]`),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `[${one}, ${other}][1]`),
      fc.tuple(tie("text"), tie("text")).map(([one, other]) => `[${one}, ${other}].join("/")`),
      tie("text").map((one) => `${one}.toUpperCase().toLowerCase()`),
      tie("text").map((one) => `((x) => x + "/y")(${one})`),
      tie("text").map((one) => `same(${one})`),
      tie("text").map((one) => `${one}.replace("a", "z")`),
      tie("text").map((one) => `new Holder(${one}).value`),
    ),
  }));
  return text;
}

const program: fc.Arbitrary<Program> = fc.integer({ min: 1, max: 6 }).chain((count) => {
  let built: fc.Arbitrary<Program> = fc.constant({ lines: [], texts: [] });
  for (let index = 0; index < count; index++)
    built = built.chain(({ lines, texts }) =>
      fc.tuple(expression(texts), expression(texts), pick).map(([one, other, kind]) => {
        const name = `v${String(index)}`;
        const added = statements(name, one, other)[kind % 9] ?? "";
        return { lines: [...lines, added], texts: added.includes(`let ${name}`) ? [...texts, name] : texts };
      }),
    );
  return built;
});

function statements(name: string, one: string, other: string): readonly string[] {
  return [
    `let ${name} = ${one};`,
    `let ${name} = ${one}; ${name} = ${other};`,
    `load("./" + ${one});`,
    `read(path.join(__dirname, ${one}));`,
    `for (const each of [${one}, ${other}]) load("./" + each);`,
    `[${one}, ${other}].map((each) => "./" + each).forEach((each) => load(each));`,
    `const f${name} = (x, y) => { load("./" + y); return x; }; f${name}(${one}, ${other});`,
    `const t${name} = { go(x) { read(__dirname + "/" + x); } }; t${name}.go(${one});`,
    `for (const [key, value] of Object.entries({ ${JSON.stringify("q")}: ${one} })) read(path.resolve(__dirname, key, value));`,
  ];
}

const head = `const path = require("path"), fs = require("fs");
const load = (x) => { try { require(x); } catch {} };
const read = (x) => { try { fs.readFileSync(x); } catch {} };
const flag = process.argv.length > 99, none = "";
const same = (x) => x;
class Holder { constructor(x) { this.value = x; } }
`;

/** Tells, when it is loaded before a program, what that loads and reads. */
const tracer = `const Module = require("module"), fs = require("fs"), write = fs.writeSync;
const { _load } = Module, { readFileSync } = fs;
Module._load = (name, ...rest) => { if (/^[./]/.test(name)) write(1, "load " + name + "\\n"); return _load(name, ...rest); };
fs.readFileSync = (name, ...rest) => { if (String(name).startsWith(__dirname) && !/\\.js$/.test(name)) write(1, "read " + name + "\\n"); return readFileSync(name, ...rest); };
`;

/** True where a text with holes may stand for another. */
function covers(pattern: string, name: string): boolean {
  const [start = "", ...rest] = pattern.split("\0");
  if (rest.length === 0) return pattern === name;
  let from = start.length;
  if (!name.startsWith(start)) return false;
  for (const part of rest.slice(0, -1)) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  const end = rest.at(-1) ?? "";
  return name.length >= from + end.length && name.endsWith(end);
}

it("finds at least what Node opens, in programs that are generated", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "pith-superset-"));
  try {
    writeFileSync(join(folder, "tracer.js"), tracer);
    mkdirSync(join(folder, "app"));
    const sources = fc.sample(program, { numRuns: programs, seed: 58 }).map(({ lines }) => head + lines.join("\n"));
    for (const [index, text] of sources.entries()) writeFileSync(join(folder, "app", `${String(index)}.js`), text);
    const all = `for (let at = 0; at < ${String(programs)}; at++) { require("fs").writeSync(1, "file " + at + "\\n"); require("./app/" + at + ".js"); }`;
    writeFileSync(join(folder, "all.js"), all);
    const run = spawnSync(process.execPath, ["--require", "./tracer.js", "all.js"], { cwd: folder, encoding: "utf8" });
    expect(run.stderr).toBe("");
    let index = 0;
    const lost: string[] = [];
    const cache = new Map<string, ReturnType<typeof readReferences>>();
    for (const line of run.stdout.trim().split("\n")) {
      const [verb, name = ""] = line.split(/ (.*)/u);
      if (verb === "file") index = Number(name);
      if (verb === "file" || /^(?:\.\/app\/|.*\/all\.js$)/u.test(name)) continue;
      const path = join(folder, "app", `${String(index)}.js`);
      const text = sources[index] ?? "";
      const found = cache.get(path) ?? readReferences({ path, text, workdir: folder, packageRoot: dirname(path) });
      cache.set(path, found);
      const isNamed = found.some((one) =>
        verb === "load"
          ? one.kind === "module" && one.mode === "require" && covers(one.specifier, name)
          : (one.kind === "path" || one.kind === "handed") && (one.path === dirname(path) || covers(one.path, name)),
      );
      if (!isNamed) lost.push(`${line} in:\n${text.slice(head.length)}`);
    }
    expect(lost).toEqual([]);
    expect(cache.size).toBeGreaterThan(60);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
