import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { table } from "../bench/tables.ts";
import type { Level } from "../support/corpus.ts";
import { wildPrograms } from "./program.ts";
import { type Outcome, readResult, type Trial } from "./trial.ts";

const titles: Readonly<Record<string, string>> = {
  server: "Servers of Debian, adopted",
  tool: "Tools of Debian",
  node: "Node, from npm",
  python: "Python",
  ruby: "Ruby",
  perl: "Perl",
  php: "PHP",
};

const words: Readonly<Record<Outcome, string>> = {
  works: "works",
  announced: "fails, announced",
  silent: "fails silently",
  refused: "no image",
  invalid: "not in its builder either",
};

const introduction = `<!-- Made by npm run wild -- --table; do not edit. -->

# Programs in the wild

Programs of Debian and npm that no rule was made for. Each has a spec as a user writes it on the first day: what starts,
no \`closure.include\`, no list of libraries. It runs in its builder first, where it must do all that its file in
\`test/wild/programs\` asks: pages, files beside them, languages, plug-ins, accounts. Then its image has to do the same,
read-only, without a network but loopback, as the image's user: \`npm run wild\`, and \`npm run wild -- NAME\` or a group's
name for some of them. Nothing here is an aim for a rule of its own: when a program fails, what is to be fixed is the
principle that lost its files.

A failure is *announced* when the build names what the program then misses: the file, a directory above it, or the
file's own name. Otherwise it is *silent*. Figures of one kind of programs
and one level do not hold for another, so they are never added up. Only programs that were run at the level are listed.
`;

/** Writes docs/wild.md from the results that are kept under a label. */
export async function writeTable(label: string): Promise<void> {
  const trials = wildPrograms([]).flatMap((program) =>
    program.levels.flatMap((level) => readResult(label, { ...program, level }) ?? []),
  );
  const groups = Object.keys(titles).filter((group) => trials.some((trial) => trial.group === group));
  const sections = groups.map((group) => sectionOf(group, trials));
  const head = ["kind", "level", "programs", "work", "fail, announced", "fail silently", "no image"];
  const rows = groups.flatMap((group) =>
    (["safe", "reachable"] as const).flatMap((level) => rowOf(trials, group, level)),
  );
  const text = [introduction, table(head, rows), "", ...sections].join("\n");
  writeFileSync(join(projectFolder, "docs/wild.md"), text);
  // The formatter aligns tables.
  await output("npx", ["biome", "check", "--linter-enabled=false", "--write", "docs/wild.md"], { cwd: projectFolder });
}

function rowOf(trials: readonly Trial[], group: string, level: Level): readonly (readonly string[])[] {
  const own = trials.filter((trial) => trial.group === group && trial.level === level && trial.outcome !== "invalid");
  if (own.length === 0) return [];
  const count = (outcome: Outcome): string => String(own.filter((trial) => trial.outcome === outcome).length);
  const outcomes: readonly Outcome[] = ["works", "announced", "silent", "refused"];
  return [[titles[group] ?? group, level, String(own.length), ...outcomes.map(count)]];
}

function sectionOf(group: string, trials: readonly Trial[]): string {
  const own = trials.filter((trial) => trial.group === group && trial.outcome !== "invalid");
  const rows = own.map(({ name, level, outcome, bytes, files, missed, lacked }) => [
    name,
    level,
    words[outcome],
    bytes === 0 ? "" : `${(bytes / 1e6).toFixed(1)} MB`,
    bytes === 0 ? "" : String(files),
    outcome === "works" ? "" : firstOf(missed, lacked),
  ]);
  return `## ${titles[group] ?? group}\n\n${table(["program", "level", "outcome", "size", "files", "first of what it missed"], rows)}\n`;
}

/** The first missing path tells most: a program that ends there asks for nothing more. */
function firstOf(missed: readonly string[], lacked: readonly string[]): string {
  const path = missed.find((one) => lacked.includes(one)) ?? missed[0] ?? lacked[0];
  return path === undefined ? "" : `\`${path}\``;
}
