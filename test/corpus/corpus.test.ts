import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type CorpusProgram,
  chosenLevels,
  chosenPrograms,
  corpusPrograms,
  inImage,
  isWhole,
  type Level,
  writeContext,
} from "../support/corpus.ts";
import { failuresOf } from "../support/corpus-run.ts";
import { build, docker, testEngine } from "../support/engine.ts";

const cases = chosenPrograms(testEngine().store).flatMap((program) => {
  const { among } = program;
  const crowded =
    among === undefined || !isWhole()
      ? []
      : [{ place: ` among the packages of ${among}`, one: inImage(program, among) }];
  return [{ place: "", one: program }, ...crowded].flatMap(({ place, one }) =>
    chosenLevels(one).map((level) => ({ title: `${one.group} ${one.name} at ${level}${place}`, program: one, level })),
  );
});

test("the corpus has sixty programs and more, each with a name of its own and an answer", () => {
  const programs = corpusPrograms();
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
  const silent = programs.filter(({ runs, server, says }) => runs.length === 0 && server === undefined && !says);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

describe.concurrent("programs answer in their scratch images", () => {
  test.for(cases)("$title", { timeout: 600_000 }, async ({ program, level }, { expect: expectHere }) => {
    expectHere(await failuresAt(program, level)).toEqual([]);
  });
});

let builds = 0;

async function failuresAt(program: CorpusProgram, level: Level): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-program-"));
  const tag = `pith-corpus/${program.group}-${program.name}:${program.image}-${level}`;
  try {
    const { code, output } = await build({ spec: writeContext(program, level, folder), tag });
    if (code !== 0) return ["cannot be built", output];
    if (program.says !== undefined && !output.includes(program.says)) return [`does not say ${program.says}`, output];
    return await failuresOf(program, tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (process.env["PITH_KEEP"] === undefined) await docker(["image", "rm", "--force", tag]);
    // Two hundred closures are more than a small disk holds; the images that they come from stay, for they are used most.
    builds += 1;
    if (builds % 15 === 0) await docker(["builder", "prune", "--force", "--keep-storage=8GB"]);
  }
}
