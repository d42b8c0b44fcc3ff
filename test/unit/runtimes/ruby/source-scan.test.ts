import { expect, it } from "vitest";
import { scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";

it("reads what sources load, and not comments, documentation or methods of others", () => {
  const { code, ...scan } = scanRuby(`
require "a"; require 'b' if x
  require("c")
# require "comment"
=begin
require "documentation"
=end
self.require "method"
Kernel.require "d"
require_relative "e"
require File.expand_path("../f", __FILE__)
require File.join(__dir__, "g", "h")
require "plug/#{name}"
require_relative "near/#{name}"
require name
autoload :I, "i"
autoload :HttpClient
gem "j", "~> 1"
load Gem.activate_bin_path("k", "l", version)
$LOAD_PATH.unshift File.expand_path("../lib", __dir__)
$: << "ext"
Fiddle.dlopen("libm.so.6")
%w[one two].each { |word| use word }
__END__
require "end"
`);
  expect(code).toContain("require");
  expect(scan).toMatchInlineSnapshot(`
    {
      "beginnings": [],
      "constants": [
        "HttpClient",
      ],
      "directories": [
        {
          "isRelative": true,
          "path": "../lib",
        },
        {
          "isRelative": false,
          "path": "ext",
        },
      ],
      "features": [
        {
          "isCertain": true,
          "line": 2,
          "name": "a",
        },
        {
          "isCertain": false,
          "line": 2,
          "name": "b",
        },
        {
          "isCertain": false,
          "line": 3,
          "name": "c",
        },
        {
          "isCertain": true,
          "line": 9,
          "name": "d",
        },
        {
          "isCertain": false,
          "line": 16,
          "name": "i",
        },
      ],
      "gemPlaces": [],
      "gemPrefixes": [],
      "gems": [
        "j",
      ],
      "joined": [],
      "libraries": [
        "libm.so.6",
      ],
      "loaders": {
        "calls": Map {
          "dlopen" => [
            "libm.so.6",
          ],
        },
        "methods": [],
      },
      "open": [
        {
          "isRelative": false,
          "line": 13,
          "prefix": "plug/",
          "what": "require "plug/#{name}"",
        },
        {
          "isRelative": true,
          "line": 14,
          "prefix": "near/",
          "what": "require_relative "near/#{name}"",
        },
        {
          "isRelative": false,
          "line": 15,
          "prefix": "",
          "what": "require name",
        },
      ],
      "patterns": [],
      "places": {
        "bases": [],
        "lists": [
          [
            "f",
          ],
          [
            "g",
            "h",
          ],
          [
            "../lib",
          ],
        ],
      },
      "programs": [
        {
          "gem": "k",
          "name": "l",
        },
      ],
      "relatives": [
        "e",
        "f",
        "g/h",
      ],
      "requiresOwnName": false,
      "setsUpLoader": false,
      "words": [
        "method",
        "ext",
        "one",
        "two",
      ],
    }
  `);
});

it("takes every name of a list of which each is required", () => {
  const names = (code: string) => scanRuby(code).features.map(({ name }) => name);
  expect(names("%w'set uri'.each{|f| require f}")).toEqual(["set", "uri"]);
  expect(names("%w[net/http\n  json].each do |one|\n  require(one)\nend")).toEqual(["net/http", "json"]);
  expect(names("[\"a/b\", 'c'].each { |x| require x }")).toEqual(["a/b", "c"]);
  expect(names("[:a, :b].each { |x| require x.to_s }; %i[c].each do |x| require x.to_s end")).toEqual(["a", "b", "c"]);
  expect(names("%w[a b].each { |x| puts x; require y }")).toEqual([]);
});

it("reads what a name begins with, however the rest is joined to it", () => {
  const { features, open } = scanRuby(`require "kit/a/" + name
require "kit/%s" % name
require File.join("kit/b", name)
require ["kit", name].join("/")
%w[a b/c].each(&method(:require))
send(:require, "sent/x")
Kernel.send(:require, name)
require format("kit/f/%s", x)
[:a, :b].each { |m| autoload m.to_s.capitalize, "auto/#{m}" }
require_relative "rel/" + name
names.each(&method(:require))
`);
  expect(features.map(({ name }) => name).toSorted()).toEqual(["a", "b/c", "sent/x"]);
  expect(open.map(({ prefix, line }) => `${line}: ${prefix}`).toSorted()).toMatchInlineSnapshot(`
    [
      "10: rel/",
      "11: ",
      "1: kit/a/",
      "2: kit/",
      "3: kit/b/",
      "4: kit/",
      "7: ",
      "8: kit/f/",
      "9: auto/",
    ]
  `);
});
