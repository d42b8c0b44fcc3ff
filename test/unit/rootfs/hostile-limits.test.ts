import { expect, it } from "vitest";
import { readBeam } from "../../../src/formats/beam/beam-file.ts";
import { wordsAt } from "../../../src/languages/written-words.ts";
import { longestPath, longestText } from "../../../src/rootfs/hostile-limits.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { evaluate } from "../../../src/runtimes/php/expressions.ts";
import { addedPathsIn } from "../../../src/runtimes/python/added-paths.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { loadingLanguages, ownFiles } from "../../support/loading-languages.ts";

/*
 * What is not bounded has no end here in the time of any test: each would be built of sixteen times as much as the one
 * before. The costs are measured by test/stress/growing-texts.test.ts.
 */

const languages = new Map(loadingLanguages);

async function ownOf(name: string, sources: Readonly<Record<string, string>>): ReturnType<typeof ownFiles> {
  const language = languages.get(name);
  if (language === undefined) throw new Error(`no language is called ${name}`);
  return ownFiles(language, sources);
}

const levels = Array.from({ length: 30 }, (_, at) => at + 1);

it("PHP: variables that hold others again and again are not known", () => {
  const php = (variables: Readonly<Record<string, string>>, expression: string): readonly string[] =>
    evaluate(expression, {
      source: toAbsPath("/app/a.php"),
      constants: new Map(),
      variables: new Map(Object.entries(variables).map(([name, text]) => [name, [text]])),
    });
  const quarter = `'${"a".repeat(longestPath / 4)}'`;
  expect(php({ a: quarter }, "$a . $a . $a")).toEqual(["a".repeat((3 * longestPath) / 4)]);
  expect(php({ a: quarter }, "$a . $a . $a . $a . $a")).toEqual(["*"]);
  expect(php({ a: quarter, b: "$a . $a . $a . $a", c: "$b . $b . $b . $b" }, "$c")).toEqual(["*"]);
});

it("PHP: braces that stand for more patterns than anybody reads are one that is not known", () => {
  const glob = (pattern: string): readonly string[] =>
    evaluate(`glob('${pattern}')`, { source: toAbsPath("/a.php"), constants: new Map(), variables: new Map() });
  expect(glob("{a,b}{c,d}/{e,f{g,h}}")).toHaveLength(12);
  expect(glob("{a,b}".repeat(40))).toEqual(["*"]);
  expect(glob(`{${",".repeat(1500)}}`)).toEqual(["*"]);
});

it("Python: a directory of sys.path that no path is as long as is none", () => {
  const lines = levels.map((at) => `v${String(at)} = os.path.join(${`v${String(at - 1)}, `.repeat(8)})`);
  const source = (use: string): string => ['v0 = "lib"', ...lines, `sys.path.append(${use})`].join("\n");
  expect(addedPathsIn(source("v1"))).toEqual(["./lib/lib/lib/lib/lib/lib/lib/lib"]);
  expect(addedPathsIn(source("v30"))).toEqual([]);
});

it("lists of commands that are joined of others have a length", () => {
  const list = (name: string, inner: string): string => `${name} = [${inner.repeat(40)}]`;
  const code = [
    "subprocess.run(a.join(x))",
    list("d", '"0123456789", '),
    list("c", '" ".join(d), '),
    list("b", '" ".join(c), '),
    list("a", '" ".join(b), '),
    'subprocess.run(" ".join(a))',
  ].join("\n");
  const words = wordsAt(code, code.lastIndexOf('" ".join'), pythonCalls)?.words ?? [];
  expect(words).toHaveLength(1);
  expect(words[0]?.length).toBeLessThanOrEqual(longestText);
});

it("BEAM: bytes that begin a text at each place are read once", () => {
  const literals = Buffer.alloc(60_000, "k!");
  for (let at = 0; at < literals.length; at += 3) literals[at] = 107;
  const chunk = Buffer.concat([Buffer.alloc(4), literals]);
  const head = Buffer.from("FOR1\0\0\0\0BEAMLitT\0\0\0\0", "latin1");
  head.writeUInt32BE(chunk.length, 16);
  expect(readBeam(Buffer.concat([head, chunk]))?.texts.length).toBeLessThan(10);
});

it("a path that no system call takes leads nowhere", async () => {
  const path = "/a".repeat(50_000);
  expect(await ownOf("node", { main: `require(${JSON.stringify(path)}); require("./b.js");`, b: "" })).toEqual({
    own: ["/app/b.js", "/app/main.js"],
    codes: ["error MODULE_MISSING"],
  });
  expect((await ownOf("shell", { main: `. ./b.sh\ncat ${path}\n. ${path}`, b: "" })).own).toEqual([
    "/app/b.sh",
    "/app/main.sh",
  ]);
});

it.each([
  ["node", '{"a":', "}"],
  ["node", "[", "]"],
  ["php", "(", ")"],
  ["python", "(", ")"],
  ["ruby", "[", "]"],
])("%s: a source of brackets without end is read all the same: %s", async (name, open, close) => {
  const language = languages.get(name);
  const load = language?.load("b") ?? "";
  const nested = `${name === "php" ? "<?php $x = " : "x = "}${open.repeat(20_000)}0${close.repeat(20_000)};${name === "php" ? " ?>" : ""}`;
  const { own } = await ownOf(name, { main: `${load}\n${nested}\n`, b: "" });
  expect(own).toHaveLength(2);
});

it("shell: what arrays of arrays hold ships, and texts that run themselves come to an end", async () => {
  const arrays = levels.map((at) => {
    const before = `"\${v${String(at - 1)}[@]}"`;
    return `v${String(at)}=(${before} ${before} ${before})`;
  });
  expect(await ownOf("shell", { main: ["v0=(. ./b.sh)", ...arrays, '"${v30[@]}"'].join("\n"), b: "" })).toEqual({
    own: ["/app/b.sh", "/app/main.sh"],
    codes: [],
  });
  const evaluated = levels.map((at) => `v='eval "$v"; eval "$v$v" ${String(at)}'\neval "$v $v"`);
  expect((await ownOf("shell", { main: evaluated.join("\n") })).own).toEqual(["/app/main.sh"]);
});
