import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { expandGlob, matchGlob, mayMatchBelow, parseGlob } from "../../../src/rootfs/glob.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";

describe("matchGlob", () => {
  it.each([
    ["/usr/bin/*", "/usr/bin/env", true],
    ["/usr/bin/*", "/usr/bin/.hidden", true],
    ["/usr/bin/*", "/usr/bin/a/b", false],
    ["/usr/**", "/usr", true],
    ["/usr/**", "/usr/a/b", true],
    ["**/*.py", "/a.py", true],
    ["**/*.py", "/x/y/a.py", true],
    ["a/**/b/**/c", "a/b/x/b/y/c", true],
    ["a/**/b/**/c", "a/x/c", false],
    ["/usr/bin/\\[", "/usr/bin/[", true],
    ["/usr/bin/[", "/usr/bin/[", true],
    ["lib[a-c].so", "libb.so", true],
    ["lib[!a-c].so", "libb.so", false],
    ["lib[]x].so", "lib].so", true],
    ["?", "é", true],
    ["{a,b}", "a", false],
    ["{a,b}", "{a,b}", true],
    ["a**b", "axyb", true],
    ["", "/", true],
  ])("%s against %s: %s", (pattern, path, expected) => {
    expect(matchGlob(pattern, path)).toBe(expected);
  });

  it("takes no longer for hostile patterns", () => {
    expect(matchGlob("a*".repeat(2000) + "b", "a".repeat(4000))).toBe(false);
    expect(matchGlob("**/a/".repeat(1000) + "b", "a/".repeat(2000))).toBe(false);
  });

  it("knows where nothing can match", () => {
    const glob = parseGlob("/usr/lib/python*/x");
    expect(
      ["/", "/usr", "/usr/lib/python3", "/etc", "/usr/lib/python3/x"].map((path) => mayMatchBelow(glob, path)),
    ).toEqual([true, true, true, false, false]);
  });
});

/** Tries everything: right by its shape, and far too slow for anything but this test. */
function matchSlowly(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === "**") return matchSlowly(rest, path) || (path.length > 0 && matchSlowly(pattern, path.slice(1)));
  const expression = new RegExp(`^${first.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
  return path[0] !== undefined && expression.test(path[0]) && matchSlowly(rest, path.slice(1));
}

const patternComponents = fc.array(fc.oneof(fc.constant("**"), fc.stringMatching(/^[ab*?]{1,4}$/u)), { maxLength: 5 });
const pathComponents = fc.array(fc.stringMatching(/^[ab]{1,3}$/u), { maxLength: 5 });

test.prop([patternComponents, pathComponents])("matchGlob agrees with trying everything", (pattern, path) => {
  // Inside a longer component two stars are one.
  fc.pre(pattern.every((component) => component === "**" || !component.includes("**")));
  expect(matchGlob(pattern.join("/"), path.join("/"))).toBe(matchSlowly(pattern, path));
});

test.prop([fc.string(), fc.string()])("matchGlob never throws", (pattern, path) => {
  matchGlob(pattern, path);
});

describe("expandGlob", () => {
  const root = memoryRootFs([
    ["/usr/lib/a.so", { content: "" }],
    ["/usr/lib/sub/b.so", { content: "" }],
    ["/lib", { target: "usr/lib" }],
  ]);

  it.each([
    ["/lib/*.so", ["/lib/a.so"]],
    ["/**/*.so", ["/usr/lib/a.so", "/usr/lib/sub/b.so"]],
    ["/l*/a.so", ["/lib/a.so"]],
    ["/usr/lib/**", ["/usr/lib", "/usr/lib/a.so", "/usr/lib/sub", "/usr/lib/sub/b.so"]],
    ["/nowhere/*", []],
    ["/usr/../etc", []],
  ])("%s", async (pattern, expected) => {
    expect(await expandGlob(root, pattern)).toEqual(expected);
  });
});
