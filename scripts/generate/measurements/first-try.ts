import { type FirstTryResults, readFirstTry } from "../../../test/wild/first-try/results.ts";

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface FirstTryTables {
  readonly batches: Table;
  readonly others: Table;
  /** Tests of libraries in the last run, as a sentence. */
  readonly libraries: string;
  /** The last figure of Node, as the page's first line has it. */
  readonly example: string;
  /** Single modules that load less than they do in the builder. */
  readonly modules: string;
}

type Run = FirstTryResults["runs"][number];

export function firstTryTables(): FirstTryTables {
  const { batches, runs, modules } = readFirstTry();
  const last = batches.findLast(({ kind, level }) => kind === "Node" && level === "safe");
  const [pythonSafe, pythonReachable] = ["safe", "reachable"].map((level) =>
    modules.find((one) => one.kind === "Python's packages" && one.level === level),
  );
  return {
    batches: batchTable(batches),
    others: otherTable(runs),
    libraries: libraryText(runs),
    example: last === undefined ? "none" : `${String(last.work)} of ${String(last.programs)} programs`,
    modules: [pythonSafe, pythonReachable]
      .flatMap((one) =>
        one === undefined ? [] : [`${String(one.work)} of ${String(one.modules)} at \`${one.level}\``],
      )
      .join(", "),
  };
}

function batchTable(batches: FirstTryResults["batches"]): Table {
  const columns = [...new Set(batches.map((one) => one.batches))];
  const keys = [...new Set(batches.map(({ kind, level }) => `${kind}|${level}`))];
  const rows = keys.map((key) => {
    const [kind = "", level = ""] = key.split("|");
    const cells = columns.map((column) => {
      const one = batches.find((other) => other.batches === column && other.kind === kind && other.level === level);
      return one === undefined ? "" : isEnough(one) ? `**${cellOf(one)}**` : cellOf(one);
    });
    return [kind, level, ...cells];
  });
  return { head: ["kind", "level", ...columns.map((name) => `batches ${name}`)], rows };
}

/** The aims of a first try. */
function isEnough({ level, work, programs, silent }: FirstTryResults["batches"][number]): boolean {
  return silent === 0 && work / programs >= (level === "safe" ? 0.95 : 0.9);
}

const languages = ["Node", "Python", "Ruby", "Perl", "PHP"];
const levels = ["safe", "reachable"] as const;

/** A row for each kind and level, and a column for each run. */
function otherTable(runs: readonly Run[]): Table {
  const own = runs.filter(({ what }) => what !== "tests of libraries" && what !== "packages with tests");
  const columns = [...new Set(own.toSorted(byTime).map(titleOf))];
  const rowOf = (title: string, level: string, isOwn: (run: Run) => boolean): readonly string[] => [
    title,
    level,
    ...columns.map((column) => {
      const found = own.filter((run) => titleOf(run) === column && run.level === level && isOwn(run));
      return found.map(cellOf).join("; ");
    }),
  ];
  const applications = languages.flatMap((kind) =>
    levels.map((level) => rowOf(kind, level, (run) => run.what === "applications" && run.kind === kind)),
  );
  const isServer = ({ kind }: Run): boolean => kind === "Servers";
  const isMixed = (run: Run): boolean => run.what !== "applications" && !isServer(run);
  const images = [
    rowOf("Dockerfiles of servers", "safe", isServer),
    ...levels.map((level) => rowOf("Dockerfiles of applications", level, isMixed)),
  ];
  return { head: ["kind", "level", ...columns], rows: [...applications, ...images] };
}

function byTime(left: Run, right: Run): number {
  return left.day < right.day ? -1 : left.day > right.day ? 1 : 0;
}

/** The last run alone: all runs stand in the results. */
function libraryText(runs: readonly Run[]): string {
  const all = runs.filter(({ what }) => what === "tests of libraries");
  const last = all.at(-1);
  if (last === undefined) return "";
  const figures = all.filter(({ sample }) => sample === last.sample);
  const texts = languages.map((kind) => {
    const cells = figures
      .filter((run) => run.kind === kind)
      .map((run) => {
        const without = run.noImagePackages ?? 0;
        return `${cellOf(run)}${without === 0 ? "" : ` (${String(without)} packages without an image)`}`;
      });
    return `${kind} had ${cells.join(" and ")}`;
  });
  return `In the last of seven runs (${titleOf(last)}) these worked at \`safe\` and \`reachable\`. ${texts.join(". ")}.`;
}

function titleOf({ day, commit }: Run): string {
  const date = new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  return commit === undefined ? date : `${date}, ${commit}`;
}

function cellOf({ work, programs, silent }: Pick<Run, "work" | "programs" | "silent">): string {
  const rate = `${String(work)} of ${String(programs)}`;
  return silent === 0 ? rate : `${rate}, ${String(silent)} silent`;
}
