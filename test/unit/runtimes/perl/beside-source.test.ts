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
