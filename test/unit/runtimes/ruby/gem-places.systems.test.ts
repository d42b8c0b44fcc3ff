import { expect, it } from "vitest";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";

it("knows where the packages of a distribution have modules and specifications", () => {
  const isOfRuby = (path: string) => ruby.systemDirectories?.test(path) === true;
  expect(isOfRuby("/usr/share/rubygems-integration/all/specifications/a.gemspec")).toBe(true);
  expect(isOfRuby("/usr/lib/x86_64-linux-gnu/rubygems-integration/3.3.0/specifications/a.gemspec")).toBe(true);
  expect(isOfRuby("/usr/share/ruby-json/a.json")).toBe(false);
});
