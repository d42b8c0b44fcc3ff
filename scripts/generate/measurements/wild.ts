import { daysOf } from "../../../test/support/results.ts";
import { readWildResults, type WildResults } from "../../../test/wild/results.ts";

const titles: Readonly<Record<string, string>> = {
  server: "Servers of Debian, adopted",
  tool: "Tools of Debian",
  node: "Node, from npm",
  python: "Python",
  ruby: "Ruby",
  perl: "Perl",
  php: "PHP",
};

type Program = WildResults["programs"][number];

/** What programs do in their images that no rule was made for, by kind and level. */
export function wildTables(): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly made: string;
  readonly failing: string;
} {
  const { programs } = readWildResults();
  const rows = Object.entries(titles).map(([group, title]) => [
    title,
    ...(["safe", "reachable"] as const).map((level) =>
      cellOf(programs.filter((one) => one.group === group && one.level === level)),
    ),
  ]);
  return { head: ["kind", "safe", "reachable"], rows, made: daysOf(programs), failing: failingOf(programs) };
}

function cellOf(programs: readonly Program[]): string {
  if (programs.length === 0) return "";
  const count = (outcome: Program["outcome"]): number => programs.filter((one) => one.outcome === outcome).length;
  const failures = (["announced", "silent"] as const)
    .map((outcome) => [count(outcome), outcome] as const)
    .filter(([number]) => number > 0)
    .map(([number, outcome]) => `, ${String(number)} ${outcome}`);
  const refused = count("refused");
  const without = refused === 0 ? "" : `, ${String(refused)} without an image`;
  return `${String(count("works"))} of ${String(programs.length)}${failures.join("")}${without}`;
}

/** The programs that fail silently, with their levels. */
function failingOf(programs: readonly Program[]): string {
  const silent = programs.filter(({ outcome }) => outcome === "silent");
  const names = [...new Set(silent.map(({ name }) => name))];
  const texts = names.map((name) => {
    const levels = silent.filter((one) => one.name === name).map(({ level }) => `\`${level}\``);
    return `\`${name}\` at ${levels.join(" and ")}`;
  });
  return texts.length === 0 ? "none" : texts.join(", ");
}
