import { expect, it } from "vitest";
import { turnOfCommit } from "../../../../scripts/lib/change.ts";
import { chooseCases } from "../../../../scripts/lib/corpus-choice.ts";
import { type CorpusCase, corpusCases } from "../../../support/corpus-cases.ts";

const cases = corpusCases();
const all = { languages: [], paths: [], isWide: true };
const choose = (
  touched: typeof all | { languages: string[]; paths: string[]; isWide: boolean },
  seconds: number,
  turn = "a",
) => chooseCases(cases, touched, { turn, seconds, secondsOf: () => 10 });
const programsOf = (chosen: readonly CorpusCase[]): ReadonlySet<string> =>
  new Set(chosen.map(({ program }) => `${program.group} ${program.name}`));

it("a change of what all share runs the whole core, whatever time there is", () => {
  const core = programsOf(cases.filter(({ program }) => program.core));
  expect(programsOf(choose(all, 0))).toEqual(core);
});

it("the time decides how many others run, of those with an engine and of those without", () => {
  const count = (seconds: number, takesEngine: boolean) =>
    choose(all, seconds).filter((one) => one.takesEngine === takesEngine).length;
  for (const takesEngine of [false, true]) {
    expect(count(600, takesEngine)).toBe(60);
    expect(count(100_000, takesEngine)).toBe(cases.filter((one) => one.takesEngine === takesEngine).length);
  }
});

it("the same turn has the same cases, and thirty turns have all of them", () => {
  expect(choose(all, 600)).toEqual(choose(all, 600));
  const seen = new Set(Array.from({ length: 30 }, (_, turn) => choose(all, 600, String(turn))).flat());
  expect(seen.size).toBe(cases.length);
});

it("a language runs each of its programs, and one program of the core of each other group", () => {
  const chosen = choose({ languages: ["ruby"], paths: [], isWide: false }, 0);
  const ruby = programsOf(cases.filter(({ program }) => program.group === "ruby"));
  expect([...programsOf(chosen)].filter((name) => name.startsWith("ruby ")).sort()).toEqual([...ruby].sort());
  const others = chosen.filter(({ program }) => program.group !== "ruby").map(({ program }) => program.group);
  expect(new Set(others).size).toBe(others.length);
  expect(others).toContain("python");
});

it("a program or an image that changes runs at all of its levels", () => {
  const paths = ["test/corpus/programs/web/nginx.yaml", "test/corpus/images/ruby.yaml"];
  const chosen = choose({ languages: [], paths, isWide: false }, 0);
  const isWanted = ({ program }: CorpusCase): boolean => program.name === "nginx" || program.image === "ruby";
  expect(chosen.filter(isWanted)).toEqual(cases.filter(isWanted));
});

it("a commit has a turn", async () => {
  expect(await turnOfCommit()).toMatch(/^[0-9a-f]{12}$/u);
});
