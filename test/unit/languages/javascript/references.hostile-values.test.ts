import { expect, it } from "vitest";
import { readReferences } from "../../../../src/languages/javascript/references.ts";

/** The modules that a source is found to load, an unknown part as `*`, and code that is not read as `code`. */
function loads(text: string): readonly string[] {
  const found = readReferences({ path: "/app/a.js", text, workdir: "/app" }).flatMap((one) =>
    one.kind === "module" ? [one.specifier.replaceAll("\0", "*")] : one.kind === "made-code" ? ["code"] : [],
  );
  return [...new Set(found)].filter((name) => name !== "path");
}

function growing(levels: number, value: (before: string) => string, start = '"abc"'): readonly string[] {
  return [
    `const v0 = ${start};`,
    ...Array.from({ length: levels }, (_, at) => `const v${at + 1} = ${value(`v${at}`)};`),
  ];
}

const ways: readonly (readonly [string, (before: string) => string])[] = [
  ["templates", (v) => `\`\${${v}}\${${v}}\${${v}}\${${v}}\``],
  ["sums", (v) => `${v} + ${v}`],
  ["path.join", (v) => `path.join(${v}, ${v}, ${v}, ${v})`],
  ["path.resolve", (v) => `path.resolve("/a", ${v} + ${v})`],
  ["lists", (v) => `[${v}, ${v}, ${v}].join("/")`],
  ["URLs", (v) => `new URL("./" + ${v} + "/" + ${v}, import.meta.url)`],
  ["replacements", (v) => `${v}.replace(/[abc]/g, ${v})`],
];

it.each(ways)("a text that grows by %s is not known from the length on that none has", (_, value) => {
  const lines = growing(40, value);
  expect(loads([...lines, "require(v1); require(v40);"].join("\n")).at(-1)).toContain("*");
  // The value of each name is put together of others that stand further on.
  expect(loads([...lines.toReversed(), "require(v40);"].join("\n")).at(-1)).toContain("*");
});

it("a text is as long as it is where the source writes it out", () => {
  const long = "a".repeat(100_000);
  expect(loads(`require("${long}"); require(\`${long}\`); require("./x" + "${long}");`)).toEqual([long, `./x${long}`]);
});

it("choices of values are few, however many names hold them", () => {
  const lines = growing(40, (v) => `x ? ${v} + "a" : ${v} + "b"`);
  expect(loads([...lines, "require(v1); require(v2);"].join("\n"))).toEqual(
    ["a", "b", "aa", "ba", "ab", "bb"].map((end) => `abc${end}`),
  );
  const many = loads([...lines, "require(v40);"].join("\n"));
  expect(many.length).toBeLessThanOrEqual(128);
  expect(many.filter((name) => !name.includes("*"))).toEqual([]);
});

it("code that evaluates itself is read once, and is told where it goes on", () => {
  expect(loads('const s = "eval(s) + eval(s) + eval(s)"; require(eval(s)); eval(s);')).toEqual(["*", "code"]);
  expect(loads(nestedCode(7))).toEqual(["a"]);
  expect(loads(nestedCode(12))).toEqual(["code"]);
});

function nestedCode(levels: number): string {
  let code = "require('a')";
  for (let level = 0; level < levels; level++) code = `eval(${JSON.stringify(code)})`;
  return code;
}

it("code in texts is read while it costs no more than a source may", () => {
  const module = (at: number): string => `eval("require('m${String(at)}')");`;
  const few = Array.from({ length: 100 }, (_, at) => module(at)).join("");
  expect(loads(few)).toHaveLength(100);
  const many = Array.from({ length: 5000 }, (_, at) => module(at)).join("");
  expect(loads(many)).toContain("code");
});
