import { createHash } from "node:crypto";
import type { CorpusProgram } from "../../test/support/corpus.ts";
import type { CorpusCase } from "../../test/support/corpus-cases.ts";
import type { TouchedPrograms } from "./choice.ts";

/** How the cases of a run are chosen. */
export interface Turn {
  /** Decides which cases come first; a run for another commit has another. */
  readonly turn: string;
  /** Seconds that the cases without an engine, and those with one, may take together. */
  readonly seconds: number;
  /** What a case took when it was last recorded. */
  secondsOf(one: CorpusCase): number;
}

/**
 * The cases of a run for a push: those of changed programs; one level of each program of a changed language, and of one
 * program of the core of each other language, or of the whole core for a change of what all share. Then further ones in
 * the order of the turn, as far as the time goes: all of them where all could be touched, else those of the changed
 * languages.
 */
export function chooseCases(cases: readonly CorpusCase[], touched: TouchedPrograms, turn: Turn): readonly CorpusCase[] {
  const ranked = cases.toSorted((left, right) => (rank(turn.turn, left.title) < rank(turn.turn, right.title) ? -1 : 1));
  const chosen = new Set(ranked.filter(({ program }) => isChanged(program, touched.paths)));
  for (const found of firstOfEach(ranked, ({ program }) => obligation(program, touched))) chosen.add(found);
  for (const takesEngine of [false, true]) {
    let left = turn.seconds;
    for (const one of chosen) if (one.takesEngine === takesEngine) left -= turn.secondsOf(one);
    const further = ranked.filter(
      (one) =>
        one.takesEngine === takesEngine &&
        !chosen.has(one) &&
        (touched.isWide || isOfLanguage(one.program, touched.languages)),
    );
    for (const one of further) {
      left -= turn.secondsOf(one);
      if (left >= 0) chosen.add(one);
    }
  }
  return cases.filter((one) => chosen.has(one));
}

function rank(turn: string, title: string): string {
  return createHash("sha256").update(`${turn}\n${title}`).digest("hex");
}

/** The first case of each name that `of` gives; cases without a name are left out. */
function firstOfEach(cases: readonly CorpusCase[], of: (one: CorpusCase) => string | undefined): readonly CorpusCase[] {
  const found = new Map<string, CorpusCase>();
  for (const one of cases) {
    const name = of(one);
    if (name !== undefined && !found.has(name)) found.set(name, one);
  }
  return [...found.values()];
}

/** What one case of a run has to stand for: its program, or the core of its group. */
function obligation(program: CorpusProgram, touched: TouchedPrograms): string | undefined {
  if (isOfLanguage(program, touched.languages)) return `${program.group} ${program.name}`;
  if (!program.core) return undefined;
  return touched.isWide ? `${program.group} ${program.name}` : program.group;
}

function isChanged({ group, name, image, uses, among }: CorpusProgram, paths: readonly string[]): boolean {
  const images = [image, ...uses, ...(among === undefined ? [] : [among])];
  return paths.some(
    (path) =>
      path === `test/corpus/programs/${group}/${name}.yaml` ||
      images.some(
        (one) => path.startsWith(`test/corpus/images/${one}.`) || path.startsWith(`test/corpus/images/${one}/`),
      ),
  );
}

/** Deno's and Bun's programs stand among those of Node, by their names. */
function isOfLanguage({ group, name }: CorpusProgram, languages: readonly string[]): boolean {
  return languages.some((language) => language === group || name === language || name.startsWith(`${language}-`));
}
