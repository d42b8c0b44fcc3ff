import { expect, it } from "vitest";
import { findForms } from "../../src/inspect/policy/secrets/contents.ts";
import { scanPerl } from "../../src/runtimes/perl/source-scan.ts";
import { scanPhp } from "../../src/runtimes/php/source-scan.ts";
import { addedPathsIn } from "../../src/runtimes/python/added-paths.ts";
import { pythonCalls } from "../../src/runtimes/python/started-programs.ts";
import { scanRuby } from "../../src/runtimes/ruby/source-scan.ts";
import { growthOf } from "../support/growth.ts";

it.each([
  ["use ", 50_000],
  ["\n", 200_000],
  ["'", 100_000],
  ["<<E ", 20_000],
])("Perl: text that is not Perl takes no longer than its length: %j", (piece, pieces) => {
  expect(growthOf((count, run) => scanPerl(`${run};${piece.repeat(count)}`), pieces)).toBeLessThan(10);
});

it.each([
  ["%w[", "a ", 100_000],
  ["[", '"a",', 50_000],
  ["", "%w[", 50_000],
])("Ruby: a list without an end takes no longer than its length: %s%s", (start, piece, pieces) => {
  expect(growthOf((count, run) => scanRuby(`${run};${start}${piece.repeat(count)}`), pieces)).toBeLessThan(10);
});

it.each(["<?php", "?>", "'", "<<<A\n", "/*", "<?= ", "require $x . "])(
  "PHP: text without an end takes no longer than its length: %j",
  (piece) => {
    expect(growthOf((count, run) => scanPhp(`<?php ${run}; ${piece.repeat(count)}`), 2000)).toBeLessThan(10);
  },
);

it.each(["sys.path.append(", "a=a\nsys.path.append(a)\n", 'sys.path.append(dirname(a.b.c/"x"+', "((((("])(
  "Python: directories that are added to sys.path take no longer than the text: %j",
  (piece) => {
    expect(growthOf((count) => addedPathsIn(`sys.path.append(${piece.repeat(count)}`), 2000)).toBeLessThan(10);
  },
);

it.each(["x = y.z(1); ", "a.run(b) ", "# "])("Python: programs are looked for no longer than the text: %j", (piece) => {
  const callsIn = (count: number): number => [...piece.repeat(count).matchAll(pythonCalls.calls)].length;
  expect(growthOf(callsIn, 5000)).toBeLessThan(10);
});

it.each(["postgres://a:", "mongodbmongodb", "PASSWORD=x\n", "jdbc:a:?password=", "client-key-data: A"])(
  "Secrets: texts that almost match take no longer than their length: %j",
  (piece) => {
    expect(growthOf((count) => findForms(piece.repeat(count)), 20_000)).toBeLessThan(10);
  },
);
