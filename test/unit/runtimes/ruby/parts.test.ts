import { expect, it } from "vitest";
import { processFiles } from "../../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { parseLock } from "../../../../src/runtimes/ruby/bundle-settings.ts";
import { readRubyCommand } from "../../../../src/runtimes/ruby/command-line.ts";
import { compareVersions, meets } from "../../../../src/runtimes/ruby/gem-versions.ts";
import { featureBelow } from "../../../../src/runtimes/ruby/gems.ts";
import { scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

it("reads the options of ruby", () => {
  const { code, ...command } = readRubyCommand([
    "-W0",
    "-Ilib:ext",
    "-rjson",
    "--disable=gems,did-you-mean",
    "-C",
    "/srv",
    "--encoding",
    "UTF-8",
    "run.rb",
    "-e",
    "x",
  ]);
  expect(code).toBeUndefined();
  expect(command).toEqual({
    script: "run.rb",
    arguments: ["-e", "x"],
    directories: ["lib", "ext"],
    libraries: ["json"],
    directory: "/srv",
    searchesPath: false,
    disabled: new Set(["gems", "did_you_mean"]),
  });
  expect(readRubyCommand(["-ne", "puts 1", "file"])).toMatchObject({ code: "puts 1", script: undefined });
  expect(readRubyCommand(["-S", "rake"])).toMatchObject({ script: "rake", searchesPath: true });
});

it("reads the gems of a lock, and not what they depend on", () => {
  const lock =
    "GEM\n  specs:\n    web (2.1.0-x86_64-linux)\n      base (>= 1)\n    base (1.4)\n\nDEPENDENCIES\n  web\n";
  expect([...parseLock(lock)]).toEqual([
    ["web", ["2.1.0"]],
    ["base", ["1.4"]],
  ]);
});

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

it("takes a source of a feature from any directory before its compiled part", async () => {
  const files = processFiles(
    fixtureRoot(`
//- /arch/ox.so
//- /arch/both.so
//- /lib/ox.rb
//- /lib/own.so
`),
  );
  const found = (name: string) => featureBelow([toAbsPath("/arch"), toAbsPath("/lib")], name, files);
  expect(await found("ox")).toBe("/lib/ox.rb");
  expect(await found("ox.so")).toBe("/arch/ox.so");
  expect(await found("own")).toBe("/lib/own.so");
  expect(await found("none")).toBeUndefined();
});
