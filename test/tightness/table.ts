import { table } from "../bench/tables.ts";
import type { Level } from "../support/corpus.ts";
import type { Tightness } from "./measure.ts";

/** What the medians should not exceed. */
interface Aim {
  readonly title: string;
  readonly groups: readonly string[];
  readonly level: Level;
  readonly ratio: number;
}

const compiled = ["data", "media", "shell", "tools", "web"];
const scripted = ["perl", "python", "ruby"];
const aims: readonly Aim[] = [
  { title: "compiled programs", groups: compiled, level: "safe", ratio: 1.5 },
  { title: "Python, Ruby and Perl", groups: scripted, level: "safe", ratio: 2.4 },
  { title: "Python, Ruby and Perl", groups: scripted, level: "reachable", ratio: 1.4 },
];

/** The page of a measurement: aims, medians of groups, and all programs. `made` says when and where it was, `missing` what did not answer. */
export function printTightness(measured: readonly Tightness[], made: string, missing: readonly string[]): string {
  return `<!-- Made by npm run corpus -- --tightness; do not edit. -->

# How tight images are

Bytes that ship against bytes of the files that the program opened, for each program of [the corpus](corpus.md): in its scratch image, under strace, with
all the runs and questions that the corpus has for it. A file counts whole when it was opened or executed; so do loaders and interpreters of scripts, which the kernel
opens. What is only looked at (stat) does not count, nor what another input would open: a run of a second opens less than a program needs in its
life, so that 1.0 is no aim. Tracing stops with the answer.

Made by \`npm run corpus -- --tightness\` ${made}

## Aims

${table(["programs", "level", "median", "aim", ""], aims.map(aimRow(measured)))}

## Medians

${table(["group", "level", "programs", "median"], groupRows(measured))}

## Programs

\`Largest not opened\`: what ships in vain, as far as these runs tell.

${table(["program", "level", "shipped", "opened", "ratio", "largest not opened"], measured.map(programRow))}
${missing.length === 0 ? "" : `\nNot measured: ${missing.join(", ")}.\n`}`;
}

/** Bytes shipped a byte opened. */
export function ratioOf({ shippedBytes, openedBytes }: Pick<Tightness, "shippedBytes" | "openedBytes">): number {
  return shippedBytes / Math.max(1, openedBytes);
}

/** The middle one, or the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

function aimRow(measured: readonly Tightness[]): (aim: Aim) => readonly string[] {
  return ({ title, groups, level, ratio }) => {
    const own = measured.filter((one) => groups.includes(one.group) && one.level === level);
    const middle = median(own.map(ratioOf));
    const verdict = middle === undefined ? "not measured" : middle <= ratio ? "met" : "missed";
    return [title, level, middle?.toFixed(2) ?? "", String(ratio), verdict];
  };
}

function groupRows(measured: readonly Tightness[]): readonly (readonly string[])[] {
  const keys = [...new Set(measured.map(({ group, level }) => `${group} ${level}`))];
  return keys.map((key) => {
    const own = measured.filter(({ group, level }) => `${group} ${level}` === key);
    const [group = "", level = ""] = key.split(" ");
    return [group, level, String(own.length), median(own.map(ratioOf))?.toFixed(2) ?? ""];
  });
}

function programRow(one: Tightness): readonly string[] {
  const largest = one.unopened.slice(0, 3).map(({ path, sizeBytes }) => `${path} (${megabytes(sizeBytes)})`);
  return [
    `${one.group} ${one.name}`,
    one.level,
    megabytes(one.shippedBytes),
    megabytes(one.openedBytes),
    ratioOf(one).toFixed(2),
    largest.join(", "),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
