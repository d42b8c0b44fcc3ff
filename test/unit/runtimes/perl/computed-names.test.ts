import { expect, it } from "vitest";
import { scanComputed } from "../../../../src/runtimes/perl/computed-names.ts";

const names = Array.from({ length: 60 }, (_, at) => `page${String(at)}.html`);

it.each([
  ["a list of texts", `my @pages = map { dirname(__FILE__) . "/$_" } (${names.map((one) => `"${one}"`).join(", ")});`],
  ["a list of words", `my @pages = map { dirname(__FILE__) . "/$_" } qw(${names.join(" ")});`],
  [
    "a statement of many lines",
    `my $place = dirname(__FILE__);\nmy %pages = (\n${names.map((one) => `  # ${"for people ".repeat(10)}\n  x => $place . "${one}",\n`).join("")});`,
  ],
])("takes all names of %s beside the place of the source", (_, code) => {
  expect(scanComputed(code).places.flat()).toEqual(expect.arrayContaining(names));
});

it("follows the place of the source through variables that are made of each other", () => {
  const code = `my $file = __FILE__;
my $dir = dirname($file);
my @parts = File::Spec->splitdir($dir);
my $pictures = File::Spec->catdir(@parts, 'Own', 'pictures');`;
  expect(scanComputed(code).places).toContainEqual(["Own", "pictures"]);
});

it.each([
  ["only the run tells what is read below it", 'return "$place/$name";', [["Letters"]]],
  ["what is read below it is written", 'return "$place/own.map";', []],
])("knows the directory that a module makes of its own name: %s", (_, last, directories) => {
  const code = `package Own::Letters;\nmy $place = $INC{+shift};\n$place =~ s/\\.pm//;\nsub f { my $name = shift; ${last} }`;
  expect(scanComputed(code).places.filter((list) => list.includes("Letters"))).toEqual(directories);
});
