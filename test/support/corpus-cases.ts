import { readFileSync } from "node:fs";
import { z } from "zod";
import { type CorpusProgram, chosenPrograms, hasSteps, inBoth, type Level } from "./corpus.ts";

/** A program of the corpus at a level, in its own image or among the packages of another. */
export interface CorpusCase {
  readonly title: string;
  readonly program: CorpusProgram;
  readonly level: Level;
  /** True: an engine takes the steps of its builders. */
  readonly takesEngine: boolean;
}

/** Names a file with the titles of the cases of a run, as JSON. Without it, a run has all of its programs' cases. */
export const casesVariable = "PITH_CORPUS_CASES";

/** All cases of the programs that PITH_CORPUS lists, sorted as the programs are. */
export function corpusCases(): readonly CorpusCase[] {
  return chosenPrograms()
    .flatMap(inBoth)
    .flatMap(({ program, place: location }) =>
      program.levels.map((level) => ({
        title: `${program.group} ${program.name} at ${level}${location}`,
        program: { ...program, among: undefined },
        level,
        takesEngine: hasSteps(program),
      })),
    );
}

/** The cases of this run. */
export function casesOfRun(): readonly CorpusCase[] {
  const file = process.env[casesVariable];
  if (file === undefined) return corpusCases();
  const titles = new Set(z.array(z.string()).parse(JSON.parse(readFileSync(file, "utf8"))));
  return corpusCases().filter(({ title }) => titles.has(title));
}
