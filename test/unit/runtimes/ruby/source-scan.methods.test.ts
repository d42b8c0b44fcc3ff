import { expect, it } from "vitest";
import { scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";

it("takes methods named like loaders, keys and definitions for what they are", () => {
  const text = `
gem "x", require: false
params.require(:user)
def load(path) = path
load path
def self.require(name); end
autoload = 1
require if true
Marshal.load(x)
`;
  expect(scanRuby(text).open).toEqual([]);
  expect(scanRuby("require name\nload File.join(a, b)\n").open.map(({ what }) => what)).toEqual([
    "require name",
    "load File.join(a, b)",
  ]);
});
