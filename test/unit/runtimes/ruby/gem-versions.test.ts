import { expect, it } from "vitest";
import { compareVersions, meets } from "../../../../src/runtimes/ruby/gem-versions.ts";

it("orders versions and tells which meet a requirement", () => {
  const versions = ["2.0.0", "1.10", "1.9.1", "2.0.0.rc1", "1.9"];
  expect(versions.toSorted(compareVersions)).toEqual(["1.9", "1.9.1", "1.10", "2.0.0.rc1", "2.0.0"]);
  expect([
    meets("1.4.9", ["~> 1.4"]),
    meets("2.0", ["~> 1.4"]),
    meets("1.5.0", ["~> 1.4.2"]),
    meets("1.5", [">= 1.2", "< 1.6", "!= 1.4"]),
    meets("1.5", ["1.5"]),
    meets("3", ["unreadable!"]),
  ]).toEqual([true, false, false, true, true, true]);
});

it("knows what is no version, and no requirement", () => {
  expect(compareVersions("1.0", "1")).toBe(0);
  expect(["1.0", "HEAD", "0.a"].toSorted(compareVersions)).toEqual(["HEAD", "0.a", "1.0"]);
  expect(compareVersions("HEAD", "main")).toBe(0);
  expect([meets("HEAD", ["> 1"]), meets("2.0.0.rc1", ["~> 1.4"]), meets("1.4.0.rc1", ["~> 1.4"])]).toEqual([
    true,
    false,
    false,
  ]);
});
