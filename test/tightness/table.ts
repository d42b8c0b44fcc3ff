import { table } from "../bench/tables.ts";
import type { Level } from "../support/corpus.ts";
import type { Tightness } from "./measure.ts";

/** The limit of a group's median. */
interface Aim {
  readonly group: string;
  readonly level: Level;
  readonly ratio: number;
}

const compiled = ["data", "media", "shell", "tools", "web"];
const scripted = ["perl", "python", "ruby"];
/** Each group alone: one that is far below its aim says nothing of another. */
const aims: readonly Aim[] = [
  ...compiled.map((group) => ({ group, level: "safe", ratio: 1.5 }) as const),
  ...scripted.map((group) => ({ group, level: "safe", ratio: 2.4 }) as const),
  ...scripted.map((group) => ({ group, level: "reachable", ratio: 1.4 }) as const),
];

/** A program of the page at one level. */
export interface Line {
  readonly group: string;
  readonly name: string;
  readonly level: Level;
  /** Bytes shipped a byte opened. */
  readonly ratio: number;
  readonly cells: readonly string[];
}

const columns = ["program", "level", "shipped", "opened", "ratio", "largest not opened"];

/** The page's text for a measurement. */
export function lineOf(one: Tightness): Line {
  const ratio = one.shippedBytes / Math.max(1, one.openedBytes);
  const largest = one.unopened.slice(0, 3).map(({ path, sizeBytes }) => `${path} (${megabytes(sizeBytes)})`);
  const { group, name, level } = one;
  const sizes = [megabytes(one.shippedBytes), megabytes(one.openedBytes), ratio.toFixed(2)];
  return { group, name, level, ratio, cells: [`${group} ${name}`, level, ...sizes, largest.join(", ")] };
}

/** The lines of a page that was printed earlier. */
export function readLines(page: string): readonly Line[] {
  return page.split("\n").flatMap((line) => {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const [program = "", level, , , ratio = ""] = cells;
    const [group = "", name] = program.split(" ");
    if (name === undefined || cells.length !== columns.length || (level !== "safe" && level !== "reachable")) return [];
    return [{ group, name, level, ratio: Number(ratio), cells }];
  });
}

/**
 * The page of a measurement: aims, medians of groups, and all programs. `made` says when and where it was, `missing`
 * what did not answer.
 */
export function printTightness(lines: readonly Line[], made: string, missing: readonly string[]): string {
  return `<!-- Made by npm run corpus -- --tightness; do not edit. -->

# How tight images are

\`\`\`sh not-run="the corpus itself, which CI runs whole"
npm run corpus -- --tightness
\`\`\`

For each program of [the corpus](corpus.md), this page compares the bytes that ship with the bytes of the files that the
program opened. The program runs in its image under strace, with all runs and requests of the corpus.

- A file counts whole when it was opened or executed. So do loaders and interpreters of scripts, which the kernel opens.
- A file that was only looked at (stat) does not count. Neither does a file that another input would open. A run of a
  second opens less than a program needs in its life, so 1.0 is not the aim.
- Tracing stops with the answer.

The builder makes a difference, because modules import others that happen to be there. Programs in Python, Ruby and Perl
have a builder with the language and the packages of their specs, without recommended ones. Node's share one
\`node_modules\`. All others share an image of their kind. All builders are made from Debian's and npm's packages.

Made by \`npm run corpus -- --tightness\` ${made.replaceAll(", ", ",\n")}

## Aims

${table(["group", "level", "median", "aim", ""], aims.map(aimRow(lines)))}

## Medians

${table(["group", "level", "programs", "median"], groupRows(lines))}

## Programs

\`Largest not opened\` lists files that ship and that these runs did not open.

${table(
  columns,
  lines.map(({ cells }) => cells),
)}
${missing.length === 0 ? "" : `\nNot measured:\n\n${missing.map((title) => `- ${title}\n`).join("")}`}`;
}

/** The middle one, or the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

function aimRow(lines: readonly Line[]): (aim: Aim) => readonly string[] {
  return ({ group, level, ratio }) => {
    const own = lines.filter((one) => one.group === group && one.level === level);
    const middle = median(own.map((one) => one.ratio));
    const verdict = middle === undefined ? "not measured" : middle <= ratio ? "met" : "missed";
    return [group, level, middle?.toFixed(2) ?? "", String(ratio), verdict];
  };
}

function groupRows(lines: readonly Line[]): readonly (readonly string[])[] {
  const keys = [...new Set(lines.map(({ group, level }) => `${group} ${level}`))];
  return keys.map((key) => {
    const own = lines.filter(({ group, level }) => `${group} ${level}` === key);
    const [group = "", level = ""] = key.split(" ");
    return [group, level, String(own.length), median(own.map(({ ratio }) => ratio))?.toFixed(2) ?? ""];
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
