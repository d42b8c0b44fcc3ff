import { expect, it } from "vitest";
import { turnOfCommit } from "../../../scripts/lib/change.ts";
import { atTurn, corpusPrograms } from "../../support/corpus.ts";

it("two turns run each program of the corpus at each of its levels", () => {
  for (const program of corpusPrograms()) {
    const turns = ["0", "1"].map((turn) => atTurn(program, turn).levels);
    expect(turns.every((levels) => levels.length > 0)).toBe(true);
    expect(new Set(turns.flat())).toEqual(new Set(program.levels));
    expect(turns.map((levels) => levels.length > 1)).toEqual(
      turns.map(() => program.core && program.levels.length > 1),
    );
  }
});

it("each turn has about as many programs at each level", () => {
  const programs = corpusPrograms().filter(({ core, levels }) => !core && levels.length === 2);
  const safe = programs.filter((program) => atTurn(program, "0").levels[0] === "safe").length;
  expect(safe / programs.length).toBeGreaterThan(0.35);
  expect(safe / programs.length).toBeLessThan(0.65);
});

it("a run that is told no turn has all levels", () => {
  for (const program of corpusPrograms()) expect(atTurn(program, undefined)).toBe(program);
});

it("a commit has a turn", async () => {
  expect(await turnOfCommit()).toMatch(/^[01]$/u);
});
