import { expect, it } from "vitest";
import { corpusPrograms } from "../../support/corpus.ts";
import { today } from "../../support/results.ts";
import { aimOf, lineOf, median, readTightness } from "../../tightness/results.ts";

it("keeps of a program what ships a byte that is opened, and the largest files that are not", () => {
  const unopened = [4e6, 3e5, 2e5, 1e5].map((sizeBytes, index) => ({
    path: `/usr/lib/${String(index)}.so`,
    sizeBytes,
  }));
  const measured = { group: "web", name: "one", level: "safe", shippedBytes: 6.44e6, openedBytes: 1.84e6 } as const;
  expect(lineOf({ ...measured, unopened })).toEqual({
    day: today(),
    group: "web",
    name: "one",
    level: "safe",
    shippedMegabytes: 6.4,
    openedMegabytes: 1.8,
    ratio: 3.5,
    unopened: [
      { path: "/usr/lib/0.so", megabytes: 4 },
      { path: "/usr/lib/1.so", megabytes: 0.3 },
      { path: "/usr/lib/2.so", megabytes: 0.2 },
    ],
  });
});

it("takes medians, and has an aim for each group that has one", () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([undefined, 3, 2.5, 2]);
  expect([aimOf("web", "safe"), aimOf("perl", "safe"), aimOf("perl", "reachable"), aimOf("java", "safe")]).toEqual([
    1.5,
    2.4,
    1.4,
    undefined,
  ]);
});

it("has results of programs that the corpus has", () => {
  const known = new Set(corpusPrograms().map(({ group, name }) => `${group} ${name}`));
  expect(readTightness().programs.filter(({ group, name }) => !known.has(`${group} ${name}`))).toEqual([]);
});
