import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { readComparison } from "../../comparison/results.ts";
import { readRepositories } from "../../repositories/results.ts";
import { printResults } from "../../support/results.ts";
import { readTightness } from "../../tightness/results.ts";
import { readFirstTry } from "../../wild/first-try/results.ts";
import { readWildResults } from "../../wild/results.ts";

it("has a line for each element of a list, and leaves out what is not known", () => {
  const lists = { day: "2026-12-07", programs: [{ name: "one", megabytes: undefined, sizes: [1, 2] }], none: [] };
  expect(printResults(lists)).toMatchInlineSnapshot(`
    "{
      "day": "2026-12-07",
      "programs": [
        {"name": "one", "sizes": [1, 2]}
      ],
      "none": []
    }
    "
  `);
});

it.each(globSync("test/**/results.json", { cwd: projectFolder }).toSorted())(
  "%s is as its writer writes it",
  (path) => {
    const text = readFileSync(join(projectFolder, path), "utf8");
    expect(printResults(z.looseObject({}).parse(JSON.parse(text)))).toBe(text);
  },
);

it("has no figure that cannot be: what works and what fails are not more than all", () => {
  const { batches, runs, modules } = readFirstTry();
  const wrong = [
    ...batches.filter(({ programs, work, silent }) => work + silent > programs),
    ...runs.filter(
      ({ programs, work, silent, announced = 0, noImage = 0 }) => work + silent + announced + noImage > programs,
    ),
    ...modules.filter((one) => one.work + one.silent + one.loadLess !== one.modules),
    ...readRepositories().kinds.filter(
      ({ repositories, built, atFirst, now }) => built > repositories || atFirst > built || now > built,
    ),
    ...readTightness().programs.filter(({ shippedMegabytes, openedMegabytes }) => openedMegabytes > shippedMegabytes),
  ];
  expect(wrong).toEqual([]);
  expect(readWildResults().programs.length).toBeGreaterThan(0);
  expect(readComparison().images.length).toBeGreaterThan(0);
});
