import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseToml, tableAt, tablesIn, textOf, textsOf } from "../../../../src/formats/toml/toml.ts";

describe("a text of TOML", () => {
  const toml = parseToml(`
title = 'own' # a comment
[ tool . "poetry".dependencies ]
"zope.interface" = ">=1"
other = { version = "2", extras = ["a]b"] }
list = ["x # no comment", """
a "text" of two lines""", 3]
[[package]]
name = "one"
[[package]]
name = 2
`);

  it("has its tables, lists and texts, however they are written", () => {
    const dependencies = tableAt(toml, "tool", "poetry", "dependencies");
    expect(Object.keys(dependencies ?? {})).toEqual(["zope.interface", "other", "list"]);
    expect(textsOf(dependencies, "list")).toEqual(["x # no comment", 'a "text" of two lines']);
    expect(textOf(tableAt(dependencies, "other"), "version")).toBe("2");
    expect(tablesIn(toml, "package").map((one) => textOf(one, "name"))).toEqual(["one", undefined]);
    expect(textOf(toml, "title")).toBe("own");
  });

  it("has nothing at keys that are absent, or that are something else", () => {
    expect(tableAt(toml, "title", "length")).toBeUndefined();
    expect(tableAt(undefined, "tool")).toBeUndefined();
    expect(tableAt(toml, "package")).toBeUndefined();
    expect(textsOf(toml, "title")).toEqual([]);
    expect(tablesIn(toml, "tool")).toEqual([]);
    expect(textOf(toml, "toString")).toBeUndefined();
  });
});

it.each([
  ["no TOML", "a = \n[b]"],
  ["a table twice", "[a]\n[a]"],
  ["deep", `a = ${"[".repeat(100)}${"]".repeat(100)}`],
  ["deeper than a stack", `a = ${"{a=".repeat(100_000)}`],
  ["long", `a = "${"x".repeat(2 ** 21)}"`],
])("a text that is %s is none", (_, text) => {
  expect(parseToml(text)).toBeUndefined();
});

it("a name of JavaScript's own objects is a key as any other", () => {
  const toml = parseToml('[__proto__]\nname = "x"\n[constructor]\nname = "y"');
  expect(textOf(tableAt(toml, "constructor"), "name")).toBe("y");
  expect(textOf(tableAt({}, "constructor"), "name")).toBeUndefined();
  expect("name" in {}).toBe(false);
});

property.prop([fc.string({ unit: "binary" })])("no text makes it throw", (text) => {
  expect(() => parseToml(text)).not.toThrow();
});
