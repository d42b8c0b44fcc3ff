import { expect, it } from "vitest";
import { libraryNamesIn, scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";
import { withHeldWords } from "../../../../src/runtimes/ruby/started-programs.ts";

const read = (code: string): readonly string[] => {
  const { features, relatives, open } = scanRuby(code);
  return [
    ...features.map(({ name }) => name),
    ...relatives.map((name) => `./${name}`),
    ...open.map(({ what }) => `? ${what}`),
  ];
};

it("follows a text that a name holds, once given, in what a call loads", () => {
  expect(
    read(`
mail_dir = "#{__dir__}/mail"
part_rb = "#{__dir__}/part"
KIT = "kit/parts".freeze
sasl = File.expand_path("sasl", __dir__)
web = File.join(__dir__, 'web')
autoload :Sender, "#{mail_dir}/sender"
require "#{sasl}/plain"
require "#{web}/page"
autoload :Part, part_rb
require "#{KIT}/one"
`),
  ).toEqual(["kit/parts/one", "./mail/sender", "./sasl/plain", "./web/page", "./part"]);
  expect(read(`dir = "a"\ndir = other\nrequire "#{dir}/b"`)).toEqual([`? require "#{dir}/b"`]);
  expect(read(`dir = "a"\ndir << "b"\nrequire dir if x`)).toEqual(["? require dir if x"]);
});

it("knows the names of a list that is loaded one by one, behind `begin` too", () => {
  expect(
    read(
      `%w(\n one/railtie\n two/engine\n).each do |railtie|\n  begin\n    require railtie\n  rescue LoadError\n  end\nend`,
    ),
  ).toEqual(["one/railtie", "two/engine"]);
  expect(
    read(`%w(a/b c/d).each do |one|\n  begin # a comment\n    require one\n  rescue LoadError\n  end\nend`),
  ).toEqual(["a/b", "c/d"]);
  expect(read(`["a", "b"].each { |name| require name }\nrequire name`)).toEqual(["a", "b", "? require name"]);
});

it("takes whole names of libraries out of lists of words", () => {
  const { libraries } = scanRuby("names = %w(libmagic.1.dylib libmagic.so.1 magic1.dll)\nffi_lib(paths + names)\n");
  expect(libraries).toEqual(["libmagic.so.1"]);
});

it("puts a word that one name holds into the commands that begin with it", () => {
  const code = "@@cmd = 'exiftool'\nother = 'a'\nother = 'b'\n`#{@@cmd} -ver #{other} #{name}`";
  expect(withHeldWords(code)).toContain("`exiftool -ver #{other} #{name}`");
});

it("knows a library by the word that its name is put together of", () => {
  expect(libraryNamesIn('LIBRARY = "libkit.so.2"\nname = "parts"\nopen("lib#{name}.so.1")')).toEqual([
    "libkit.so.2",
    "libparts.so.1",
  ]);
});

it("reads what a text of code loads", () => {
  expect(
    read(`eval "require 'kit'"\nclass_eval('require "parts"')\nsystem("ruby", "-e", "require 'own/one'")`),
  ).toEqual(["kit", "parts", "own/one"]);
});
